// Names that published files have for parameters whose definition was changed after them.
#pragma once

#include "core/graph/tensor_data.h"

namespace halftone {

// torchvision's DenseNet files say "denselayer1.norm.1.weight" for what the definition calls "denselayer1.norm1.weight".
void usePublishedNames(StateDict& tensors);
// Keys of heads that only the original training used (Inception v3, GoogLeNet, PSPNet); their networks are built without them.
bool isAuxiliary(std::string_view architecture, std::string_view key);

} // namespace halftone
