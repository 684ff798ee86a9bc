// A row of words of which one is chosen, by mouse or arrow keys.
#pragma once

#include <QWidget>
#include <vector>

namespace halftone {

class SegmentedControl : public QWidget {
    Q_OBJECT

public:
    explicit SegmentedControl(QWidget* parent = nullptr);
    explicit SegmentedControl(const QStringList& choices, QWidget* parent = nullptr);

    // Each answers the index of the new choice. The first one added is the current one.
    int addChoice(const QString& text, const QString& iconName = {});
    int addBitChoice(int bits, const QString& text = {}); // with the glyph of the width; "4 bit" when no text is given
    void clear();
    int count() const { return static_cast<int>(m_choices.size()); }

    int current() const { return m_current; }
    // Without the signal. -1: none.
    void setCurrent(int index);
    QString text(int index) const;
    void setText(int index, const QString& text);
    void setChoiceEnabled(int index, bool enabled);
    void setChoiceTip(int index, const QString& tip);
    // Names of layers, files and formats are written in the numbers' font.
    void setNumbersFont(bool numbers);
    // Every choice as wide as the widest.
    void setEqualWidths(bool equal);

    QRect choiceRect(int index) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    // By the person; not by setCurrent().
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Choice {
        QString text;
        QString iconName;
        int bits = 0; // with the glyph of this width
        QString tip;
        bool enabled = true;
    };
    int widthOf(const Choice& choice) const;
    int indexAt(const QPoint& position) const;
    void choose(int index);
    int nextEnabled(int from, int direction) const; // -1: none
    void relayout();

    std::vector<Choice> m_choices;
    int m_current = -1;
    int m_hovered = -1;
    int m_pressed = -1;
    bool m_numbersFont = false;
    bool m_equalWidths = false;
    bool m_keyboardFocus = false;
};

} // namespace halftone
