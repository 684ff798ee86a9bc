// Which architecture a file's tensors come nearest to when their names fit none exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/graph/tensor_data.h"

namespace halftone {

struct NearestArchitecture {
    std::string name;
    std::int64_t classes = 0; // that the file seems to have; 0: the published number
    double share = 0; // of tensors of equal shape among all of the file and the network, 0..1
};
// By shapes alone, because names are what may be wrong. Nothing when less than half of the shapes are common.
std::optional<NearestArchitecture> nearestArchitecture(const StateDict& tensors);
// The rows of the file's last matrix that could be the classifier of `architecture`, or the values a pixel of its last layer; 0
// when there is none.
std::int64_t classesFor(std::string_view architecture, const StateDict& tensors);

} // namespace halftone
