// The dictionaries of weights in what torch.save wrote: a model's, its moving average's, a generator's beside its
// discriminator's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/pickle_reader.h"

namespace halftone {

struct PickledWeights {
    WeightSet set;
    PickleIndex place;
};

// An nn.Module is pickled as an object whose state holds its parameters and its modules; only its own code could restore it.
bool isPickledModule(const PickleTree& tree, PickleIndex i);
// True when the dictionary has tensors under names of its own.
bool holdsTensors(const PickleTree& tree, PickleIndex i);

// In the file's order, outer ones first. An optimiser's and a scheduler's states are passed over. At most 64, at most eight
// deep.
std::vector<PickledWeights> findWeights(const PickleTree& tree);

// The one of this key, or the only one inside it ("ema" for "ema.module"). Errors: BadInput, with those that are there.
Result<PickledWeights> chooseWeights(std::span<const PickledWeights> sets, std::string_view key);

} // namespace halftone
