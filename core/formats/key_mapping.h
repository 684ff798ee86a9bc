// Names given by hand: a file's key is read under the name that the network has for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/key_report.h"
#include "core/graph/tensor_data.h"

namespace halftone {

struct KeyMapping {
    std::string key; // a tensor of the file, "fc.weight", or all that begin with a layer's name, "fc"
    std::string name; // the network's name for it, "linear.weight" or "linear"; empty takes a layer's name off
    bool operator==(const KeyMapping&) const = default;
};

Result<KeyMapping> parseKeyMapping(std::string_view text); // "KEY=NAME"
std::string text(const KeyMapping& mapping);

// Renames all at once, so that two names can be exchanged. A name given by hand takes the place of a tensor that has it
// already, which is then called as before with " (in the file)" behind. Errors: BadInput for a key that the file lacks, with
// the nearest ones, and for two keys of one name; the tensors are then as they were.
Status mapKeys(StateDict& tensors, const std::vector<KeyMapping>& mappings);

// What would make the keys of a report fit: a prefix that all have too much, else each key with the nearest name that no other
// key is nearer to. Nothing that is not sure of its shape.
std::vector<KeyMapping> suggestMappings(const KeyReport& report);

} // namespace halftone
