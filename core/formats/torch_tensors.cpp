// Tensors from torch._utils._rebuild_tensor*: the only calls of a checkpoint that mean anything here, read as data.
#include "core/formats/torch_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace halftone {

namespace {

constexpr std::size_t kMaxDimensions = 64; // as many as PyTorch's own kernels take
constexpr std::uintptr_t kAlignment = 8; // the widest element

struct StorageType {
    std::string_view name;
    std::int64_t elementBytes;
    std::optional<DType> dtype;
};

constexpr std::array kStorageTypes{
    StorageType{"FloatStorage", 4, DType::Float32},
    StorageType{"DoubleStorage", 8, DType::Float64},
    StorageType{"HalfStorage", 2, DType::Float16},
    StorageType{"BFloat16Storage", 2, DType::BFloat16},
    StorageType{"LongStorage", 8, DType::Int64},
    StorageType{"IntStorage", 4, DType::Int32},
    StorageType{"ShortStorage", 2, DType::Int16},
    StorageType{"CharStorage", 1, DType::Int8},
    StorageType{"ByteStorage", 1, DType::UInt8},
    StorageType{"BoolStorage", 1, DType::Bool},
    StorageType{"ComplexFloatStorage", 8, std::nullopt},
    StorageType{"ComplexDoubleStorage", 16, std::nullopt},
    StorageType{"QInt8Storage", 1, std::nullopt},
    StorageType{"QUInt8Storage", 1, std::nullopt},
    StorageType{"QInt32Storage", 4, std::nullopt},
    StorageType{"QUInt4x2Storage", 1, std::nullopt},
    StorageType{"QUInt2x4Storage", 1, std::nullopt},
    StorageType{"UntypedStorage", 1, std::nullopt},
};

Error corrupt(std::string what) { return Error{ErrorCode::Corrupt, std::move(what)}; }

bool isTorchModule(std::string_view module) { return module == "torch" || module == "torch.cuda" || module == "torch.storage"; }

// The names of torch._utils that make a tensor: _rebuild_tensor_v2, _rebuild_parameter, _rebuild_sparse_tensor, ...
bool makesTensor(const PickleNode& callee)
{
    return callee.kind == PickleKind::Global && (callee.module == "torch._utils" || callee.module == "torch._tensor")
        && callee.text.starts_with("_rebuild_");
}

std::optional<std::int64_t> integer(const PickleTree& tree, const PickleNode& list, std::size_t position)
{
    if (position >= list.items.size() || tree[list.items[position]].kind != PickleKind::Int) return std::nullopt;
    return tree[list.items[position]].integer;
}

// A tuple or list of numbers, or torch.Size of one.
std::optional<std::vector<std::int64_t>> integers(const PickleTree& tree, PickleIndex i)
{
    if (tree[i].kind == PickleKind::Call && tree.isGlobal(tree[i].items[0], "torch", "Size")) {
        const PickleNode& arguments = tree[tree[i].items[1]];
        if (arguments.kind != PickleKind::Tuple || arguments.items.size() != 1) return std::nullopt;
        i = arguments.items[0];
    }
    const PickleNode& list = tree[i];
    if ((list.kind != PickleKind::Tuple && list.kind != PickleKind::List) || list.items.size() > kMaxDimensions)
        return std::nullopt;
    std::vector<std::int64_t> values;
    for (std::size_t k = 0; k < list.items.size(); ++k) {
        const auto value = integer(tree, list, k);
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

} // namespace

struct TensorBuilder::Layout {
    std::int64_t offset = 0;
    Shape shape;
    std::vector<std::int64_t> strides;
    std::int64_t count = 1; // elements
    std::int64_t last = 0; // the highest index into the storage; meaningless when count is 0
    bool contiguous = true;

    bool complete(); // computes the rest from offset, shape and strides; false when they are negative or overflow
};

bool TensorBuilder::Layout::complete()
{
    if (offset < 0 || shape.size() != strides.size()) return false;
    std::int64_t positive = 1; // guards the product against overflow also where some size is 0
    last = offset;
    for (std::size_t d = shape.size(); d-- > 0;) {
        if (shape[d] < 0 || strides[d] < 0) return false;
        if (shape[d] <= 1)
            strides[d] = 0; // never stepped along, so any number may stand there
        else if (strides[d] != positive)
            contiguous = false;
        std::int64_t reach = 0;
        if (__builtin_mul_overflow(positive, std::max<std::int64_t>(shape[d], 1), &positive)) return false;
        count *= shape[d]; // is 0 or positive, which did not overflow
        if (__builtin_mul_overflow(std::max<std::int64_t>(shape[d] - 1, 0), strides[d], &reach)) return false;
        if (__builtin_add_overflow(last, reach, &last)) return false;
    }
    constexpr std::int64_t kWidestElement = 8;
    return positive <= std::numeric_limits<std::int64_t>::max() / kWidestElement;
}

bool isStorage(const PickleTree& tree, const PickleNode& node)
{
    if (node.kind != PickleKind::Persistent) return false;
    const PickleNode& id = tree[node.items[0]];
    return id.kind == PickleKind::Tuple && !id.items.empty() && tree.isText(id.items[0], "storage");
}

Result<StorageReference> storageReference(const PickleTree& tree, const PickleNode& persistent)
{
    const Error broken = corrupt("its description of a storage is damaged");
    if (!isStorage(tree, persistent)) return broken;
    const PickleNode& id = tree[persistent.items[0]];
    if (id.items.size() < 5 || id.items.size() > 6) return broken;
    const PickleNode& type = tree[id.items[1]];
    const PickleNode& key = tree[id.items[2]];
    const auto count = integer(tree, id, 4);
    if (type.kind != PickleKind::Global || key.kind != PickleKind::Text || !count || *count < 0) return broken;
    const auto known = std::find_if(kStorageTypes.begin(), kStorageTypes.end(),
        [&](const StorageType& candidate) { return candidate.name == type.text && isTorchModule(type.module); });
    if (known == kStorageTypes.end())
        return Error{
            ErrorCode::Unsupported, fmt::format("it holds a storage of the unknown type {}.{}", type.module, type.text)};
    StorageReference reference{.key = key.text,
        .typeName = known->name,
        .dtype = known->dtype,
        .elementBytes = known->elementBytes,
        .count = *count,
        .viewOffset = 0,
        .viewCount = *count};
    if (id.items.size() == 6 && tree[id.items[5]].kind != PickleKind::None) { // (key, offset, count), PyTorch 0.1 to 0.4
        const PickleNode& view = tree[id.items[5]];
        const auto offset = integer(tree, view, 1), viewCount = integer(tree, view, 2);
        if (!offset || !viewCount || *offset < 0 || *viewCount < 0 || *offset > *count || *viewCount > *count - *offset)
            return broken;
        reference.viewOffset = *offset;
        reference.viewCount = *viewCount;
    }
    if (reference.count > std::numeric_limits<std::int64_t>::max() / 16) return broken;
    return reference;
}

bool isTensor(const PickleTree& tree, PickleIndex i)
{
    const PickleNode& node = tree[i];
    return node.kind == PickleKind::Call && makesTensor(tree[node.items[0]]) && tree[node.items[1]].kind == PickleKind::Tuple;
}

Result<TensorData> TensorBuilder::build(PickleIndex i)
{
    // Parameters and subclasses wrap the call that makes the tensor; more than a few layers of them are nobody's file.
    constexpr int kMaxWrappings = 8;
    std::string_view function;
    const PickleNode* arguments = nullptr;
    for (int wrapping = 0; wrapping < kMaxWrappings; ++wrapping) {
        if (!isTensor(m_tree, i)) return corrupt("its description of a tensor is damaged");
        function = m_tree[m_tree[i].items[0]].text;
        arguments = &m_tree[m_tree[i].items[1]];
        if (function.starts_with("_rebuild_parameter") && !arguments->items.empty()) {
            i = arguments->items[0];
        } else if (function == "_rebuild_from_type_v2" && arguments->items.size() >= 3) { // function, class, arguments, state
            function = m_tree[arguments->items[0]].text;
            arguments = &m_tree[arguments->items[2]];
            break;
        } else {
            break;
        }
    }
    if (function != "_rebuild_tensor" && function != "_rebuild_tensor_v2" && function != "_rebuild_tensor_v3")
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "it is made by {}, and only plain dense tensors are read; convert it in Python before saving", function)};
    if (arguments->kind != PickleKind::Tuple || arguments->items.size() < 4)
        return corrupt("its description of a tensor is damaged");
    HALFTONE_TRY(const StorageReference reference, storageReference(m_tree, m_tree[arguments->items[0]]));
    if (!reference.dtype || function == "_rebuild_tensor_v3")
        return Error{ErrorCode::Unsupported,
            fmt::format("its elements are of a type that is not read ({}); convert it to float32 before saving",
                function == "_rebuild_tensor_v3" && arguments->items.size() > 6 ? m_tree[arguments->items[6]].text
                                                                                : reference.typeName)};
    const auto offset = integer(m_tree, *arguments, 1);
    auto shape = integers(m_tree, arguments->items[2]);
    auto strides = integers(m_tree, arguments->items[3]);
    if (!offset || !shape || !strides) return corrupt("its sizes are damaged");
    Layout layout{.offset = *offset, .shape = std::move(*shape), .strides = std::move(*strides)};
    if (!layout.complete()) return corrupt("its sizes are negative or absurd");
    if (layout.count > 0 && layout.last >= reference.viewCount) return corrupt("it reaches past the end of its storage");
    HALFTONE_TRY(SharedBytes bytes, storage(reference));
    if (bytes.size / static_cast<std::uint64_t>(reference.elementBytes) < static_cast<std::uint64_t>(reference.count))
        return corrupt("its storage is smaller than it says");
    if (layout.count > 0) layout.offset += reference.viewOffset;
    return view(layout, *reference.dtype, bytes);
}

Result<SharedBytes> TensorBuilder::makeBuffer(std::uint64_t size, std::byte*& begin)
{
    if (!m_budget.take(size))
        return Error{ErrorCode::Unsupported,
            fmt::format(
                "it takes {} bytes, far more than the file holds; save a contiguous copy (tensor.contiguous()) in Python",
                size)};
    const auto buffer = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(size) + 1); // one more: never null
    begin = buffer->data();
    return SharedBytes{.data = {buffer, buffer->data()}, .size = size};
}

Result<SharedBytes> TensorBuilder::storage(const StorageReference& reference)
{
    if (const auto found = m_storages.find(reference.key); found != m_storages.end()) return found->second;
    HALFTONE_TRY(SharedBytes bytes, m_lookup(reference));
    if (reinterpret_cast<std::uintptr_t>(bytes.data.get()) % kAlignment != 0) { // legacy files pack storages without gaps
        std::byte* begin = nullptr;
        HALFTONE_TRY(SharedBytes copy, makeBuffer(bytes.size, begin));
        std::copy_n(bytes.data.get(), bytes.size, begin);
        bytes = std::move(copy);
    }
    return m_storages.emplace(reference.key, std::move(bytes)).first->second;
}

Result<TensorData> TensorBuilder::view(const Layout& layout, DType dtype, const SharedBytes& storage)
{
    const auto width = static_cast<std::size_t>(byteWidth(dtype));
    if (layout.count == 0) return TensorData(dtype, layout.shape, storage.data);
    const std::byte* source = storage.data.get() + static_cast<std::size_t>(layout.offset) * width;
    if (layout.contiguous) return TensorData(dtype, layout.shape, std::shared_ptr<const std::byte>(storage.data, source));
    std::byte* target = nullptr;
    HALFTONE_TRY(const SharedBytes copy, makeBuffer(static_cast<std::uint64_t>(layout.count) * width, target));
    std::vector<std::int64_t> at(layout.shape.size(), 0);
    std::int64_t position = 0;
    for (std::int64_t done = 0; done < layout.count; ++done, target += width) {
        std::memcpy(target, source + static_cast<std::size_t>(position) * width, width);
        for (std::size_t d = layout.shape.size(); d-- > 0;) { // the next index, last dimension fastest
            position += layout.strides[d];
            if (++at[d] < layout.shape[d]) break;
            position -= layout.strides[d] * layout.shape[d];
            at[d] = 0;
        }
    }
    return TensorData(dtype, layout.shape, copy.data);
}

} // namespace halftone
