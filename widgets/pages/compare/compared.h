// What can be compared: saved assignments, widths, frontier points and single runs; and how two of them stand to each other.
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/studies/frontier_points.h"

namespace halftone {

enum class ComparedKind { Assignment, Width, Point, Run };

struct Compared {
    ComparedKind kind = ComparedKind::Assignment;
    QString key; // stays the same while the study grows
    QString name;
    BitAssignment bits;
    QString metric; // that chose it; may be empty
    std::vector<StudyPoint> trained; // measurements of these bits, of which one is compared
};
std::vector<Compared> comparedOf(const StudyOverview& study);

// Two of them, with the measurements that suit each other best: of the same effort where there are such.
struct ComparedPair {
    Compared first, second;
    std::optional<StudyPoint> firstPoint, secondPoint;
    std::vector<EffortAspect> otherEffort; // of the two points
    std::vector<LayerIndex> differing;
    bool bothMeasured() const { return firstPoint && secondPoint; }
};
ComparedPair pairOf(const Compared& first, const Compared& second);

// "Same effort: 2 epochs, seeds 0, 1, 10,000 test images. The runs may be compared."
QString effortSentence(const StudyOverview& study, const ComparedPair& pair);
// Bytes of the newest verified export of an assignment; none when there is none.
std::optional<double> exportedBytes(const StudyOverview& study, const Compared& compared);

} // namespace halftone
