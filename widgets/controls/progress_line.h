// A thin line of progress.
#pragma once

#include <QWidget>
#include <optional>

namespace halftone {

class ProgressLine : public QWidget {
public:
    explicit ProgressLine(QWidget* parent = nullptr);

    // 0 to 1; without a value: not known yet, the line stays empty.
    void setFraction(std::optional<double> fraction);
    std::optional<double> fraction() const { return m_fraction; }
    // Grey instead of the accent.
    void setPaused(bool paused);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<double> m_fraction;
    bool m_paused = false;
};

} // namespace halftone
