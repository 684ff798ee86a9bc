// Paints the legend of bit widths.
#include "widgets/controls/bit_legend.h"

#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <QEvent>
#include <QPainter>
#include <cmath>

namespace halftone {

namespace {

constexpr double kGlyph = 12;
constexpr double kGlyphGap = 6;
constexpr double kEntryGap = 16;

} // namespace

BitLegend::BitLegend(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void BitLegend::setWidths(const std::vector<int>& widths)
{
    std::vector<LegendEntry> entries;
    for (const int bits : widths) entries.push_back({bits, bitName(bits)});
    setEntries(std::move(entries));
}

void BitLegend::setCounts(const std::vector<std::pair<int, int>>& layersByWidth, const QString& word)
{
    std::vector<LegendEntry> entries;
    for (const auto& [bits, layers] : layersByWidth) entries.push_back({bits, QString::number(layers)});
    setEntries(std::move(entries), word);
    m_numbers = true;
    updateGeometry();
}

void BitLegend::setEntries(std::vector<LegendEntry> entries, const QString& word)
{
    m_entries = std::move(entries);
    m_word = word;
    m_numbers = false;
    QStringList words;
    for (LegendEntry& entry : m_entries) {
        if (entry.text.isEmpty()) entry.text = bitName(entry.bits);
        words << (entry.text == bitName(entry.bits) ? entry.text : bitName(entry.bits) + u' ' + entry.text);
    }
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize BitLegend::sizeHint() const
{
    const Theme& theme = themeOf(this);
    const QFontMetricsF metrics(theme.font(m_numbers ? TextStyle::NumberSmall : TextStyle::Small));
    double width = 0;
    for (const LegendEntry& entry : m_entries) {
        if (width > 0) width += kEntryGap;
        width += kGlyph + kGlyphGap + std::ceil(metrics.horizontalAdvance(entry.text));
    }
    if (!m_word.isEmpty()) width += kEntryGap + QFontMetricsF(theme.font(TextStyle::Small)).horizontalAdvance(m_word);
    return {static_cast<int>(std::ceil(width)) + 1, 20};
}

void BitLegend::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    const QFont entryFont = theme.font(m_numbers ? TextStyle::NumberSmall : TextStyle::Small);
    const QFontMetricsF metrics(entryFont);
    QPainter painter(this);
    painter.setFont(entryFont);
    double x = 0;
    for (const LegendEntry& entry : m_entries) {
        if (x > 0) x += kEntryGap;
        paintBitGlyph(painter, QRectF(x, (height() - kGlyph) / 2, kGlyph, kGlyph), entry.bits, theme);
        x += kGlyph + kGlyphGap;
        const double words = std::ceil(metrics.horizontalAdvance(entry.text));
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(QRectF(x, 0, words + 2, height()), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
        x += words;
    }
    if (m_word.isEmpty()) return;
    painter.setFont(theme.font(TextStyle::Small));
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRectF(x + kEntryGap, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, m_word);
}

void BitLegend::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange) updateGeometry();
}

} // namespace halftone
