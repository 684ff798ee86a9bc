// The legend of the frontier: best at its cost, dominated, the interval.
#pragma once

#include <QWidget>

namespace halftone {

class FrontierLegend : public QWidget {
public:
    explicit FrontierLegend(QWidget* parent = nullptr);

    void setSeeds(int seeds); // of the interval; below 2 there is none
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList words() const;

    int m_seeds = 0;
};

} // namespace halftone
