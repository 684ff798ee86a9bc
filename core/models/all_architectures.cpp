// The list of architectures, and finding the ones that a file's tensors fit.
#include "core/models/architectures.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/base/closest_names.h"
#include "core/models/definitions.h"
#include "core/models/published_names.h"

namespace halftone {

namespace {

using Definition = Result<Network> (*)(std::string name, std::int64_t depth, const ArchitectureOptions& options);

struct Entry {
    Definition definition;
    std::int64_t depth;
    std::int64_t classes;
    std::array<std::int64_t, 3> input;
};

constexpr std::string_view kCifar = "CIFAR-10, He et al. 2016, shortcuts of option A, as akamaster/pytorch_resnet_cifar10";
constexpr std::string_view kTorchvision
    = "ImageNet, He et al. 2016, as torchvision (a bottleneck's stride in its 3x3 convolution)";
constexpr std::string_view kAlexNet = "ImageNet, Krizhevsky 2014, as torchvision";
constexpr std::string_view kVgg = "ImageNet, Simonyan and Zisserman 2015, as torchvision";
constexpr std::string_view kWide = "ImageNet, Zagoruyko and Komodakis 2016, as torchvision";
constexpr std::string_view kResnext = "ImageNet, Xie et al. 2017, as torchvision";
constexpr std::string_view kDenseNet = "ImageNet, Huang et al. 2017, as torchvision";
constexpr std::string_view kInception = "ImageNet, Szegedy et al. 2016, as torchvision, without the auxiliary head";
constexpr std::string_view kGoogLeNet = "ImageNet, Szegedy et al. 2015, as torchvision, without the auxiliary heads";
constexpr std::string_view kSqueezeNet = "ImageNet, Iandola et al. 2016, as torchvision";
constexpr std::string_view kMobileNetV2 = "ImageNet, Sandler et al. 2018, as torchvision";
constexpr std::string_view kMobileNetV3 = "ImageNet, Howard et al. 2019, as torchvision";
constexpr std::string_view kShuffleNet = "ImageNet, Ma et al. 2018, as torchvision";
constexpr std::string_view kMnasNet = "ImageNet, Tan et al. 2019, as torchvision";
constexpr std::string_view kEfficientNet = "ImageNet, Tan and Le 2019, as torchvision";
constexpr std::string_view kEspnet = "CamVid, Mehta et al. 2018, p = 2 and q = 8, 11 classes and void, as sacmehta/ESPNet";
constexpr std::string_view kPspnet = "Cityscapes, Zhao et al. 2017, as hszhao/semseg, without the auxiliary head";
constexpr std::string_view kFashion = "Halftone's own small network for Fashion-MNIST, laid out as torchvision's";

constexpr std::array kInfos{
    ArchitectureInfo{"cifar_resnet20", kCifar},
    ArchitectureInfo{"cifar_resnet32", kCifar},
    ArchitectureInfo{"cifar_resnet44", kCifar},
    ArchitectureInfo{"cifar_resnet56", kCifar},
    ArchitectureInfo{"cifar_resnet110", kCifar},
    ArchitectureInfo{"resnet18", kTorchvision},
    ArchitectureInfo{"resnet34", kTorchvision},
    ArchitectureInfo{"resnet50", kTorchvision},
    ArchitectureInfo{"resnet101", kTorchvision},
    ArchitectureInfo{"resnet152", kTorchvision},
    ArchitectureInfo{"wide_resnet50_2", kWide},
    ArchitectureInfo{"resnext50_32x4d", kResnext},
    ArchitectureInfo{"alexnet", kAlexNet},
    ArchitectureInfo{"vgg11", kVgg},
    ArchitectureInfo{"vgg13", kVgg},
    ArchitectureInfo{"vgg16", kVgg},
    ArchitectureInfo{"vgg19", kVgg},
    ArchitectureInfo{"vgg11_bn", kVgg},
    ArchitectureInfo{"vgg13_bn", kVgg},
    ArchitectureInfo{"vgg16_bn", kVgg},
    ArchitectureInfo{"vgg19_bn", kVgg},
    ArchitectureInfo{"densenet121", kDenseNet},
    ArchitectureInfo{"densenet161", kDenseNet},
    ArchitectureInfo{"densenet169", kDenseNet},
    ArchitectureInfo{"densenet201", kDenseNet},
    ArchitectureInfo{"inception_v3", kInception},
    ArchitectureInfo{"googlenet", kGoogLeNet},
    ArchitectureInfo{"squeezenet1_0", kSqueezeNet},
    ArchitectureInfo{"squeezenet1_1", kSqueezeNet},
    ArchitectureInfo{"mobilenet_v2", kMobileNetV2},
    ArchitectureInfo{"mobilenet_v3_small", kMobileNetV3},
    ArchitectureInfo{"mobilenet_v3_large", kMobileNetV3},
    ArchitectureInfo{"shufflenet_v2_x1_0", kShuffleNet},
    ArchitectureInfo{"mnasnet1_0", kMnasNet},
    ArchitectureInfo{"efficientnet_b0", kEfficientNet},
    ArchitectureInfo{"espnet", kEspnet},
    ArchitectureInfo{"pspnet_resnet50", kPspnet},
    ArchitectureInfo{"fashion_resnet8", kFashion},
    ArchitectureInfo{"fashion_resnet14", kFashion},
};

constexpr std::array<std::int64_t, 3> kCifarImage{3, 32, 32}, kImageNetImage{3, 224, 224}, kInceptionImage{3, 299, 299}, kFashionImage{1, 28, 28}, kCamVidImage{3, 360, 480}, kCityscapesImage{3, 713, 713};

// In the order of kInfos.
constexpr std::array kEntries{
    Entry{cifarResnet, 20, 10, kCifarImage},
    Entry{cifarResnet, 32, 10, kCifarImage},
    Entry{cifarResnet, 44, 10, kCifarImage},
    Entry{cifarResnet, 56, 10, kCifarImage},
    Entry{cifarResnet, 110, 10, kCifarImage},
    Entry{torchvisionResnet, 18, 1000, kImageNetImage},
    Entry{torchvisionResnet, 34, 1000, kImageNetImage},
    Entry{torchvisionResnet, 50, 1000, kImageNetImage},
    Entry{torchvisionResnet, 101, 1000, kImageNetImage},
    Entry{torchvisionResnet, 152, 1000, kImageNetImage},
    Entry{wideResnet, 50, 1000, kImageNetImage},
    Entry{resnext, 50, 1000, kImageNetImage},
    Entry{alexnet, 0, 1000, kImageNetImage},
    Entry{vgg, 11, 1000, kImageNetImage},
    Entry{vgg, 13, 1000, kImageNetImage},
    Entry{vgg, 16, 1000, kImageNetImage},
    Entry{vgg, 19, 1000, kImageNetImage},
    Entry{vggBatchNorm, 11, 1000, kImageNetImage},
    Entry{vggBatchNorm, 13, 1000, kImageNetImage},
    Entry{vggBatchNorm, 16, 1000, kImageNetImage},
    Entry{vggBatchNorm, 19, 1000, kImageNetImage},
    Entry{densenet, 121, 1000, kImageNetImage},
    Entry{densenet, 161, 1000, kImageNetImage},
    Entry{densenet, 169, 1000, kImageNetImage},
    Entry{densenet, 201, 1000, kImageNetImage},
    Entry{inceptionV3, 0, 1000, kInceptionImage},
    Entry{googlenet, 0, 1000, kImageNetImage},
    Entry{squeezenet, 10, 1000, kImageNetImage},
    Entry{squeezenet, 11, 1000, kImageNetImage},
    Entry{mobilenetV2, 0, 1000, kImageNetImage},
    Entry{mobilenetV3, 0, 1000, kImageNetImage},
    Entry{mobilenetV3, 1, 1000, kImageNetImage},
    Entry{shufflenetV2, 0, 1000, kImageNetImage},
    Entry{mnasnet, 0, 1000, kImageNetImage},
    Entry{efficientnet, 0, 1000, kImageNetImage},
    Entry{espnet, 0, 12, kCamVidImage},
    Entry{pspnetResnet50, 50, 19, kCityscapesImage},
    Entry{fashionResnet, 8, 10, kFashionImage},
    Entry{fashionResnet, 14, 10, kFashionImage},
};
static_assert(kInfos.size() == kEntries.size());

Result<Network> build(std::size_t i, ArchitectureOptions options)
{
    const Entry& entry = kEntries[i];
    if (options.classes == 0) options.classes = entry.classes;
    if (options.input.empty()) options.input.assign(entry.input.begin(), entry.input.end());
    return entry.definition(std::string(kInfos[i].name), entry.depth, options);
}

// The classes that the tensors' last layer has, if they have one of this network's last layer's name.
std::int64_t classesIn(const StateDict& tensors, const Network& network)
{
    for (std::size_t i = network.operations().size(); i-- > 0;)
        if (const Operation& operation = network.operations()[i]; operation.isLayer()) {
            const TensorData* weight = tensors.find(network.parameter(operation.parameters[0]).name);
            return weight && weight->shape().size() >= 2 ? weight->shape()[0] : 0;
        }
    return 0;
}

// Statistics may be left out of a file as long as the batch norm's both are (loadParameters takes 0 and 1 then).
bool fitsExactly(const Network& network, const std::map<std::string_view, const Shape*>& shapes)
{
    std::size_t without = 0;
    for (const Operation& operation : network.operations()) {
        if (!operation.as<BatchNorm>()) continue;
        const auto absent = [&](std::size_t i) { return !shapes.contains(network.parameter(operation.parameters[i]).name); };
        without += absent(2) && absent(3) ? 2 : 0;
    }
    const auto trained = [](const Parameter& parameter) { return parameter.trainable; };
    const auto others = std::count_if(
        shapes.begin(), shapes.end(), [&](const auto& one) { return isAuxiliary(network.architecture(), one.first); });
    return network.parameters().size() - without + static_cast<std::size_t>(others) == shapes.size()
        && std::all_of(network.parameters().begin(), network.parameters().end(), [&](const Parameter& parameter) {
               const auto found = shapes.find(parameter.name);
               return found == shapes.end() ? without > 0 && !trained(parameter) : *found->second == parameter.shape;
           });
}

} // namespace

std::span<const ArchitectureInfo> allArchitectures() { return kInfos; }

Result<Network> buildArchitecture(std::string_view name, const ArchitectureOptions& options)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kInfos.size(); ++i) {
        if (kInfos[i].name == name) return build(i, options);
        names.emplace_back(kInfos[i].name);
    }
    std::string hint = didYouMean(name, names);
    if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(names, ", "));
    return Error{ErrorCode::BadInput, fmt::format("there is no architecture '{}'{}", name, hint)};
}

std::vector<std::string> matchingArchitectures(const StateDict& tensors)
{
    std::map<std::string_view, const Shape*> shapes;
    for (const NamedTensor& entry : tensors.entries)
        if (!entry.name.ends_with("num_batches_tracked")) shapes.emplace(entry.name, &entry.tensor.shape());
    std::vector<std::string> published, otherClasses;
    for (std::size_t i = 0; i < kInfos.size(); ++i) {
        const Result<Network> usual = build(i, {});
        if (!usual.ok()) continue;
        const std::int64_t classes = classesIn(tensors, *usual);
        if (classes < 1) continue;
        const Result<Network> network = build(i, {.classes = classes, .input = {}});
        if (network.ok() && fitsExactly(*network, shapes))
            (classes == kEntries[i].classes ? published : otherClasses).emplace_back(kInfos[i].name);
    }
    published.insert(published.end(), otherClasses.begin(), otherClasses.end());
    return published;
}

} // namespace halftone
