// How the values of a tensor lie: grey bars, the levels of one bit width as lines over them, a row of ticks for every width below.
#include "widgets/plots/histogram_chart.h"

#include "widgets/plots/csv_writer.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kRowHeight = 20;
constexpr int kGlyph = 12;
constexpr int kGlyphColumn = 20;
constexpr int kTickWords = 20;
constexpr double kBandBelow = 3; // pixels between levels under which they are painted as one band

double levelSpacing(const HistogramGrid& grid, const AxisScale& x)
{
    if (grid.levels.size() < 2) return 1e9;
    const double span = x.toPixel(grid.levels.back()) - x.toPixel(grid.levels.front());
    return span / static_cast<double>(grid.levels.size() - 1);
}

double barWidth(const HistogramData& data) { return (data.upper - data.lower) / static_cast<double>(data.counts.size()); }

} // namespace

HistogramChart::HistogramChart(QWidget* parent)
    : Chart(parent)
{
}

HistogramChart::~HistogramChart() = default;

void HistogramChart::setData(HistogramData data)
{
    m_data = std::move(data);
    m_bar = -1;
    updateGeometry();
    dataChanged();
}

const HistogramData& HistogramChart::data() const { return m_data; }

void HistogramChart::setLinesOf(int bits)
{
    m_data.linesOf = bits;
    dataChanged();
}

QSize HistogramChart::sizeHint() const { return {300, 110 + kTickWords + kRowHeight * static_cast<int>(m_data.grids.size())}; }
QSize HistogramChart::minimumSizeHint() const { return {160, 60 + kTickWords + kRowHeight * static_cast<int>(m_data.grids.size())}; }

ChartLayout HistogramChart::layoutFor(const QSizeF& size) const
{
    const int rows = static_cast<int>(m_data.grids.size());
    double lower = m_data.lower;
    double upper = m_data.upper;
    for (const HistogramGrid& grid : m_data.grids) {
        if (grid.bits == m_data.linesOf || m_data.linesOf == 0) continue;
        // Grids of other widths may reach a little beyond the values, but not squeeze them.
        const double reach = 0.15 * (m_data.upper - m_data.lower);
        if (grid.levels.empty()) continue;
        lower = std::min(lower, std::max(grid.levels.front(), m_data.lower - reach));
        upper = std::max(upper, std::min(grid.levels.back(), m_data.upper + reach));
    }
    ChartLayout layout;
    layout.margins = QMargins(rows > 0 ? kGlyphColumn : 0, 4, 6, kTickWords + kRowHeight * rows + 2);
    layout.x.range = drawableRange(lower, upper, false);
    layout.x.visible = false; // its words stand under the rows
    layout.x.ticks = linearTicks(layout.x.range, std::max(2, static_cast<int>(size.width() / 56)));
    layout.y.visible = false;
    double highest = 0;
    for (const double count : m_data.counts) highest = std::isfinite(count) ? std::max(highest, count) : highest;
    layout.y.range = {0, highest > 0 ? highest * 1.02 : 1};
    return layout;
}

void HistogramChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double width = m_data.counts.empty() ? 0 : barWidth(m_data);
    const double base = frame.plot.bottom() - 1;
    QColor grey = frame.theme.colour(Role::Axis);
    grey.setAlphaF(0.8F);
    for (std::size_t i = 0; i < m_data.counts.size(); ++i) {
        if (!(m_data.counts[i] > 0)) continue;
        const double left = std::round(frame.x.toPixel(m_data.lower + static_cast<double>(i) * width));
        const double right = std::round(frame.x.toPixel(m_data.lower + static_cast<double>(i + 1) * width));
        const double top = std::min(base - 1, frame.y.toPixel(m_data.counts[i])); // a single value is seen too
        const double gap = right - left >= 3 ? 1 : 0;
        painter.fillRect(QRectF(left, top, std::max(1.0, right - left - gap), base - top), grey);
    }
    for (const HistogramGrid& grid : m_data.grids) {
        if (grid.bits != m_data.linesOf || levelSpacing(grid, frame.x) < kBandBelow) continue;
        QColor line = bitLook(grid.bits, frame.theme).edge;
        line.setAlphaF(0.75F);
        painter.setPen(QPen(line, 1));
        for (const double level : grid.levels) {
            const double x = std::round(frame.x.toPixel(level));
            if (x >= frame.plot.left() && x <= frame.plot.right()) painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, base));
        }
    }
    painter.setPen(QPen(frame.theme.colour(Role::Axis), 1));
    painter.drawLine(QPointF(frame.plot.left(), base), QPointF(frame.plot.right(), base));
    for (std::size_t row = 0; row < m_data.grids.size(); ++row) paintRow(painter, frame, row);
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    painter.setPen(frame.theme.colour(Role::Ink2));
    const double top = frame.whole.bottom() - kTickWords;
    for (const AxisTick& tick : linearTicks({frame.x.lower, frame.x.upper}, std::max(2, static_cast<int>(frame.whole.width() / 56)))) {
        QRectF place(frame.x.toPixel(tick.value) - 40, top, 80, kTickWords);
        Qt::Alignment alignment = Qt::AlignHCenter;
        if (place.center().x() < frame.whole.left() + 16) alignment = Qt::AlignLeft;
        if (place.center().x() > frame.whole.right() - 16) alignment = Qt::AlignRight;
        if (alignment == Qt::AlignLeft) place.moveLeft(place.center().x());
        if (alignment == Qt::AlignRight) place.moveRight(place.center().x());
        painter.drawText(place, alignment | Qt::AlignVCenter, tick.label);
    }
}

void HistogramChart::paintRow(QPainter& painter, const ChartFrame& frame, std::size_t row) const
{
    const HistogramGrid& grid = m_data.grids[row];
    const double middle = frame.plot.bottom() + 4 + (static_cast<double>(row) + 0.5) * kRowHeight;
    const BitLook look = bitLook(grid.bits, frame.theme);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBitGlyph(painter, QRectF(frame.whole.left(), middle - kGlyph / 2.0, kGlyph, kGlyph), grid.bits, frame.theme);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (grid.levels.empty()) return;
    painter.save();
    painter.setClipRect(QRectF(frame.plot.left() - 1, middle - kRowHeight / 2.0, frame.plot.width() + 3, kRowHeight), Qt::IntersectClip);
    if (levelSpacing(grid, frame.x) < kBandBelow) {
        QColor band = look.fill;
        band.setAlphaF(0.4F);
        const double left = frame.x.toPixel(grid.levels.front());
        painter.fillRect(QRectF(left, middle - 6, frame.x.toPixel(grid.levels.back()) - left, 12), band);
    } else {
        painter.setPen(QPen(look.edge, 2));
        for (const double level : grid.levels) {
            const double x = std::round(frame.x.toPixel(level));
            painter.drawLine(QPointF(x, middle - 5), QPointF(x, middle + 6));
        }
    }
    painter.restore();
}

ChartTip HistogramChart::tipOfBar(int bar) const
{
    const double width = barWidth(m_data);
    const double from = m_data.lower + bar * width;
    const QString unit = m_data.unit.isEmpty() ? QString() : QLatin1Char(' ') + m_data.unit;
    ChartTip tip;
    tip.title = tr("%1 to %2").arg(valueText(from, width / 4), valueText(from + width, width / 4)) + unit;
    tip.rows.push_back({tr("Values"), valueText(m_data.counts[static_cast<std::size_t>(bar)], 1)});
    return tip;
}

void HistogramChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    if (m_bar < 0 || m_bar >= static_cast<int>(m_data.counts.size())) return;
    const double width = barWidth(m_data);
    const double left = frame.x.toPixel(m_data.lower + m_bar * width);
    const double right = frame.x.toPixel(m_data.lower + (m_bar + 1) * width);
    painter.fillRect(QRectF(left, frame.plot.top(), right - left, frame.plot.height()), frame.theme.colour(Role::Accent, 0.18));
    const double top = frame.y.toPixel(m_data.counts[static_cast<std::size_t>(m_bar)]);
    paintTipAt(painter, tipOfBar(m_bar), {(left + right) / 2, top}, frame);
}

void HistogramChart::hoverAt(const std::optional<QPointF>& position)
{
    const ChartFrame now = frame();
    int bar = -1;
    if (position && !m_data.counts.empty() && now.plot.contains(*position)) {
        bar = static_cast<int>(std::floor((now.x.toValue(position->x()) - m_data.lower) / barWidth(m_data)));
        if (bar >= static_cast<int>(m_data.counts.size())) bar = -1;
    }
    if (bar == m_bar) return;
    m_bar = std::max(-1, bar);
    overlayChanged();
}

bool HistogramChart::keyWithoutPoints(Qt::Key key)
{
    const int count = static_cast<int>(m_data.counts.size());
    if (count == 0) return false;
    if (key == Qt::Key_Escape && m_bar >= 0) m_bar = -1;
    else if (key == Qt::Key_Left) m_bar = m_bar < 0 ? count / 2 : std::max(0, m_bar - 1);
    else if (key == Qt::Key_Right) m_bar = m_bar < 0 ? count / 2 : std::min(count - 1, m_bar + 1);
    else if (key == Qt::Key_Home) m_bar = 0;
    else if (key == Qt::Key_End) m_bar = count - 1;
    else return false;
    setAccessibleDescription(m_bar >= 0 ? tipOfBar(m_bar).spoken() : summary());
    overlayChanged();
    return true;
}

void HistogramChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("kind"), QStringLiteral("from"), QStringLiteral("to"), QStringLiteral("count")});
    const double width = m_data.counts.empty() ? 0 : barWidth(m_data);
    for (std::size_t i = 0; i < m_data.counts.size(); ++i) {
        const double from = m_data.lower + static_cast<double>(i) * width;
        csv.text(QStringLiteral("bar")).number(from).number(from + width).number(m_data.counts[i]).endRow();
    }
    for (const HistogramGrid& grid : m_data.grids) {
        for (const double level : grid.levels) {
            csv.text(QStringLiteral("level of %1 bit").arg(grid.bits)).number(level).number(level).text({}).endRow();
        }
    }
}

QString HistogramChart::summary() const
{
    return tr("%n bars from %1 to %2", nullptr, static_cast<int>(m_data.counts.size()))
        .arg(valueText(m_data.lower, 0), valueText(m_data.upper, 0));
}

} // namespace halftone
