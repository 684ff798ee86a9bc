// ConfusionMatrix: which class was told for the pixels of which class, and the mean intersection over union of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace halftone {

// mIoU by this rule: a class's intersection over union is
//     pixels that have the class and were told it / pixels that have it or were told it,
// summed over all images before dividing. Void pixels are counted nowhere. The mean is over the classes that occur in labels or
// predictions; a class that occurs in neither has no ratio. A network may answer more values a pixel than there are classes
// (networks that learnt void as one): such an answer is wrong for the pixel's class and is no class of the mean.
class ConfusionMatrix {
public:
    ConfusionMatrix() = default;
    explicit ConfusionMatrix(std::int64_t classes)
        : m_classes(classes)
        , m_counts(static_cast<std::size_t>(classes * (classes + 1)))
    {
    }

    // `label` is one of the classes; a `prediction` that is none is counted as another answer.
    void add(std::int64_t label, std::int64_t prediction, std::int64_t pixels = 1);

    std::int64_t classes() const { return m_classes; }
    std::int64_t count(std::int64_t label, std::int64_t prediction) const; // `prediction` = classes(): other answers
    std::int64_t pixels() const;
    std::int64_t correct() const;
    std::optional<double> intersectionOverUnion(std::int64_t label) const; // nothing for a class that occurs nowhere
    double meanIntersectionOverUnion() const; // fraction; 0 without pixels

private:
    std::int64_t m_classes = 0;
    std::vector<std::int64_t> m_counts; // by label, then by prediction
};

} // namespace halftone
