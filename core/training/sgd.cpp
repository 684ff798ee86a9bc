// The update of SGD with momentum.
#include "core/training/sgd.h"

#include <ATen/core/grad_mode.h>

#include "core/execution/tensor_bridge.h"

namespace halftone {

Sgd::Sgd(std::vector<SgdTensor> tensors, double momentum, bool nesterov)
    : m_tensors(std::move(tensors))
    , m_momentum(momentum)
    , m_nesterov(nesterov)
{
    for (const auto& one : m_tensors) m_momenta.push_back(torch::zeros_like(one.tensor));
}

void Sgd::update(double factor)
{
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        const auto& one = m_tensors[i];
        if (!one.tensor.grad().defined()) continue;
        torch::Tensor gradient = one.tensor.grad();
        if (one.weightDecay != 0) gradient = gradient.add(one.tensor, one.weightDecay);
        m_momenta[i].mul_(m_momentum).add_(gradient);
        const torch::Tensor direction = m_nesterov ? gradient.add(m_momenta[i], m_momentum) : m_momenta[i];
        one.tensor.add_(direction, -factor * one.learningRate);
    }
}

void Sgd::zeroGradients()
{
    for (auto& one : m_tensors) one.tensor.mutable_grad() = torch::Tensor();
}

StateDict Sgd::state() const
{
    StateDict state;
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        state.entries.push_back({m_tensors[i].name + ".momentum", fromTorch(m_momenta[i])});
    return state;
}

bool Sgd::load(const StateDict& state)
{
    for (const auto& one : m_tensors) {
        const TensorData* found = state.find(one.name + ".momentum");
        if (!found || found->size() != one.tensor.numel()) return false;
    }
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        m_momenta[i].copy_(toTorch(*state.find(m_tensors[i].name + ".momentum")).view(m_momenta[i].sizes()));
    return true;
}

} // namespace halftone
