// Finds places for labels in a chart so that no two of them overlap.
#pragma once

#include <QPointF>
#include <QRectF>
#include <vector>

namespace halftone {

struct LabelSlot {
    double wanted = 0; // middle
    double height = 0;
    int importance = 0; // when there is no room for all, the least important go first, of equals the later ones
};

struct LabelBand {
    double top = 0;
    double bottom = 0;
};

// The middles of the labels, as near to the wanted ones as possible (least squares), in the same order, apart and within the
// limits, and clear of the blocked bands; NaN for a label that has no room.
std::vector<double> pushApart(const std::vector<LabelSlot>& labels, const LabelBand& limits, std::vector<LabelBand> blocked = {});

struct BesideOptions {
    QPointF anchor; // the mark that the label belongs to
    QSizeF size;
    double distance = 8; // from the anchor to the label
    QRectF bounds;
    bool slanted = false; // the corners below right and above left come first: for a rising line
};
// Right, left, below, above or a corner of the anchor, where it touches no obstacle and lies in the bounds: the first of those that
// cover the fewest of the points. A null rectangle when there is none.
QRectF placeBeside(const BesideOptions& options, const std::vector<QRectF>& obstacles, const std::vector<QPointF>& points = {});

} // namespace halftone
