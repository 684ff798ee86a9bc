// NetworkBuilder: writes an architecture down as a chain of operations; the first failure is kept and ends the chain.
#pragma once

#include <string>

#include "core/graph/network.h"

namespace halftone {

// What architectures are made of. After a failure every call returns an invalid value and finish() says what failed.
class NetworkBuilder {
public:
    explicit NetworkBuilder(std::string architecture)
        : m_network(std::move(architecture))
    {
    }

    ValueIndex input(Shape shape);
    ValueIndex add(std::string name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias = false);
    // Square convolution without bias, padded so that stride 1 keeps the size (odd kernels).
    ValueIndex conv(std::string name, ValueIndex x, std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1);
    ValueIndex batchNorm(std::string name, ValueIndex x) { return add(std::move(name), BatchNorm{}, {x}); }
    ValueIndex relu(std::string name, ValueIndex x) { return add(std::move(name), Relu{}, {x}); }
    ValueIndex addition(std::string name, ValueIndex a, ValueIndex b) { return add(std::move(name), Add{}, {a, b}); }
    // Global average pool "avgpool", "flatten", and a fully connected layer called `name`.
    ValueIndex classifier(std::string name, ValueIndex x, std::int64_t classes);

    Shape shape(ValueIndex x) const; // {0, 0, 0} after a failure
    std::int64_t channels(ValueIndex x) const { return shape(x)[0]; }
    Result<Network> finish(ValueIndex output) &&;

private:
    Network m_network;
    Status m_status;
};

} // namespace halftone
