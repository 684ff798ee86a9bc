// Two autograd functions: the convolution, and its gradients as a function of their own.
#include "core/execution/curved_convolution.h"

#include <torch/csrc/autograd/custom_function.h>

namespace halftone {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void saveShape(AutogradContext* context, const ConvolutionShape& s)
{
    context->saved_data["stride"] = s.stride;
    context->saved_data["padding"] = s.padding;
    context->saved_data["dilation"] = s.dilation;
    context->saved_data["outputPadding"] = s.outputPadding;
    context->saved_data["transposed"] = s.transposed;
    context->saved_data["groups"] = s.groups;
}

ConvolutionShape savedShape(AutogradContext* context)
{
    auto& saved = context->saved_data;
    return {saved["stride"].toIntVector(), saved["padding"].toIntVector(), saved["dilation"].toIntVector(),
        saved["outputPadding"].toIntVector(), saved["transposed"].toBool(), saved["groups"].toInt()};
}

torch::Tensor convolve(const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& s)
{
    return at::convolution(x, weight, {}, s.stride, s.padding, s.dilation, s.transposed, s.outputPadding, s.groups);
}

// X(gy, weight), of the shape of x.
torch::Tensor inputGradient(
    const torch::Tensor& gradOut, const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& s)
{
    return std::get<0>(at::convolution_backward(gradOut, x, weight, c10::nullopt, s.stride, s.padding, s.dilation, s.transposed,
        s.outputPadding, s.groups, {true, false, false}));
}

// W(gy, x), of the shape of weight.
torch::Tensor weightGradient(
    const torch::Tensor& gradOut, const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& s)
{
    return std::get<1>(at::convolution_backward(gradOut, x, weight, c10::nullopt, s.stride, s.padding, s.dilation, s.transposed,
        s.outputPadding, s.groups, {false, true, false}));
}

class ConvolutionGradients : public torch::autograd::Function<ConvolutionGradients> {
public:
    static variable_list forward(AutogradContext* context, const torch::Tensor& gradOut, const torch::Tensor& x,
        const torch::Tensor& weight, const ConvolutionShape& shape, bool wantsInput)
    {
        context->save_for_backward({gradOut, x, weight});
        context->set_materialize_grads(false);
        saveShape(context, shape);
        // The network's own input asks for no gradient; a tensor stands in its place all the same.
        return {wantsInput ? inputGradient(gradOut, x, weight, shape) : torch::zeros({1}, gradOut.options()),
            weightGradient(gradOut, x, weight, shape)};
    }

    static variable_list backward(AutogradContext* context, const variable_list& back)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &gradOut = saved[0], &x = saved[1], &weight = saved[2];
        const ConvolutionShape shape = savedShape(context);
        const bool hasInput = back[0].defined() && x.requires_grad(), hasWeight = back[1].defined();
        torch::Tensor toGradOut, toInput, toWeight;
        if (hasInput) {
            toGradOut = convolve(back[0], weight, shape);
            toWeight = weightGradient(gradOut, back[0], weight, shape);
        }
        if (hasWeight) {
            const torch::Tensor second = convolve(x, back[1], shape);
            toGradOut = toGradOut.defined() ? toGradOut + second : second;
            toInput = inputGradient(gradOut, x, back[1], shape);
        }
        return {toGradOut, toInput, toWeight, torch::Tensor(), torch::Tensor()};
    }
};

class Convolution : public torch::autograd::Function<Convolution> {
public:
    static torch::Tensor forward(
        AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& shape)
    {
        context->save_for_backward({x, weight});
        saveShape(context, shape);
        return convolve(x, weight, shape);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradOut)
    {
        const auto saved = context->get_saved_variables();
        const bool wantsInput = saved[0].requires_grad();
        const auto gradients = ConvolutionGradients::apply(gradOut[0], saved[0], saved[1], savedShape(context), wantsInput);
        return {wantsInput ? gradients[0] : torch::Tensor(), gradients[1], torch::Tensor()};
    }
};

} // namespace

torch::Tensor curvedConvolution(const torch::Tensor& x, const torch::Tensor& weight, const ConvolutionShape& shape)
{
    return Convolution::apply(x, weight, shape);
}

} // namespace halftone
