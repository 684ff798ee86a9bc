// A layer's input activations as `inspect --layer` measures them.
#pragma once

#include <optional>
#include <string>

#include <QString>

#include "core/base/result.h"
#include "widgets/plots/histogram_chart.h"

namespace halftone {

struct LayerInputs {
    QString value; // the operation that makes the value
    std::int64_t images = 0;
    double zeroFraction = 0;
    HistogramData histogram; // with the levels of 2, 4 and 8 bit
    std::map<int, std::optional<double>> signalToNoiseDb; // by bit width
};

// Errors: Failed when the document is not what `inspect --layer NAME --images N` answers.
Result<LayerInputs> readLayerInputs(const std::string& document);

} // namespace halftone
