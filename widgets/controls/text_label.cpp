// Labels in the program's text styles.
#include "widgets/controls/text_label.h"

#include "widgets/theme/theme_host.h"

#include <QEvent>
#include <QStyle>
#include <QTextDocument>

namespace halftone {

using namespace Qt::StringLiterals;

void setTextLook(QLabel& label, TextStyle style, Role role)
{
    // The sheet gives font and colour by these properties. Only a label that is not polished yet may be given its font directly, so
    // that it can be measured before it is shown; later Qt would take that font back.
    const bool polished = label.testAttribute(Qt::WA_WState_Polished);
    if (!polished) label.setFont(themeOf(&label).font(style));
    const QString ink = QString::fromLatin1(roleName(role)), name = QString::fromLatin1(textStyleName(style));
    // Polishing is dear, and values that move with the mouse come here at every frame.
    if (polished && label.property("ink").toString() == ink && label.property("textStyle").toString() == name) return;
    label.setProperty("ink", ink);
    label.setProperty("textStyle", name);
    if (!polished) return;
    label.style()->unpolish(&label);
    label.style()->polish(&label);
}

QLabel* makeLabel(const QString& text, TextStyle style, Role role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::AutoText);
    setTextLook(*label, style, role);
    return label;
}

QLabel* makeSentence(const QString& text, TextStyle style, Role role, QWidget* parent)
{
    QLabel* label = makeLabel(text, style, role, parent);
    label->setWordWrap(true);
    // A sentence gives way before the controls beside it do.
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    return label;
}

QString spacedText(const QString& text, TextStyle style)
{
    const QString markup = Qt::mightBeRichText(text) ? text : text.toHtmlEscaped().replace(u'\n', u"<br>"_s);
    return u"<p style=\"margin:0; line-height:%1px;\">%2</p>"_s.arg(themeOf(nullptr).lineHeight(style)).arg(markup);
}

QString codeSpan(const QString& text)
{
    // Markup knows nothing of the label's text styles, so the family stands here.
    return u"<span style=\"font-family:'%1'; white-space:nowrap;\">%2</span>"_s.arg(themeOf(nullptr).numberFamily(), text.toHtmlEscaped());
}

ElidedLabel::ElidedLabel(const QString& text, TextStyle style, Role role, QWidget* parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setTextLook(*this, style, role);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFullText(text);
}

void ElidedLabel::setFullText(const QString& text)
{
    m_text = text;
    setAccessibleName(text);
    shorten();
    updateGeometry();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    shorten();
}

QSize ElidedLabel::minimumSizeHint() const { return {fontMetrics().horizontalAdvance(u'\u2026') * 3, fontMetrics().height()}; }

QSize ElidedLabel::sizeHint() const
{
    const QMargins margins = contentsMargins();
    // One pixel more than the advance: rounding must not shorten what fits.
    return {fontMetrics().horizontalAdvance(m_text) + 1 + margins.left() + margins.right(), fontMetrics().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    shorten();
}

void ElidedLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange) shorten();
}

void ElidedLabel::shorten()
{
    const QString shown = fontMetrics().elidedText(m_text, m_mode, contentsRect().width());
    if (shown != text()) setText(shown);
    setToolTip(shown == m_text ? QString() : m_text);
}

QFrame* makeRule(Qt::Orientation orientation, QWidget* parent)
{
    auto* rule = new QFrame(parent);
    rule->setProperty("halftone", u"rule"_s);
    const int width = themeOf(rule).border();
    if (orientation == Qt::Horizontal) rule->setFixedHeight(width);
    else rule->setFixedWidth(width);
    return rule;
}

} // namespace halftone
