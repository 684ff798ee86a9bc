// Finds the named tensors in what torch.save wrote: a state_dict, alone or wrapped in a training checkpoint.
#pragma once

#include <string>
#include <vector>

#include "core/formats/checkpoint_reader.h"
#include "core/formats/pickle_reader.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct PickledTensor {
    std::string name;
    PickleIndex value;
};

struct PickledStateDict {
    std::vector<PickledTensor> tensors; // in the file's order, each name once
    std::string wrappers; // "state_dict", "checkpoint.model", "scripted module"; empty when there is none
    std::vector<WeightSet> sets; // all dictionaries of weights
    std::string taken; // the key of the one whose tensors these are
};

// The tensors under `key`; when it is empty those of the model, before a moving average (EMA) of them. Entries that are no
// tensors (epochs, optimisers, objects of unknown classes) are passed over.
// Errors: Unsupported for a pickled nn.Module, a bare tensor and several state_dicts of unknown names; BadInput when there are
// no tensors, or none under the key.
Result<PickledStateDict> findStateDict(const PickleTree& tree, std::string_view key = {});

// Takes off "module." (DataParallel) and "_orig_mod." (torch.compile) where every name has it; what was taken off is added
// to `wrappers`.
void stripCommonPrefixes(StateDict& tensors, std::string& wrappers);

} // namespace halftone
