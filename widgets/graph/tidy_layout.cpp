// Lanes for shortcuts first, then frames round everything, then the bounds.
#include "widgets/graph/tidy_layout.h"

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kCorner = 14; // radius of a lane's corners
constexpr double kClearance = 5; // between a lane and a box
constexpr double kLaneGap = 10; // between two lanes
constexpr double kFrameMargin = 16;
constexpr int kLaneTrials = 6;

QRectF spanned(QPointF a, QPointF b) { return QRectF(a, b).normalized().adjusted(-0.5, -0.5, 0.5, 0.5); }

// One corner after the other, rounded.
QPainterPath rounded(const std::vector<QPointF>& points)
{
    QPainterPath path(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const auto towards = [&](const QPointF& other) {
            const QPointF along = other - points[i];
            const double length = std::hypot(along.x(), along.y());
            return points[i] + along * std::min(kCorner, length / 2) / std::max(length, 1e-9);
        };
        path.lineTo(towards(points[i - 1]));
        path.quadTo(points[i], towards(points[i + 1]));
    }
    path.lineTo(points.back());
    return path;
}

class LaneFinder {
public:
    LaneFinder(GraphLayout& layout, const NetworkParts& parts)
        : m_layout(layout)
        , m_parts(parts)
    {
        for (std::size_t p = 0; p < layout.parts.size(); ++p) m_order.push_back(static_cast<int>(p));
        std::ranges::sort(m_order, {}, [&](int p) { return box(p).left(); });
        for (const QRectF& one : layout.parts) m_widest = std::max(m_widest, one.width());
    }
    // A shortcut that arrives beside the main way: along a lane, then straight up or down into its end.
    void route(std::size_t index)
    {
        const GraphEdge& edge = m_parts.edges[index];
        EdgeCourse& course = m_layout.edges[index];
        if (edge.main || !edge.drawn || course.path.isEmpty()) return;
        if (m_parts.parts[static_cast<std::size_t>(edge.to)].kind != PartKind::Pill) return;
        const QRectF from = box(edge.from), to = box(edge.to);
        const double tailAway = from.center().y() - to.center().y();
        if (std::abs(tailAway) > to.height()) {
            place(index, {QPointF(from.right(), from.center().y()), QPointF(to.center().x(), from.center().y()),
                             QPointF(to.center().x(), tailAway > 0 ? to.bottom() : to.top())});
            return;
        }
        const QRectF reach = course.path.boundingRect();
        const bool below = reach.bottom() - to.bottom() > to.top() - reach.top();
        const double away = below ? 1 : -1;
        double lane = below ? reach.bottom() : reach.top();
        if (away * (lane - (below ? to.bottom() : to.top())) < kCorner) return; // no lane, only a curve
        for (int trial = 0; trial < kLaneTrials; ++trial, lane += away * kLaneGap) {
            const double tail = below ? from.bottom() : from.top(), head = below ? to.bottom() : to.top();
            if (place(index, {QPointF(from.center().x(), tail), QPointF(from.center().x(), lane), QPointF(to.center().x(), lane),
                                 QPointF(to.center().x(), head)}))
                return;
        }
    }

private:
    const QRectF& box(int part) const { return m_layout.parts[static_cast<std::size_t>(part)]; }
    bool place(std::size_t index, const std::vector<QPointF>& points)
    {
        const GraphEdge& edge = m_parts.edges[index];
        std::vector<QRectF> runs;
        for (std::size_t i = 0; i + 1 < points.size(); ++i) runs.push_back(spanned(points[i], points[i + 1]));
        for (const QRectF& run : runs)
            if (meetsBox(run, edge) || meetsLane(run)) return false;
        for (const QRectF& run : runs)
            if (run.width() > run.height()) m_lanes.push_back(run);
        const QPointF last = points.back() - points[points.size() - 2];
        m_layout.edges[index] = {.path = rounded(points), .tip = points.back(), .direction = last / std::hypot(last.x(), last.y())};
        return true;
    }
    bool meetsBox(const QRectF& run, const GraphEdge& edge) const
    {
        const QRectF wide = run.adjusted(-kClearance, -kClearance, kClearance, kClearance);
        auto part = std::ranges::lower_bound(m_order, wide.left() - m_widest, {}, [&](int p) { return box(p).left(); });
        for (; part != m_order.end() && box(*part).left() <= wide.right(); ++part)
            if (*part != edge.from && *part != edge.to && box(*part).intersects(wide)) return true;
        return false;
    }
    bool meetsLane(const QRectF& run) const
    {
        if (run.height() > run.width()) return false; // crossing a lane is fine, lying on one is not
        const QRectF wide = run.adjusted(0, 1 - kLaneGap, 0, kLaneGap - 1);
        return std::ranges::any_of(m_lanes, [&](const QRectF& lane) { return lane.intersects(wide); });
    }

    GraphLayout& m_layout;
    const NetworkParts& m_parts;
    std::vector<int> m_order; // parts by their left side
    std::vector<QRectF> m_lanes;
    double m_widest = 0;
};

// Frames that stand in one row get one height, which holds the shortcuts too.
void evenFrames(GraphLayout& layout)
{
    if (layout.frames.empty()) return;
    std::vector<QRectF> row = layout.frames;
    std::ranges::sort(row, {}, [](const QRectF& frame) { return frame.left(); });
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
        if (row[i].right() > row[i + 1].left()) return;
    double top = row.front().top(), bottom = row.front().bottom();
    for (const QRectF& frame : row) {
        top = std::min(top, frame.top());
        bottom = std::max(bottom, frame.bottom());
    }
    for (const EdgeCourse& edge : layout.edges) {
        if (edge.path.isEmpty()) continue;
        const QRectF reach = edge.path.boundingRect();
        top = std::min(top, reach.top() - kFrameMargin);
        bottom = std::max(bottom, reach.bottom() + kFrameMargin);
    }
    std::vector<QRectF> evened = layout.frames;
    for (QRectF& frame : evened) {
        const QRectF before = frame;
        frame.setTop(top);
        frame.setBottom(bottom);
        for (const QRectF& part : layout.parts)
            if (part.intersects(frame) && !before.contains(part)) return; // a stranger would stand in it
    }
    layout.frames = std::move(evened);
}

} // namespace

void tidy(GraphLayout& layout, const NetworkParts& parts)
{
    LaneFinder lanes(layout, parts);
    for (std::size_t e = 0; e < parts.edges.size(); ++e) lanes.route(e);
    evenFrames(layout);
    QRectF bounds = layout.bounds;
    for (const EdgeCourse& edge : layout.edges) bounds |= edge.path.boundingRect();
    for (const QRectF& frame : layout.frames) bounds |= frame.adjusted(0, -kFrameTitleHeight, 0, 0);
    layout.bounds = bounds;
}

} // namespace halftone
