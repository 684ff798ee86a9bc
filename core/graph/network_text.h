// The text form of a Network (without weights): one operation a line; stored in studies and compared in tests.
#pragma once

#include <string>
#include <string_view>

#include "core/graph/network.h"

namespace halftone {

// network cifar_resnet20
// %0 = input shape=3x32x32 name=input
// %1 = conv2d(%0) name=conv1 out=16 kernel=3x3 stride=1x1 padding=1x1 dilation=1x1 groups=1 bias=no
// ...
// output %70
std::string toText(const Network& network);
// Reads exactly what toText writes. Errors: Corrupt with the line's number.
Result<Network> networkFromText(std::string_view text);

} // namespace halftone
