// What a CurveChart holds, and where its lines, labels and readings stand.
#include "widgets/plots/curve_chart_content.h"

#include "widgets/plots/label_layout.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace halftone {

namespace {

constexpr double kLabelGap = 8; // from the end of a line to its label
constexpr double kLongestLabel = 130;
constexpr double kClusterWidth = 48; // ends nearer than this share one column of labels
constexpr double kEndDot = 3.5;
constexpr std::size_t kTipRows = 8;
constexpr double kLeastMargin = 22; // half of the last word under the axis

QString fitted(const QString& label, const QFont& font)
{
    return QFontMetricsF(font).elidedText(label, Qt::ElideMiddle, kLongestLabel);
}

struct EndLabel {
    PlacedWords words;
    QPointF end;
    int importance = 0;
};

// Places one column of labels right of the rightmost end, clear of what stands there already.
void placeCluster(std::vector<EndLabel*>& cluster, const ChartFrame& frame, std::vector<QRectF>& taken)
{
    double left = 0;
    double width = 0;
    for (const EndLabel* label : cluster) {
        left = std::max(left, label->end.x() + kLabelGap);
        width = std::max(width, label->words.place.width());
    }
    left = std::min(left, frame.whole.right() - width);
    std::vector<LabelSlot> slotsWanted;
    for (const EndLabel* label : cluster) slotsWanted.push_back({label->end.y(), label->words.place.height() - 2, label->importance});
    std::vector<LabelBand> blocked;
    for (const QRectF& place : taken) {
        if (place.right() > left && place.left() < left + width) blocked.push_back({place.top(), place.bottom()});
    }
    const std::vector<double> middles = pushApart(slotsWanted, {frame.plot.top() - 6, frame.plot.bottom() + 4}, blocked);
    for (std::size_t i = 0; i < cluster.size(); ++i) {
        QRectF& place = cluster[i]->words.place;
        if (std::isnan(middles[i])) {
            place = {};
            continue;
        }
        const QSizeF size(place.width(), place.height() - 2);
        place = QRectF(QPointF(left, middles[i] - size.height() / 2), size);
        taken.push_back(place);
    }
}

} // namespace

void CurveChart::Curve::computeMean(double stretch)
{
    running = ExponentialMean(stretch);
    std::vector<CurvePoint> means;
    means.reserve(raw.size());
    for (const CurvePoint& point : raw.points()) means.push_back({point.x, running.add(point)});
    mean.assign(std::move(means));
}

void CurveChart::Curve::extendMean()
{
    for (std::size_t i = mean.size(); i < raw.size(); ++i) {
        const CurvePoint& point = raw.points()[i];
        mean.append({point.x, running.add(point)});
    }
}

QString CurveChart::Curve::name() const { return !style.label.isEmpty() ? style.label : !style.group.isEmpty() ? style.group : key; }

CurveChart::Curve* CurveChart::Content::find(const QString& key)
{
    const auto found = std::find_if(curves.begin(), curves.end(), [&key](const Curve& one) { return one.key == key; });
    return found == curves.end() ? nullptr : &*found;
}

std::vector<const CurveChart::Curve*> CurveChart::Content::inPaintOrder() const
{
    std::vector<const Curve*> order;
    for (const Curve& one : curves) {
        if (unitsPerEpoch(one) > 0) order.push_back(&one);
    }
    std::stable_partition(order.begin(), order.end(), [](const Curve* one) { return !one->style.chosen; });
    return order;
}

double CurveChart::Content::unitsPerEpoch(const Curve& curve) const
{
    return axis == CurveAxis::Time ? curve.style.secondsPerEpoch : 1;
}

AxisScale CurveChart::Content::scaleOf(const Curve& curve, const ChartFrame& frame) const
{
    AxisScale scale = frame.x;
    scale.lower /= unitsPerEpoch(curve);
    scale.upper /= unitsPerEpoch(curve);
    return scale;
}

AxisRange CurveChart::Content::valueRange(double padding) const
{
    CurveExtent extent;
    double smallest = std::numeric_limits<double>::infinity();
    for (const Curve* one : inPaintOrder()) {
        extent.include(one->raw.extent());
        extent.include(one->planned.extent());
        smallest = std::min({smallest, one->raw.smallestPositive(), one->planned.smallestPositive()});
    }
    if (reference) {
        extent.include(*reference);
        if (*reference > 0) smallest = std::min(smallest, *reference);
    }
    double lower = extent.empty() ? 0 : extent.lowest;
    const double upper = extent.empty() ? 1 : extent.highest;
    if (options.logarithmic) lower = smallest;
    AxisRange range = paddedRange(lower, upper, options.logarithmic, padding);
    if (options.fromZero && !options.logarithmic && lower >= 0) range.lower = 0;
    range.lower = options.lower.value_or(range.lower);
    range.upper = options.upper.value_or(range.upper);
    return drawableRange(range.lower, range.upper, options.logarithmic);
}

AxisRange CurveChart::Content::horizontalRange() const
{
    double upper = 0;
    for (const Curve* one : inPaintOrder()) {
        const double units = unitsPerEpoch(*one);
        if (!one->raw.empty()) upper = std::max(upper, one->raw.points().back().x * units);
        if (!one->planned.empty()) upper = std::max(upper, one->planned.points().back().x * units);
        if (one->style.live || curves.size() == 1) upper = std::max(upper, options.epochs * units);
    }
    if (axis == CurveAxis::Epochs) upper = std::max(upper, options.epochs);
    return {0, upper > 0 ? upper : 1};
}

int CurveChart::Content::labelMargin(const Theme& theme, double width) const
{
    const QFont font = theme.font(TextStyle::Caption);
    double widest = kLeastMargin;
    for (const Curve* one : inPaintOrder()) {
        if (one->raw.empty() || one->style.label.isEmpty()) continue;
        widest = std::max(widest, wordsSize(fitted(one->style.label, font), font).width() + kLabelGap + 4);
    }
    return static_cast<int>(std::min(widest, width * 0.4));
}

std::optional<QPointF> CurveChart::Content::endOf(const Curve& curve, const ChartFrame& frame) const
{
    const auto& points = (smooth && !curve.mean.empty() ? curve.mean : curve.raw).points();
    const auto last = std::find_if(points.rbegin(), points.rend(), [](const CurvePoint& point) { return std::isfinite(point.y); });
    if (last == points.rend()) return std::nullopt;
    const double y = std::clamp(frame.y.toPixel(last->y), frame.plot.top(), frame.plot.bottom());
    return QPointF(scaleOf(curve, frame).toPixel(last->x), y);
}

std::vector<PlacedWords> CurveChart::Content::placeLabels(const ChartFrame& frame) const
{
    const QFont font = frame.theme.font(TextStyle::Caption);
    std::vector<EndLabel> labels;
    for (const Curve* one : inPaintOrder()) {
        const std::optional<QPointF> end = endOf(*one, frame);
        if (one->style.label.isEmpty() || !end) continue;
        EndLabel label;
        label.words = {{}, fitted(one->style.label, font), one->style.colour, font, {}};
        label.words.place = QRectF(QPointF(), wordsSize(label.words.text, font));
        label.end = *end;
        label.importance = one->style.chosen ? 2 : one->style.live ? 1 : 0;
        labels.push_back(label);
    }
    std::stable_sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.end.x() > b.end.x(); });
    std::vector<QRectF> taken;
    if (reference) {
        taken.push_back(levelWordsPlace({frame.y.toPixel(*reference), referenceLabel, Role::Axis, frame.plot}, frame.theme));
    }
    for (std::size_t i = 0; i < labels.size();) {
        std::vector<EndLabel*> cluster;
        const double right = labels[i].end.x();
        for (; i < labels.size() && labels[i].end.x() > right - kClusterWidth; ++i) cluster.push_back(&labels[i]);
        placeCluster(cluster, frame, taken);
    }
    std::vector<PlacedWords> result;
    for (const EndLabel& label : labels) result.push_back(label.words);
    return result;
}

void CurveChart::Content::paintPlanned(QPainter& painter, const ChartFrame& frame) const
{
    for (const Curve* one : inPaintOrder()) {
        if (one->planned.empty()) continue;
        const AxisScale x = scaleOf(*one, frame);
        QPolygonF line;
        for (const CurvePoint& point : one->planned.points()) {
            if (std::isfinite(point.y)) line.append({x.toPixel(point.x), frame.y.toPixel(point.y)});
        }
        if (line.isEmpty()) continue;
        painter.save();
        painter.setClipRect(frame.plot.adjusted(-1, -1, 1, 1), Qt::IntersectClip);
        painter.setRenderHint(QPainter::Antialiasing);
        QPen pen(frame.theme.colour(Role::Ink3), 1);
        pen.setDashPattern({4, 4});
        painter.setPen(pen);
        painter.drawPolyline(line);
        painter.restore();
        const QFont font = frame.theme.font(TextStyle::Caption);
        const QSizeF size = wordsSize(one->plannedLabel, font);
        const double left = std::min(line.back().x() + kLabelGap, frame.whole.right() - size.width());
        const double top = std::clamp(line.back().y() - size.height() - 2, frame.plot.top(), frame.plot.bottom() - size.height() - 2);
        paintWords(painter, {QRectF(QPointF(left, top), size), one->plannedLabel, Role::Ink3, font, {}}, frame.theme);
    }
}

void CurveChart::Content::paintEnds(QPainter& painter, const ChartFrame& frame) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (const Curve* one : inPaintOrder()) {
        const std::optional<QPointF> end = one->style.live ? endOf(*one, frame) : std::nullopt;
        if (!end) continue;
        painter.setBrush(frame.theme.colour(one->style.colour));
        painter.drawEllipse(*end, kEndDot, kEndDot);
    }
    painter.restore();
}

// The last point at or before the cursor, of every curve that reaches so far.
std::vector<CurveReading> CurveChart::Content::readings(const ChartFrame& frame) const
{
    std::vector<CurveReading> result;
    if (!cursor) return result;
    for (const Curve* one : inPaintOrder()) {
        const CurvePyramid& shown = smooth ? one->mean : one->raw;
        const double epoch = *cursor / unitsPerEpoch(*one);
        if (shown.empty() || epoch > shown.points().back().x + 0.01 * (frame.x.upper - frame.x.lower) / unitsPerEpoch(*one)) continue;
        std::size_t i = shown.lowerBound(epoch);
        if (i == shown.size() || (i > 0 && epoch - shown.points()[i - 1].x < shown.points()[i].x - epoch)) --i;
        const CurvePoint& point = shown.points()[i];
        if (!std::isfinite(point.y)) continue;
        result.push_back({one, point.y, {scaleOf(*one, frame).toPixel(point.x), frame.y.toPixel(point.y)}});
    }
    return result;
}

ChartTip CurveChart::Content::tipAt(const ChartFrame& frame) const
{
    std::vector<CurveReading> shown = readings(frame);
    ChartTip tip;
    if (shown.empty()) return tip;
    const std::size_t all = shown.size();
    std::sort(shown.begin(), shown.end(), [this](const CurveReading& a, const CurveReading& b) {
        return std::abs(a.place.y() - cursorY) < std::abs(b.place.y() - cursorY);
    });
    shown.resize(std::min(all, kTipRows));
    std::sort(shown.begin(), shown.end(), [](const CurveReading& a, const CurveReading& b) { return a.place.y() < b.place.y(); });
    tip.title = axis == CurveAxis::Time ? axisTimeText(*cursor) : CurveChart::tr("epoch %1").arg(valueText(*cursor, (frame.x.upper - frame.x.lower) / 300));
    const double step = options.logarithmic ? 0 : (frame.y.upper - frame.y.lower) / 300;
    for (const CurveReading& reading : shown) tip.rows.push_back({reading.curve->name(), valueText(reading.value, step)});
    if (all > kTipRows) tip.rows.push_back({CurveChart::tr("and %n more", nullptr, static_cast<int>(all - kTipRows)), {}});
    return tip;
}

} // namespace halftone
