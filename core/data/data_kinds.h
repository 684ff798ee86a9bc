// The kinds of data that --data names, described without opening any: for help texts, the window, and what opens them.
#pragma once

#include <span>
#include <string_view>

namespace halftone {

struct DataKind {
    std::string_view name; // "cifar10"
    std::string_view description; // one line for people: "CIFAR-10, binary files"
    std::string_view preset; // its own normalisation
    std::string_view place = "FOLDER"; // what stands behind the colon: "FOLDER" or "FILE"
    bool needsPlace = true;
    bool takesAnySize = false; // files of all sizes, brought to the one that the network wants
};

std::span<const DataKind> allDataKinds(); // written out in data_kinds.cpp; dataset_kinds.cpp has the function that opens each

} // namespace halftone
