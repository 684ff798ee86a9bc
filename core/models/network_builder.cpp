// The building steps that architectures share.
#include "core/models/network_builder.h"

#include "core/graph/shape_inference.h"

namespace halftone {

ValueIndex NetworkBuilder::input(Shape shape)
{
    if (Status usable = checkValueShape(shape, "the network's input"); !usable.ok()) {
        m_status = std::move(usable);
        return {};
    }
    return m_network.addInput(std::move(shape));
}

ValueIndex NetworkBuilder::add(std::string name, Attributes attributes, std::vector<ValueIndex> inputs, bool bias)
{
    if (!m_status.ok()) return {};
    Result<ValueIndex> added = m_network.add(std::move(name), std::move(attributes), std::move(inputs), bias);
    if (added.ok()) return *added;
    m_status = added.error();
    return {};
}

ValueIndex NetworkBuilder::conv(std::string name, ValueIndex x, std::int64_t channels, std::int64_t kernel, std::int64_t stride)
{
    const Conv2d attributes{.outChannels = channels,
        .kernel = {kernel, kernel},
        .stride = {stride, stride},
        .padding = {kernel / 2, kernel / 2},
        .dilation = {1, 1},
        .groups = 1};
    return add(std::move(name), attributes, {x});
}

ValueIndex NetworkBuilder::classifier(std::string name, ValueIndex x, std::int64_t classes)
{
    x = add("avgpool", AdaptiveAveragePool{}, {x});
    x = add("flatten", Flatten{}, {x});
    return add(std::move(name), Linear{.outFeatures = classes}, {x}, true);
}

Shape NetworkBuilder::shape(ValueIndex x) const { return x.valid() ? m_network.value(x).shape : Shape{0, 0, 0}; }

Result<Network> NetworkBuilder::finish(ValueIndex output) &&
{
    if (!m_status.ok()) return m_status.error();
    m_network.setOutput(output);
    return std::move(m_network);
}

} // namespace halftone
