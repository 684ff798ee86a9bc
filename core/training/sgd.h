// Stochastic gradient descent with momentum, as PyTorch defines it, with rates per tensor.
// Own code because LibTorch's optimiser keys its state differently from version to version, and exact resume needs it by name.
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "core/graph/tensor_data.h"

namespace halftone {

struct SgdTensor {
    std::string name;
    torch::Tensor tensor;
    double learningRate = 0; // before the schedule's factor
    double weightDecay = 0;
};

class Sgd {
public:
    Sgd(std::vector<SgdTensor> tensors, double momentum, bool nesterov);
    // v = momentum v + (gradient + weightDecay w); w -= factor * learningRate * v (Nesterov: gradient + momentum v).
    void update(double factor);
    void zeroGradients();
    StateDict state() const; // the momenta by their tensors' names, with ".momentum"
    bool load(const StateDict& state); // false when one is missing or mis-shaped

private:
    std::vector<SgdTensor> m_tensors;
    std::vector<torch::Tensor> m_momenta;
    double m_momentum;
    bool m_nesterov;
};

} // namespace halftone
