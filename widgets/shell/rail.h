// Rail: the eight views at the window's left edge, in the order of the work, with a tick on those that have results.
#pragma once

#include <array>

#include <QWidget>

#include "widgets/shell/views.h"

namespace halftone {

class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);

    View current() const { return m_current; }
    void setCurrent(View view);
    void setDone(View view, bool done);
    void setEnabledFrom(bool studyOpen); // without a study only Start leads anywhere
    QRect itemRect(View view) const;
    QSize sizeHint() const override;

signals:
    void chosen(halftone::View view);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    int itemAt(const QPoint& point) const; // -1: none
    bool leads(int item) const { return m_studyOpen || item == 0; }
    void paintItem(QPainter& painter, int item) const;

    View m_current = View::Start;
    std::array<bool, kViews.size()> m_done{};
    bool m_studyOpen = false;
    int m_hovered = -1;
};

} // namespace halftone
