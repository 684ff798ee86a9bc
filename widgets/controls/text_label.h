// Words in one of the program's text styles and colours; they follow the theme.
#pragma once

#include "widgets/theme/theme.h"

#include <QFrame>
#include <QLabel>

namespace halftone {

// Plain text unless it holds codeSpan() or other markup.
QLabel* makeLabel(const QString& text, TextStyle style, Role role = Role::Ink, QWidget* parent = nullptr);
// A label that breaks its lines.
QLabel* makeSentence(const QString& text, TextStyle style = TextStyle::Small, Role role = Role::Ink2, QWidget* parent = nullptr);
// The text with the line height of the tokens, for longer sentences; answers markup.
QString spacedText(const QString& text, TextStyle style);
// Changes the look of any label later; setFont() on a label that was shown once is taken back by the style sheet.
void setTextLook(QLabel& label, TextStyle style, Role role);

// A layer's name, a file or a command inside a sentence, in the numbers' font. Escapes its text.
QString codeSpan(const QString& text);

// A label that shortens its text with "…" when there is no room, and then shows all of it as its tooltip.
class ElidedLabel : public QLabel {
public:
    ElidedLabel(const QString& text, TextStyle style, Role role = Role::Ink, QWidget* parent = nullptr);

    void setFullText(const QString& text);
    const QString& fullText() const { return m_text; }
    void setElideMode(Qt::TextElideMode mode);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void shorten();

    QString m_text;
    Qt::TextElideMode m_mode = Qt::ElideMiddle;
};

// A line of one pixel across a panel or between its blocks.
QFrame* makeRule(Qt::Orientation orientation = Qt::Horizontal, QWidget* parent = nullptr);

} // namespace halftone
