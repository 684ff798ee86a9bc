// Task: what a data set's labels are, and the metric by which a network is judged on them.
#pragma once

#include <cstdint>
#include <string_view>

namespace halftone {

enum class Task {
    Classification, // one class an image
    Segmentation, // one class a pixel
    Outputs, // no labels: a network is judged by how near its outputs are to the full-precision network's
};

// Every metric is a fraction and 1 is best, so that frontiers and curves need not know which one they show.
struct TaskMetric {
    std::string_view name; // "top-1", "mIoU", "output agreement"
    std::string_view heading; // the same at the beginning of a column or an axis
    std::string_view counted; // what `correct` and `count` count: "images", "pixels"
};
const TaskMetric& metricOf(Task task);

// By the kind of data that a study names ("segmentation:PATH" or "segmentation"); unknown kinds are classification.
Task taskOfData(std::string_view reference);

} // namespace halftone
