// Paints rows of layers with a bar for each metric.
#include "widgets/pages/sensitivity/sensitivity_chart.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "widgets/format/quantity.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/curve_pyramid.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTop = 50; // titles and ticks
constexpr int kBottom = 8;
constexpr int kRowHeight = 26;
constexpr int kLeastRowHeight = 20;
constexpr double kGlyph = 12;
constexpr double kNameLeft = 30;
constexpr double kBracket = 20; // room for the bracket of linked layers
constexpr double kLongestName = 220;
constexpr double kValueWidth = 56;
constexpr double kColumnGap = 20;
constexpr double kBar = 10;

QString reasonText(const QString& reason)
{
    QString words = reason;
    while (words.endsWith(u'.')) words.chop(1);
    if (words.size() > 1 && words[0].isUpper() && words[1].isLower()) words[0] = words[0].toLower();
    return words.isEmpty() ? SensitivityChart::tr("Not scored") : SensitivityChart::tr("Not scored: %1").arg(words);
}

QString valueText(double gain, bool normalised) { return normalised ? numberText(gain, 2) : gainText(gain); }

} // namespace

SensitivityChart::SensitivityChart(QWidget* parent)
    : Chart(parent)
{
    setObjectName(u"sensitivityChart"_s);
}

SensitivityChart::~SensitivityChart() = default;

bool SensitivityChart::isEmpty() const { return std::ranges::none_of(m_table.columns, &ScoreColumn::isScored); }

void SensitivityChart::setScores(ScoreTable table, bool normalised)
{
    m_table = std::move(table);
    m_isNormalised = normalised;
    m_order.clear();
    m_firstRow.clear();
    for (const auto& group : m_table.groups) {
        m_firstRow.push_back(static_cast<int>(m_order.size()));
        for (const LayerIndex layer : group.layers) m_order.push_back(static_cast<int>(layer.value));
    }
    updateGeometry();
    dataChanged();
}

void SensitivityChart::setLayers(std::vector<SensitivityLayer> layers)
{
    m_layers = std::move(layers);
    dataChanged();
}

QSize SensitivityChart::sizeHint() const { return {640, kTop + kBottom + kRowHeight * rows()}; }
QSize SensitivityChart::minimumSizeHint() const { return {480, kTop + kBottom + kLeastRowHeight * rows()}; }

int SensitivityChart::rowOf(int layer) const
{
    const auto found = std::ranges::find(m_order, layer);
    return found == m_order.end() ? -1 : static_cast<int>(found - m_order.begin());
}

const ScoredGroup* SensitivityChart::groupOf(int layer) const
{
    for (const auto& group : m_table.groups)
        if (std::ranges::find(group.layers, LayerIndex(layer)) != group.layers.end()) return &group;
    return nullptr;
}

ChartLayout SensitivityChart::layoutFor(const QSizeF& size) const
{
    double widest = 0;
    const QFontMetricsF metrics(themeOf(this).font(TextStyle::NumberSmall));
    for (const auto& layer : m_layers) widest = std::max(widest, metrics.horizontalAdvance(layer.name));
    ChartLayout layout;
    layout.x.visible = false;
    layout.y.visible = false;
    const double names = std::min({widest, kLongestName, 0.35 * size.width()});
    layout.margins = QMargins(static_cast<int>(std::ceil(kNameLeft + names + kBracket)) + 2, kTop, 4, kBottom);
    layout.x.range = {0, 1};
    layout.y.range = {0, std::max(1.0, static_cast<double>(rows()))};
    return layout;
}

SensitivityChart::Column SensitivityChart::columnOf(int column, const ChartFrame& frame) const
{
    const double width = (frame.plot.width() - kColumnGap) / 2;
    const double left = frame.plot.left() + column * (width + kColumnGap);
    Column made{.area = QRectF(left, frame.plot.top(), width - kValueWidth, frame.plot.height()), .scale = {}};
    made.times = scaleOf(m_table, column, m_isNormalised);
    CurveExtent extent;
    extent.include(0.0);
    for (const auto& group : m_table.groups)
        if (const auto& gain = group.gains[static_cast<std::size_t>(column)].gain) extent.include(*gain * made.times);
    const double span = std::max(extent.highest - extent.lowest, 1e-12);
    made.scale = {extent.lowest < 0 ? extent.lowest - 0.03 * span : 0, extent.highest + 0.05 * span, false, made.area.left(), made.area.right()};
    return made;
}

QRectF SensitivityChart::rowBand(int row, const ChartFrame& frame) const
{
    const double height = frame.plot.height() / std::max(1, rows());
    return {0, frame.plot.top() + row * height, frame.whole.width(), height};
}

QRectF SensitivityChart::groupBand(int group, const ChartFrame& frame) const
{
    const auto index = static_cast<std::size_t>(group);
    const int first = m_firstRow[index], last = first + static_cast<int>(m_table.groups[index].layers.size()) - 1;
    return rowBand(first, frame).united(rowBand(last, frame));
}

QPointF SensitivityChart::markPosition(int index, const ChartFrame& frame) const
{
    const int row = rowOf(index);
    if (row < 0) return {-1000, -1000};
    return {frame.plot.left(), rowBand(row, frame).center().y()};
}

namespace {

QRectF barIn(const QRectF& band, double from, double to)
{
    const double height = std::min(kBar, 0.6 * band.height());
    return QRectF(std::min(from, to), band.center().y() - height / 2, std::abs(to - from), height);
}

} // namespace

std::optional<QRectF> SensitivityChart::barRect(int group, int column) const
{
    const auto& gain = m_table.groups[static_cast<std::size_t>(group)].gains[static_cast<std::size_t>(column)].gain;
    if (!gain) return {};
    const ChartFrame now = frame();
    const Column where = columnOf(column, now);
    return barIn(groupBand(group, now), where.scale.toPixel(0), where.scale.toPixel(*gain * where.times));
}

std::optional<QRectF> SensitivityChart::hatchRect(int group, int column) const
{
    const ScoredGroup& one = m_table.groups[static_cast<std::size_t>(group)];
    const auto index = static_cast<std::size_t>(column);
    if (one.isEdge || one.gains[index].gain || !m_table.columns[index].isScored) return {};
    const ChartFrame now = frame();
    const Column where = columnOf(column, now);
    const double height = 16;
    return QRectF(where.area.left(), groupBand(group, now).center().y() - height / 2, where.area.width() + kValueWidth - 8, height);
}

void SensitivityChart::paintColumn(QPainter& painter, const ChartFrame& frame, int column) const
{
    const ScoreColumn& about = m_table.columns[static_cast<std::size_t>(column)];
    if (about.metric.isEmpty()) return;
    const Column where = columnOf(column, frame);
    const QFont bold = frame.theme.font(TextStyle::Heading), small = frame.theme.font(TextStyle::Small);
    const QString name = Theme::metricName(about.metric);
    painter.setFont(bold);
    painter.setPen(frame.theme.series(about.metric));
    painter.drawText(QRectF(where.area.left(), 0, where.area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter, name);
    const double wide = QFontMetricsF(bold).horizontalAdvance(name) + 6;
    painter.setFont(small);
    painter.setPen(frame.theme.colour(Role::Ink3));
    const QString unit = m_isNormalised ? tr("of the largest") : about.unit;
    const double room = where.area.width() + kValueWidth - wide;
    painter.drawText(QRectF(where.area.left() + wide, 0, room, 20), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetricsF(small).elidedText(about.isScored ? unit : QString(), Qt::ElideRight, room));
    if (!about.isScored) {
        painter.drawText(QRectF(where.area.left(), frame.plot.top() + 8, where.area.width() + kValueWidth, 24), Qt::AlignLeft | Qt::AlignVCenter,
            tr("Score %1 to see the layers.").arg(name));
        return;
    }
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int wanted = std::max(2, static_cast<int>(where.area.width() / 48));
    for (const AxisTick& tick : linearTicks({where.scale.lower, where.scale.upper}, wanted)) {
        const double x = std::round(where.scale.toPixel(tick.value));
        painter.setPen(QPen(frame.theme.colour(tick.value == 0 ? Role::Axis : Role::Grid), 1));
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        painter.setPen(frame.theme.colour(Role::Ink2));
        painter.drawText(QRectF(x - 30, 24, 60, 18), Qt::AlignCenter, tick.label);
    }
    for (int group = 0; group < static_cast<int>(m_table.groups.size()); ++group) paintGain(painter, frame, group, column);
}

void SensitivityChart::paintGain(QPainter& painter, const ChartFrame& frame, int group, int column) const
{
    const ScoredGroup& one = m_table.groups[static_cast<std::size_t>(group)];
    const LayerGain& gain = one.gains[static_cast<std::size_t>(column)];
    const Column where = columnOf(column, frame);
    const QRectF band = groupBand(group, frame);
    if (one.isEdge) {
        painter.setFont(frame.theme.font(TextStyle::Caption));
        painter.setPen(frame.theme.colour(Role::Ink3));
        painter.drawText(QRectF(where.area.left() + 8, band.top(), where.area.width(), band.height()), Qt::AlignLeft | Qt::AlignVCenter,
            column == 0 ? tr("stays at 8 bit") : QString());
        return;
    }
    if (!gain.gain) {
        const QRectF place(where.area.left(), band.center().y() - 8, where.area.width() + kValueWidth - 8, 16);
        paintHatch(painter, frame, place, reasonText(gain.reason));
        return;
    }
    const double shown = *gain.gain * where.times;
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QRectF bar = barIn(band, where.scale.toPixel(0), where.scale.toPixel(shown));
    QColor colour = frame.theme.series(m_table.columns[static_cast<std::size_t>(column)].metric);
    colour.setAlphaF(0.85F);
    painter.fillRect(bar, colour);
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    painter.setPen(frame.theme.colour(Role::Ink2));
    painter.drawText(QRectF(where.area.right() + 4, band.top(), kValueWidth - 8, band.height()), Qt::AlignRight | Qt::AlignVCenter,
        valueText(shown, m_isNormalised));
}

void SensitivityChart::paintHatch(QPainter& painter, const ChartFrame& frame, const QRectF& place, const QString& words) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(place);
    painter.setPen(QPen(frame.theme.colour(Role::BorderStrong), 1));
    for (double x = place.left() - place.height(); x < place.right(); x += 6)
        painter.drawLine(QPointF(x, place.bottom()), QPointF(x + place.height(), place.top()));
    painter.setClipping(false);
    QPen dashed(frame.theme.colour(Role::Axis), 1);
    dashed.setDashPattern({3, 3});
    painter.setPen(dashed);
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5));
    const QFont font = frame.theme.font(TextStyle::Caption);
    const double room = place.width() - 24;
    const QString shown = QFontMetricsF(font).elidedText(words, Qt::ElideRight, room);
    const QRectF paper(place.left() + 10, place.top() + 1, QFontMetricsF(font).horizontalAdvance(shown) + 8, place.height() - 2);
    painter.fillRect(paper, frame.theme.colour(Role::Panel));
    painter.setFont(font);
    painter.setPen(frame.theme.colour(Role::Ink));
    painter.drawText(paper, Qt::AlignCenter, shown);
    painter.restore();
}

void SensitivityChart::paintNames(QPainter& painter, const ChartFrame& frame) const
{
    painter.setFont(frame.theme.font(TextStyle::Heading));
    painter.setPen(frame.theme.colour(Role::Ink));
    painter.drawText(QRectF(0, 0, frame.plot.left(), 20), Qt::AlignLeft | Qt::AlignVCenter, tr("Layer"));
    const QFont font = frame.theme.font(TextStyle::NumberSmall);
    painter.setFont(font);
    const double room = frame.plot.left() - kNameLeft - kBracket;
    for (int row = 0; row < rows(); ++row) {
        const SensitivityLayer& layer = m_layers[static_cast<std::size_t>(m_order[static_cast<std::size_t>(row)])];
        const QRectF band = rowBand(row, frame);
        painter.setRenderHint(QPainter::Antialiasing);
        paintBitGlyph(painter, QRectF(8, band.center().y() - kGlyph / 2, kGlyph, kGlyph), layer.bits, frame.theme);
        painter.setPen(frame.theme.colour(Role::Ink));
        painter.drawText(QRectF(kNameLeft, band.top(), room, band.height()), Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(font).elidedText(layer.name, Qt::ElideMiddle, room));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(frame.theme.colour(Role::Axis), 1));
    for (std::size_t g = 0; g < m_table.groups.size(); ++g) {
        if (m_table.groups[g].layers.size() < 2) continue;
        const QRectF band = groupBand(static_cast<int>(g), frame);
        const double inset = rowBand(0, frame).height() / 2, right = std::round(frame.plot.left() - 8), left = right - 5;
        const double top = std::round(band.top() + inset), bottom = std::round(band.bottom() - inset);
        painter.drawPolyline(QPolygonF{{left, top}, {right, top}, {right, bottom}, {left, bottom}});
    }
}

void SensitivityChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    if (m_layers.size() != m_order.size()) return; // between two studies
    paintNames(painter, frame);
    for (const int column : {0, 1}) paintColumn(painter, frame, column);
}

void SensitivityChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    const auto mark = [&](int layer, const QColor& colour) {
        if (const int row = layer < 0 ? -1 : rowOf(layer); row >= 0) painter.fillRect(rowBand(row, frame), colour);
    };
    mark(selectedPoint(), frame.theme.colour(Role::Accent, 0.14));
    if (hoveredPoint() != selectedPoint()) mark(hoveredPoint(), frame.theme.colour(Role::Ink, 0.05));
    Chart::paintOverlay(painter, frame);
}

ChartTip SensitivityChart::tipOf(int index) const
{
    const ScoredGroup* group = groupOf(index);
    if (!group || index >= static_cast<int>(m_layers.size())) return {};
    ChartTip tip{m_layers[static_cast<std::size_t>(index)].name, {}};
    tip.rows.push_back({tr("bits now"), bitName(m_layers[static_cast<std::size_t>(index)].bits)});
    if (group->isEdge) {
        tip.rows.push_back({tr("first or last layer"), tr("stays at 8 bit, not scored")});
        return tip;
    }
    for (std::size_t c = 0; c < 2; ++c) {
        const ScoreColumn& column = m_table.columns[c];
        if (column.metric.isEmpty() || !column.isScored) continue;
        const auto& gain = group->gains[c];
        tip.rows.push_back({Theme::metricName(column.metric), gain.gain ? gainText(*gain.gain) + u' ' + column.unit : reasonText(gain.reason)});
    }
    if (group->layers.size() > 1)
        tip.rows.push_back({tr("linked"), tr("%1 layers read one tensor and share one gain").arg(group->layers.size())});
    return tip;
}

int SensitivityChart::pointFrom(int index, Qt::Key key) const
{
    if (m_order.empty()) return -1;
    const int row = index < 0 ? -1 : rowOf(index);
    if (row < 0 || key == Qt::Key_Home) return m_order.front();
    if (key == Qt::Key_End) return m_order.back();
    const int next = std::clamp(row + (key == Qt::Key_Down || key == Qt::Key_Right ? 1 : -1), 0, rows() - 1);
    return m_order[static_cast<std::size_t>(next)];
}

int SensitivityChart::hitTest(const QPointF& position, const ChartFrame& frame) const
{
    if (rows() == 0 || position.y() < frame.plot.top() || position.y() >= frame.plot.bottom()) return -1;
    const auto row = static_cast<std::size_t>((position.y() - frame.plot.top()) / rowBand(0, frame).height());
    return m_order[std::min(row, m_order.size() - 1)];
}

void SensitivityChart::writeCsv(CsvWriter& csv) const
{
    csv.text(u"layer"_s).text(u"group"_s).text(u"bits"_s);
    for (const auto& column : m_table.columns)
        if (column.isScored) csv.text(column.metric + u", "_s + column.unit).text(column.metric + u", why not"_s);
    csv.endRow();
    for (const auto& group : m_table.groups)
        for (const LayerIndex layer : group.layers) {
            const SensitivityLayer& one = m_layers[static_cast<std::size_t>(layer.value)];
            csv.text(one.name).integer(group.group.value).integer(one.bits);
            for (std::size_t c = 0; c < 2; ++c) {
                if (!m_table.columns[c].isScored) continue;
                csv.number(group.gains[c].gain.value_or(std::nan(""))).text(group.isEdge ? tr("stays at 8 bit") : group.gains[c].reason);
            }
            csv.endRow();
        }
}

QString SensitivityChart::summary() const
{
    const auto missing = std::ranges::count_if(m_table.groups,
        [this](const ScoredGroup& group) { return !group.isEdge && m_table.columns[0].isScored && !group.gains[0].gain; });
    return tr("%1 layers by %2; %3 not scored")
        .arg(rows()).arg(Theme::metricName(m_table.columns[0].metric)).arg(missing);
}

} // namespace halftone
