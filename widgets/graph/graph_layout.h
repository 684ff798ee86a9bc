// Where boxes, edges, frames and outlines stand, from left to right, by Graphviz.
#pragma once

#include <QPainterPath>
#include <QRectF>

#include "core/base/result.h"
#include "widgets/graph/network_parts.h"

namespace halftone {

struct EdgeCourse {
    QPainterPath path; // ends at the tip of the arrow head
    QPointF tip;
    QPointF direction; // of the arrow head, length 1
};

struct GraphLayout {
    QRectF bounds; // of everything, titles included; in pixels at zoom 1
    std::vector<QRectF> parts; // as NetworkParts::parts
    std::vector<EdgeCourse> edges; // as NetworkParts::edges; empty where not drawn
    std::vector<QRectF> frames;
    std::vector<QRectF> links;
};

inline constexpr int kMostParts = 6000;
inline constexpr double kFrameTitleHeight = 22; // above each frame

// The parts are measured already. Takes from milliseconds to seconds: for a thread of its own. One layout at a time, the next
// one waits, because Graphviz keeps state. Errors: Unsupported for more than kMostParts; Failed when Graphviz gives up.
Result<GraphLayout> layOut(const NetworkParts& parts);

} // namespace halftone
