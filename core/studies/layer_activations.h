// One layer's input as the window shows it: how its values are spread over training images, and what a grid makes of them.
#pragma once

#include "core/studies/study.h"
#include "core/studies/value_distribution.h"

namespace halftone {

struct LayerActivations {
    std::string layer;
    std::string value; // the operation whose output it is; "input" for the images themselves
    std::int64_t images = 0;
    ValueStatistics statistics;
    double zeroFraction = 0;
    bool isUnsigned = false; // can never be negative, so its codes are 0 .. 2^b - 1
    Histogram histogram; // from 0 when unsigned, else symmetric round zero
    std::vector<GridView> widths; // 2, 4, 8 bit at the step that calibration would choose
};

struct LayerActivationsOptions {
    std::string layer;
    std::int64_t run = 0; // in the network that this run left; 0: in the pretrained one
    std::int64_t images = 512; // the first of those that calibration uses; fewer when there are fewer
    int bins = 64;
};

// Runs the network up to the value twice: once for its range, once to count. Errors: NotFound names the nearest layer;
// BadInput for no images or bins; Failed when a value is NaN or infinite; Cancelled.
Result<LayerActivations> layerActivations(Study& study, const LayerActivationsOptions& options, const TaskContext& task = {});

} // namespace halftone
