// Builds tensors from what a PyTorch pickle says about them: storages, offsets, sizes and strides.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/formats/byte_budget.h"
#include "core/formats/pickle_reader.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// What a persistent id ('storage', type, key, location, count[, view]) says. The location is of no matter: bytes are bytes.
struct StorageReference {
    std::string_view key;
    std::string_view typeName; // "FloatStorage"
    std::optional<DType> dtype; // none for types that TensorData cannot hold
    std::int64_t elementBytes = 0;
    std::int64_t count = 0; // elements of the whole storage
    std::int64_t viewOffset = 0; // old files: the storage is a part of the one that is kept under the key
    std::int64_t viewCount = 0;
};

// Errors: Corrupt for an id of another form, Unsupported for a storage of an unknown type.
Result<StorageReference> storageReference(const PickleTree& tree, const PickleNode& persistent);
// True for persistent ids of storages; old files of whole modules hold others.
bool isStorage(const PickleTree& tree, const PickleNode& node);

// True for tensors and parameters, also of kinds that are not read (sparse, quantized).
bool isTensor(const PickleTree& tree, PickleIndex i);

using StorageLookup = std::function<Result<SharedBytes>(const StorageReference& storage)>;

class TensorBuilder {
public:
    // `tree`, `lookup` and `budget` must outlive the builder.
    TensorBuilder(const PickleTree& tree, const StorageLookup& lookup, ByteBudget& budget)
        : m_tree(tree)
        , m_lookup(lookup)
        , m_budget(budget)
    {
    }

    // A view of its storage where that is contiguous and aligned, else a copy. Errors: Corrupt, Unsupported.
    Result<TensorData> build(PickleIndex i);

private:
    struct Layout; // offset, sizes and strides in elements

    Result<SharedBytes> storage(const StorageReference& reference);
    Result<TensorData> view(const Layout& layout, DType dtype, const SharedBytes& storage);
    Result<SharedBytes> makeBuffer(std::uint64_t size, std::byte*& begin);

    const PickleTree& m_tree;
    const StorageLookup& m_lookup;
    ByteBudget& m_budget;
    std::unordered_map<std::string_view, SharedBytes> m_storages; // so that tied weights and views share their bytes
};

} // namespace halftone
