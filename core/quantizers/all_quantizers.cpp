// Every quantizer that Halftone knows; a new one is a file of its own and a line here.
#include "core/quantizers/all_quantizers.h"

#include <array>

#include "core/base/closest_names.h"
#include "core/graph/code_range.h"
#include "core/quantizers/calibrated_quantizer.h"
#include "core/quantizers/fixed_grid_quantizer.h"
#include "core/quantizers/lsq_quantizer.h"

namespace halftone {

namespace {
CodeRange codesOf(const QuantizerSpec& spec)
{
    return spec.isWeight && !spec.isUnsigned ? weightCodeRange(spec.bits, spec.symmetricWeights2)
                                             : codeRange(spec.bits, spec.isUnsigned);
}
} // namespace

std::int32_t lowestCode(const QuantizerSpec& spec) { return codesOf(spec).lowest; }
std::int32_t highestCode(const QuantizerSpec& spec) { return codesOf(spec).highest; }

std::span<const QuantizerMethod> allQuantizers()
{
    static constexpr std::array kMethods{
        QuantizerMethod{"lsq", "Learned step sizes, started at the least-square-error step", makeLsqQuantizer},
        QuantizerMethod{"lsq-paper", "Learned step sizes, started as in the paper: 2<|v|>/sqrt(Qp)", makePaperLsqQuantizer},
        QuantizerMethod{"min-max", "Fixed steps that cover the largest calibrated value", makeMinMaxQuantizer},
        QuantizerMethod{
            "least-square-error", "Fixed steps of least square error on the calibrated values", makeLeastSquareErrorQuantizer},
    };
    return kMethods;
}

Result<const QuantizerMethod*> findQuantizer(std::string_view name)
{
    std::vector<std::string> names;
    for (const auto& method : allQuantizers()) {
        if (method.name == name) return &method;
        names.emplace_back(method.name);
    }
    return Error{ErrorCode::BadInput, "There is no quantizer named " + std::string(name) + didYouMean(name, names)};
}

} // namespace halftone
