// Lays out a card: header row, body, rules across.
#include "widgets/controls/card.h"

#include "widgets/controls/text_label.h"
#include "widgets/theme/theme_host.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

namespace halftone {

using namespace Qt::StringLiterals;

void setSurface(QWidget& widget, Surface surface)
{
    static const QStringList names{QString(), u"window"_s, u"panel"_s, u"rail"_s, u"raised"_s};
    widget.setAttribute(Qt::WA_StyledBackground, surface != Surface::None);
    widget.setProperty("surface", names[static_cast<int>(surface)]);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

Card::Card(QWidget* parent)
    : QFrame(parent)
{
    setProperty("halftone", u"card"_s);
    const Theme& theme = themeOf(this);
    m_outer = new QVBoxLayout(this);
    m_outer->setContentsMargins(0, 0, 0, 0);
    m_outer->setSpacing(0);

    m_header = new QWidget(this);
    m_headerRow = new QHBoxLayout(m_header);
    m_headerRow->setContentsMargins(theme.space().card, 0, theme.space().card, 0);
    m_headerRow->setSpacing(theme.space().grid);
    m_heading = makeLabel({}, TextStyle::Heading, Role::Ink);
    m_subtitle = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_caption = makeLabel({}, TextStyle::Caption, Role::Ink3);
    m_headerRow->addWidget(m_heading);
    m_headerRow->addWidget(m_subtitle);
    m_headerRow->addStretch(1);
    m_headerRow->addWidget(m_caption);
    m_outer->addWidget(m_header);

    m_body = new QVBoxLayout;
    m_body->setSpacing(theme.space().grid);
    m_outer->addLayout(m_body, 1);
    showHeader();
}

Card::Card(const QString& heading, QWidget* parent)
    : Card(parent)
{
    setHeading(heading);
}

void Card::setHeading(const QString& text)
{
    m_heading->setText(text);
    setAccessibleName(text);
    showHeader();
}

QString Card::heading() const { return m_heading->text(); }

void Card::setSubtitle(const QString& text)
{
    m_subtitle->setText(text);
    showHeader();
}

void Card::setCaption(const QString& text)
{
    m_caption->setText(text);
    showHeader();
}

void Card::addHeaderWidget(QWidget* widget)
{
    // Before the caption, after the stretch and what was added earlier.
    m_headerRow->insertWidget(m_headerRow->indexOf(m_caption), widget);
    showHeader();
}

void Card::addRule()
{
    auto* row = new QVBoxLayout;
    const int padding = m_flush ? 0 : themeOf(this).space().card;
    row->setContentsMargins(-padding, 0, -padding, 0);
    row->addWidget(makeRule());
    m_body->addLayout(row);
}

void Card::setFlush(bool flush)
{
    m_flush = flush;
    showHeader();
}

void Card::setDashed(bool dashed)
{
    setProperty("dashed", dashed);
    style()->unpolish(this);
    style()->polish(this);
}

void Card::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    if (!property("dashed").toBool()) return;
    // Longer dashes than a style sheet draws.
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen dashes(theme.colour(Role::BorderStrong), theme.border(), Qt::CustomDashLine, Qt::FlatCap);
    dashes.setDashPattern({4, 3});
    painter.setPen(dashes);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius().card, theme.radius().card);
}

void Card::showHeader()
{
    m_heading->setVisible(!m_heading->text().isEmpty());
    m_subtitle->setVisible(!m_subtitle->text().isEmpty());
    m_caption->setVisible(!m_caption->text().isEmpty());
    // Heading, subtitle, stretch and caption are always there; more are widgets of the page.
    const bool shown = !m_heading->text().isEmpty() || !m_subtitle->text().isEmpty() || !m_caption->text().isEmpty() || m_headerRow->count() > 4;
    m_header->setVisible(shown);
    const int padding = themeOf(this).space().card;
    const int grid = themeOf(this).space().grid;
    m_headerRow->setContentsMargins(padding, grid + 3, padding, m_flush ? grid : 3);
    if (m_flush) m_body->setContentsMargins(0, 0, 0, 0);
    else m_body->setContentsMargins(padding, shown ? grid - 3 : padding, padding, padding);
}

} // namespace halftone
