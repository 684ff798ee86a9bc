// The metrics of the tasks.
#include "core/data/task.h"

#include <array>

namespace halftone {

const TaskMetric& metricOf(Task task)
{
    // In the order of Task.
    static constexpr std::array kMetrics{TaskMetric{"top-1", "Top-1", "images"}, TaskMetric{"mIoU", "mIoU", "pixels"},
        TaskMetric{"output agreement", "Output agreement", "images"}};
    return kMetrics[static_cast<std::size_t>(task)];
}

Task taskOfData(std::string_view reference)
{
    const std::string_view kind = reference.substr(0, reference.find(':'));
    if (kind == "segmentation") return Task::Segmentation;
    if (kind == "images") return Task::Outputs;
    return Task::Classification;
}

} // namespace halftone
