// Rows of quantities and values under a solid (measured) or a dotted (estimated) rule.
#include "widgets/controls/fact_list.h"

#include "widgets/controls/hint_tip.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme_host.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace halftone {

namespace {

constexpr int kRuleRoom = 13; // the rule and the space right of it
constexpr int kRowHeight = 24;

} // namespace

FactList::FactList(Origin origin, QWidget* parent)
    : QWidget(parent)
    , m_origin(origin)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(origin == Origin::Plain ? 0 : kRuleRoom, 0, 0, 0);
    outer->setSpacing(0);
    m_header = new QWidget(this);
    auto* headerRow = new QHBoxLayout(m_header);
    headerRow->setContentsMargins(0, 0, 0, 0);
    headerRow->setSpacing(themeOf(this).space().grid);
    m_heading = makeLabel({}, TextStyle::Strong, Role::Ink);
    m_source = makeLabel({}, TextStyle::Caption, Role::Ink3);
    headerRow->addWidget(m_heading);
    headerRow->addWidget(m_source, 1);
    outer->addWidget(m_header);
    m_rowsLayout = outer;
    if (origin == Origin::Measured) setHeading(tr("Measured"));
    else if (origin == Origin::Estimated) setHeading(tr("Estimated"));
    else m_header->hide();
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void FactList::setHeading(const QString& text)
{
    m_heading->setText(text);
    m_header->setFixedHeight(20);
    m_header->show();
}

void FactList::setSource(const QString& text) { m_source->setText(text); }

int FactList::addFact(const QString& label, const QString& explanation)
{
    Row row;
    row.widget = new QWidget(this);
    row.widget->setFixedHeight(kRowHeight);
    auto* line = new QHBoxLayout(row.widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(themeOf(this).space().grid);
    row.label = makeLabel(label, TextStyle::Small, Role::Ink2);
    row.value = makeLabel({}, TextStyle::NumberSmall, Role::Ink);
    row.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row.change = makeLabel({}, TextStyle::NumberCaption, Role::Ink3);
    row.change->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.change->setFixedWidth(m_changeWidth);
    line->addWidget(row.label);
    line->addStretch(1);
    line->addWidget(row.value);
    line->addWidget(row.change);
    row.change->setVisible(m_hasChanges && m_changeWidth > 0); // in its place: without one it would be a window for a moment
    if (!explanation.isEmpty()) row.widget->setToolTip(tipText(label, explanation));
    // Rows stand together below the header, before whatever addWidget() brought.
    m_rowsLayout->insertWidget(1 + static_cast<int>(m_rows.size()), row.widget);
    m_rows.push_back(row);
    return count() - 1;
}

int FactList::addFact(const QString& label, const QString& value, const QString& explanation)
{
    const int row = addFact(label, explanation);
    setValue(row, value);
    return row;
}

void FactList::setLabel(int row, const QString& label)
{
    if (row >= 0 && row < count()) m_rows[static_cast<std::size_t>(row)].label->setText(label);
}

void FactList::setValue(int row, const QString& value, const QString& change)
{
    if (row < 0 || row >= count()) return;
    const Row& fact = m_rows[static_cast<std::size_t>(row)];
    setTextLook(*fact.value, TextStyle::NumberSmall, m_origin == Origin::Estimated ? Role::Ink2 : Role::Ink);
    fact.value->setText(m_origin == Origin::Estimated && !value.isEmpty() ? estimateText(value) : value);
    fact.change->setText(change);
    showChanges();
    fact.value->setAccessibleName(fact.label->text() + u' ' + fact.value->text());
}

void FactList::setMissing(int row, const QString& words)
{
    if (row < 0 || row >= count()) return;
    const Row& fact = m_rows[static_cast<std::size_t>(row)];
    setTextLook(*fact.value, TextStyle::Caption, Role::Ink3);
    fact.value->setText(words);
    fact.change->setText({});
    showChanges();
}

QString FactList::value(int row) const { return row >= 0 && row < count() ? m_rows[static_cast<std::size_t>(row)].value->text() : QString(); }

int FactList::count() const { return static_cast<int>(m_rows.size()); }

void FactList::clear()
{
    for (const Row& row : m_rows) {
        row.widget->hide();
        row.widget->deleteLater();
        m_rowsLayout->removeWidget(row.widget);
    }
    m_rows.clear();
}

void FactList::setChangeWidth(int pixels)
{
    m_changeWidth = pixels;
    for (const Row& row : m_rows) {
        row.change->setFixedWidth(pixels);
        row.change->setVisible(m_hasChanges && pixels > 0);
    }
}

void FactList::showChanges()
{
    const bool any = std::ranges::any_of(m_rows, [](const Row& row) { return !row.change->text().isEmpty(); });
    if (any == m_hasChanges) return;
    m_hasChanges = any;
    for (const Row& row : m_rows) row.change->setVisible(any && m_changeWidth > 0);
}

void FactList::addWidget(QWidget* widget)
{
    m_rowsLayout->addSpacing(themeOf(this).space().unit);
    m_rowsLayout->addWidget(widget);
}

void FactList::paintEvent(QPaintEvent*)
{
    if (m_origin == Origin::Plain) return;
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    if (m_origin == Origin::Measured) {
        painter.fillRect(QRectF(0, 0, 2, height()), theme.colour(Role::Ink2));
        return;
    }
    QPen dots(theme.colour(Role::Axis), 1, Qt::CustomDashLine, Qt::FlatCap);
    dots.setDashPattern({2, 2});
    painter.setPen(dots);
    painter.drawLine(QPointF(0.5, 0), QPointF(0.5, height()));
}

} // namespace halftone
