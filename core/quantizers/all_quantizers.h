// The list of quantizers by name.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/quantizers/quantizer.h"

namespace halftone {

struct QuantizerMethod {
    std::string_view name; // "lsq"
    std::string_view description; // one line
    std::unique_ptr<Quantizer> (*make)(const QuantizerSpec&);
};
std::span<const QuantizerMethod> allQuantizers();
Result<const QuantizerMethod*> findQuantizer(std::string_view name);

} // namespace halftone
