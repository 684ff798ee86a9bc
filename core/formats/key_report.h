// Puts a checkpoint's tensors into a Network by name, and says which keys did not fit.
#pragma once

#include <string>
#include <vector>

#include "core/graph/network.h"

namespace halftone {

struct KeyReport {
    struct Missing {
        std::string name;
        std::vector<std::string> nearest; // those of its own shape, when there are any
        Shape shape;
        bool operator==(const Missing&) const = default;
    };
    struct Unexpected {
        std::string name;
        std::vector<std::string> nearest;
        Shape shape;
        bool operator==(const Unexpected&) const = default;
    };
    struct MisShaped {
        std::string name;
        Shape wanted;
        Shape found;
        bool operator==(const MisShaped&) const = default;
    };
    std::int64_t matched = 0;
    std::vector<Missing> missing; // in the network, not in the file (num_batches_tracked is never asked for)
    std::vector<Unexpected> unexpected; // in the file, not in the network (num_batches_tracked is let pass)
    std::vector<MisShaped> misShaped;
    std::int64_t withoutStatistics = 0; // batch norms whose running mean and variance are both not in the file: taken as 0 and 1
    bool complete() const { return missing.empty() && misShaped.empty(); }
    bool operator==(const KeyReport&) const = default;
};

// All or nothing: the network changes only when every one of its parameters is found with its shape.
KeyReport loadParameters(Network& network, const StateDict& tensors);
std::string summary(const KeyReport& report); // one sentence for the user, naming the first few keys and their nearest

} // namespace halftone
