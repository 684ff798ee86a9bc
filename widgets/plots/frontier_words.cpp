// Where the words of a frontier stand: names of series with leader lines, end points, points of other effort.
#include "widgets/plots/frontier_words.h"

#include "widgets/plots/label_layout.h"
#include "widgets/theme/bit_look.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace halftone {

namespace {

constexpr double kLeader = 26; // from the words to the first point
constexpr double kWordsToLeader = 4;
constexpr double kLeaderToMark = 8;
constexpr double kMarkRadius = 7;
constexpr double kLineSample = 5; // pixels

QFont seriesFont(const FrontierSeries& series, const Theme& theme)
{
    QFont font = theme.font(TextStyle::Small);
    if (series.isMetric) font.setWeight(QFont::DemiBold);
    return font;
}

QString seriesName(const FrontierSeries& series)
{
    return series.label.isEmpty() ? Theme::metricName(series.metric) : series.label;
}

QPointF pixelOf(const FrontierMark& point, const ChartFrame& frame)
{
    return {frame.x.toPixel(point.cost), frame.y.toPixel(point.accuracy)};
}

bool isDrawable(const FrontierMark& point) { return std::isfinite(point.cost) && std::isfinite(point.accuracy); }

QRectF markPlace(const FrontierMark& point, const ChartFrame& frame)
{
    const double radius = point.series < 0 ? kEndRing : kMarkRadius;
    const QPointF at = pixelOf(point, frame);
    return {at.x() - radius, at.y() - radius, 2 * radius, 2 * radius};
}

void addSamples(std::vector<QPointF>& samples, const QPointF& from, const QPointF& to)
{
    const int steps = std::max(1, static_cast<int>(QLineF(from, to).length() / kLineSample));
    for (int k = 0; k <= steps; ++k) samples.push_back(from + (to - from) * k / steps);
}

// Points along the lines of all series and along the intervals, which words should not cover.
std::vector<QPointF> lineSamples(const FrontierChartData& data, const ChartFrame& frame)
{
    std::vector<QPointF> samples;
    for (const FrontierMark& point : data.points) {
        if (!isDrawable(point) || !point.low || !point.high) continue;
        const double x = frame.x.toPixel(point.cost);
        addSamples(samples, {x, frame.y.toPixel(*point.low)}, {x, frame.y.toPixel(*point.high)});
    }
    for (int s = 0; s < static_cast<int>(data.series.size()); ++s) {
        std::vector<int> line = frontierLine(data, s);
        if (!line.empty() && data.joinsAt >= 0) line.push_back(data.joinsAt);
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            const QPointF from = pixelOf(data.points[static_cast<std::size_t>(line[i])], frame);
            const QPointF to = pixelOf(data.points[static_cast<std::size_t>(line[i + 1])], frame);
            addSamples(samples, from, to);
        }
    }
    return samples;
}

// End points and points of other effort carry their words beside them.
void placePointWords(const FrontierChartData& data, const ChartFrame& frame, FrontierWords& result, std::vector<QRectF>& taken)
{
    const QFont font = frame.theme.font(TextStyle::Caption);
    const std::vector<QPointF> lines = lineSamples(data, frame);
    std::set<std::pair<int, QString>> said; // words of one series and effort stand once
    for (const FrontierMark& point : data.points) {
        if (!isDrawable(point)) continue;
        const bool end = point.series < 0;
        const QString text = end || (!point.joined && point.otherEffort.isEmpty()) ? point.label : point.otherEffort;
        if (text.isEmpty() || (!end && !said.insert({point.series, text}).second)) continue;
        BesideOptions options;
        options.anchor = pixelOf(point, frame);
        options.size = wordsSize(text, font);
        options.distance = end ? kEndRing + 5 : 13;
        options.bounds = frame.plot.adjusted(2, 2, 12, -2);
        const QRectF place = placeBeside(options, taken, lines);
        if (!end && place.isNull()) said.erase({point.series, text});
        if (place.isNull()) continue;
        taken.push_back(place);
        PlacedWords words{place, text, Role::Ink2, font, {}};
        if (end) words.ownColour = bitLook(point.endBits, frame.theme).text;
        result.words.push_back(words);
    }
}

void placeSeriesNames(const FrontierChartData& data, const ChartFrame& frame, FrontierWords& result, const std::vector<QRectF>& taken)
{
    struct Name {
        std::size_t series;
        QPointF first;
    };
    std::vector<Name> names;
    double leftmost = std::numeric_limits<double>::infinity();
    for (std::size_t s = 0; s < data.series.size(); ++s) {
        const std::vector<int> line = frontierLine(data, static_cast<int>(s));
        if (line.empty()) continue;
        const QPointF first = pixelOf(data.points[static_cast<std::size_t>(line.front())], frame);
        names.push_back({s, first});
        leftmost = std::min(leftmost, first.x());
    }
    const double right = leftmost - kLeader - kLeaderToMark;
    double left = right;
    std::vector<LabelSlot> wanted;
    for (const Name& name : names) {
        const FrontierSeries& series = data.series[name.series];
        const QSizeF size = wordsSize(seriesName(series), seriesFont(series, frame.theme));
        left = std::min(left, right - size.width());
        wanted.push_back({name.first.y(), size.height(), series.isMetric ? 1 : 0});
    }
    std::vector<LabelBand> blocked;
    for (const QRectF& place : taken) {
        if (place.right() > left && place.left() < leftmost - kLeaderToMark) blocked.push_back({place.top(), place.bottom()});
    }
    const std::vector<double> middles = pushApart(wanted, {frame.plot.top(), frame.plot.bottom()}, blocked);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::isnan(middles[i])) continue;
        const FrontierSeries& series = data.series[names[i].series];
        PlacedWords words{{}, seriesName(series), Role::Ink2, seriesFont(series, frame.theme), {}};
        const QSizeF size = wordsSize(words.text, words.font);
        words.place = QRectF(QPointF(right - size.width(), middles[i] - size.height() / 2), size);
        if (series.isMetric) words.ownColour = frame.theme.series(series.metric);
        result.words.push_back(words);
        result.leaders.push_back(QLineF(right + kWordsToLeader, middles[i], names[i].first.x() - kLeaderToMark, names[i].first.y()));
    }
}

} // namespace

std::vector<int> frontierLine(const FrontierChartData& data, int series, FrontierMembers members)
{
    std::vector<int> line;
    for (std::size_t i = 0; i < data.points.size(); ++i) {
        const FrontierMark& point = data.points[i];
        const bool joined = point.joined && point.otherEffort.isEmpty();
        const bool member = series >= 0 && point.series == series && (joined || members == FrontierMembers::All);
        if (member && isDrawable(point)) line.push_back(static_cast<int>(i));
    }
    std::stable_sort(line.begin(), line.end(), [&data](int a, int b) {
        return data.points[static_cast<std::size_t>(a)].cost < data.points[static_cast<std::size_t>(b)].cost;
    });
    return line;
}

double frontierLabelRoom(const FrontierChartData& data, const Theme& theme)
{
    double widest = 0;
    for (const FrontierSeries& series : data.series) {
        widest = std::max(widest, wordsSize(seriesName(series), seriesFont(series, theme)).width());
    }
    return widest > 0 ? widest + kLeader + kLeaderToMark + 8 : 0;
}

FrontierWords placeFrontierWords(const FrontierChartData& data, const ChartFrame& frame)
{
    FrontierWords result;
    std::vector<QRectF> taken;
    for (const FrontierMark& point : data.points) {
        if (isDrawable(point)) taken.push_back(markPlace(point, frame));
    }
    if (data.reference) {
        taken.push_back(levelWordsPlace({frame.y.toPixel(*data.reference), data.referenceLabel, Role::Axis, frame.plot}, frame.theme));
    }
    const std::size_t marks = taken.size();
    placePointWords(data, frame, result, taken);
    // Names stand left of every first point; of the marks only those that reach so far count.
    std::vector<QRectF> around(taken.begin() + static_cast<std::ptrdiff_t>(marks), taken.end());
    for (std::size_t i = 0; i < data.points.size(); ++i) {
        if (data.points[i].series < 0 && isDrawable(data.points[i])) around.push_back(markPlace(data.points[i], frame));
    }
    placeSeriesNames(data, frame, result, around);
    return result;
}

} // namespace halftone
