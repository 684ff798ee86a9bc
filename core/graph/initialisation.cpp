// Weights before training, drawn as torchvision's ResNets and PyTorch's Linear draw theirs.
#include <cassert>
#include <cmath>

#include "core/base/random.h"
#include "core/graph/network.h"

namespace halftone {

namespace {

// Each parameter has a stream of its own, so a change of one layer leaves the others' draws alone.
class Initialiser {
public:
    Initialiser(Network& network, std::uint64_t seed)
        : m_network(network)
        , m_seed(seed)
    {
    }

    void fill(ParameterIndex index, float constant) { set(index, std::vector<float>(count(index), constant)); }

    void normal(ParameterIndex index, double deviation)
    {
        draw(index, [&](Random& random) { return deviation * random.normal(); });
    }

    void uniform(ParameterIndex index, double bound)
    {
        draw(index, [&](Random& random) { return bound * (2 * random.uniform() - 1); });
    }

private:
    std::size_t count(ParameterIndex index) const
    {
        return static_cast<std::size_t>(elementCount(m_network.parameter(index).shape));
    }

    template <typename Draw> void draw(ParameterIndex index, Draw next)
    {
        Random random(m_seed, "initialise " + m_network.parameter(index).name);
        std::vector<float> values(count(index));
        for (float& value : values) value = static_cast<float>(next(random));
        set(index, values);
    }

    void set(ParameterIndex index, const std::vector<float>& values)
    {
        const Status kept = m_network.setParameter(index, TensorData::fromFloats(m_network.parameter(index).shape, values));
        assert(kept.ok() && "the shape is the parameter's own");
        static_cast<void>(kept);
    }

    Network& m_network;
    std::uint64_t m_seed;
};

} // namespace

void initialiseParameters(Network& network, std::uint64_t seed)
{
    Initialiser initialiser(network, seed);
    // By index: setting a parameter leaves operations() as it is, but a copy is cheap and safe.
    const std::vector<Operation> operations(network.operations().begin(), network.operations().end());
    for (const Operation& operation : operations) {
        const auto& parameters = operation.parameters;
        if (operation.isLayer()) {
            const Shape& weight = network.parameter(parameters[0]).shape;
            const double fanIn = static_cast<double>(elementCount(weight) / weight[0]);
            // Kaiming: deviation sqrt(2 / fan out), fan out = filters * kernel size, whatever the groups (as PyTorch).
            if (operation.as<Conv2d>() || operation.as<ConvTranspose2d>())
                initialiser.normal(parameters[0], std::sqrt(2.0 / static_cast<double>(weight[0] * weight[2] * weight[3])));
            else
                initialiser.uniform(parameters[0], 1.0 / std::sqrt(fanIn));
            if (parameters.size() > 1) initialiser.uniform(parameters[1], 1.0 / std::sqrt(fanIn));
        } else if (operation.as<PRelu>()) {
            initialiser.fill(parameters[0], 0.25f); // PyTorch's
        } else if (operation.as<LayerNorm>()) {
            initialiser.fill(parameters[0], 1.0f);
            initialiser.fill(parameters[1], 0.0f);
        } else if (operation.as<BatchNorm>()) {
            initialiser.fill(parameters[0], 1.0f); // weight
            initialiser.fill(parameters[1], 0.0f); // bias
            initialiser.fill(parameters[2], 0.0f); // running_mean
            initialiser.fill(parameters[3], 1.0f); // running_var
        }
    }
}

} // namespace halftone
