// The budget as a slider: what pins make unreachable is hatched, a triangle stands at the assignment's cost.
#pragma once

#include <optional>

#include <QWidget>

namespace halftone {

class BudgetSlider : public QWidget {
    Q_OBJECT

public:
    struct Marks {
        double lowest = 0.5; // of the track, a fraction of the highest level's cost
        double highest = 1;
        double reachable = 0.5; // what pins and the like keep it above
        QString reachableWords; // "pins keep it above 58.8 %"
        std::optional<double> cost; // where the triangle stands
        QString costWords; // "cost before the move"
        QString highestWords; // "all 4 bit"
    };

    explicit BudgetSlider(QWidget* parent = nullptr);

    void setMarks(const Marks& marks);
    const Marks& marks() const { return m_marks; }
    double value() const { return m_value; }
    void setValue(double fraction); // gives no signal
    // Middle of the handle, for tests and tips.
    QPointF handle() const;
    double xOf(double fraction) const;

    QSize sizeHint() const override { return {480, 54}; }
    QSize minimumSizeHint() const override { return {240, 54}; }

signals:
    void moved(double fraction); // while it is held
    void chosen(double fraction); // let go, or by a key

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    double fractionAt(double x) const; // within what is reachable
    double rounded(double fraction) const;
    void moveTo(double fraction, bool letGo);
    void paintTrack(QPainter& painter) const;
    void paintWords(QPainter& painter) const;
    void paintHandle(QPainter& painter) const;

    Marks m_marks;
    double m_value = 1;
    bool m_isHeld = false;
    bool m_keyboardFocus = false;
};

} // namespace halftone
