// Opens PyTorch's containers and joins the pickle with the storages.
#include "core/formats/torch_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <unordered_map>

#include "core/formats/pickle_reader.h"
#include "core/formats/torch_state_dict.h"
#include "core/formats/torch_tensors.h"
#include "core/formats/utf8.h"
#include "core/formats/zip_reader.h"

namespace halftone {

namespace {

constexpr std::string_view kLegacyMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10); // 0x1950a86a20f9469cfc6c
constexpr std::int64_t kLegacyProtocol = 1001;

Error corrupt(std::string what) { return Error{ErrorCode::Corrupt, std::move(what)}; }

Error bigEndian()
{
    return Error{
        ErrorCode::Unsupported, "it was saved on a big-endian machine; open it in PyTorch and save it again on this one"};
}

struct Sought {
    std::string format;
    const CheckpointOptions& options;
};

Result<Checkpoint> assemble(const PickleTree& tree, const StorageLookup& lookup, ByteBudget& budget, const Sought& sought)
{
    HALFTONE_TRY(const PickledStateDict found, findStateDict(tree, sought.options.weights));
    Checkpoint checkpoint{.format = sought.format, .wrappers = found.wrappers, .sets = found.sets, .taken = found.taken};
    TensorBuilder builder(tree, lookup, budget);
    for (const auto& [name, value] : found.tensors) {
        if (!isUtf8(name)) return corrupt("it has a tensor whose name is not text");
        auto tensor = builder.build(value);
        if (!tensor) return Error{tensor.error().code, fmt::format("tensor {}: {}", name, tensor.error().message)};
        checkpoint.tensors.entries.push_back({name, *std::move(tensor)});
    }
    stripCommonPrefixes(checkpoint.tensors, checkpoint.wrappers);
    return checkpoint;
}

// The archive has one folder, of any name.
std::string_view insideFolder(std::string_view name)
{
    const std::size_t slash = name.find('/');
    return name.substr(slash == std::string_view::npos ? 0 : slash + 1);
}

// data.pkl is the checkpoint.
const ZipEntry* findPickle(const ZipReader& zip)
{
    for (const ZipEntry& entry : zip.entries())
        if (insideFolder(entry.name) == "data.pkl") return &entry;
    return nullptr;
}

bool isScript(const ZipReader& zip)
{
    const auto some = [&](const auto& wanted) {
        return std::ranges::any_of(zip.entries(), [&](const ZipEntry& entry) { return wanted(insideFolder(entry.name)); });
    };
    return some([](std::string_view name) { return name == "constants.pkl"; })
        && some([](std::string_view name) { return name.starts_with("code/"); });
}

Error noCheckpoint(const ZipReader& zip)
{
    std::vector<std::string_view> inside;
    for (const ZipEntry& entry : zip.entries())
        for (const std::string_view ending : {".pth", ".pt", ".th", ".ckpt", ".safetensors"})
            if (entry.name.ends_with(ending) && inside.size() < 5) inside.push_back(entry.name);
    if (inside.empty())
        return Error{ErrorCode::Unsupported, "it is a zip archive without a PyTorch checkpoint in it (no data.pkl)"};
    return Error{ErrorCode::Unsupported,
        fmt::format(
            "it is a zip archive that holds other files ({}); unpack it and open one of them", fmt::join(inside, ", "))};
}

// A row of pickles, one behind the other.
class PickleRow {
public:
    explicit PickleRow(std::span<const std::byte> bytes)
        : m_rest(bytes)
    {
    }
    Result<PickleTree> next()
    {
        HALFTONE_TRY(PickleTree tree, readPickle(m_rest));
        m_rest = m_rest.subspan(tree.consumedBytes());
        return tree;
    }
    std::span<const std::byte> rest() const { return m_rest; }

private:
    std::span<const std::byte> m_rest;
};

using LegacyStorages = std::unordered_map<std::string_view, SharedBytes>;

// Element sizes stand in the main pickle alone, so it says where one storage ends and the next begins.
Result<std::unordered_map<std::string_view, StorageReference>> referencedStorages(const PickleTree& tree)
{
    std::unordered_map<std::string_view, StorageReference> references;
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const PickleNode& node = tree[PickleIndex(static_cast<std::int64_t>(i))];
        if (!isStorage(tree, node)) continue;
        HALFTONE_TRY(const StorageReference reference, storageReference(tree, node));
        const auto [place, isNew] = references.emplace(reference.key, reference);
        if (!isNew && (place->second.elementBytes != reference.elementBytes || place->second.count != reference.count))
            return corrupt(fmt::format("its storage {} is described in two ways", reference.key));
    }
    return references;
}

// After the list of keys: for each, a count of elements (8 bytes) and the elements.
Result<LegacyStorages> legacyStorages(const std::shared_ptr<const Bytes>& file, std::span<const std::byte> rest,
    const PickleTree& keys, const std::unordered_map<std::string_view, StorageReference>& references)
{
    LegacyStorages storages;
    if (keys.root().kind != PickleKind::List) return corrupt("its list of storages is damaged");
    for (const PickleIndex key : keys.root().items) {
        const auto reference = references.find(keys[key].text);
        if (keys[key].kind != PickleKind::Text || reference == references.end())
            return corrupt("its list of storages is damaged");
        std::uint64_t count = 0;
        if (rest.size() < sizeof count) return corrupt("it ends before its last tensor; the file was cut off, fetch it again");
        for (std::size_t i = 0; i < sizeof count; ++i) count |= std::to_integer<std::uint64_t>(rest[i]) << (8 * i);
        rest = rest.subspan(sizeof count);
        if (count != static_cast<std::uint64_t>(reference->second.count))
            return corrupt(fmt::format("its storage {} has another size than the tensors say", reference->second.key));
        const auto elementBytes = static_cast<std::uint64_t>(reference->second.elementBytes);
        if (rest.size() / elementBytes < count)
            return corrupt("it ends before its last tensor; the file was cut off, fetch it again");
        const auto size = static_cast<std::size_t>(count * elementBytes);
        storages[reference->second.key] = {.data = {file, rest.data()}, .size = size};
        rest = rest.subspan(size);
    }
    return storages;
}

} // namespace

bool isTorchScript(const std::shared_ptr<const Bytes>& file)
{
    const auto zip = ZipReader::open(file);
    return zip.ok() && isScript(*zip);
}

bool isTorchScript(const std::filesystem::path& path)
{
    std::array<char, 2> beginning{}; // so that large files of other kinds are not read whole
    if (std::error_code error; !std::filesystem::is_regular_file(path, error)) return false;
    if (!std::ifstream(path, std::ios::binary).read(beginning.data(), beginning.size()) || beginning != std::array{'P', 'K'})
        return false;
    auto bytes = readFile(path);
    return bytes.ok() && isTorchScript(std::make_shared<const Bytes>(*std::move(bytes)));
}

Result<Checkpoint> readTorchZip(const std::shared_ptr<const Bytes>& file, const CheckpointOptions& options)
{
    HALFTONE_TRY(const ZipReader zip, ZipReader::open(file));
    const ZipEntry* pickle = findPickle(zip);
    if (!pickle) return noCheckpoint(zip);
    ByteBudget budget = ByteBudget::forFile(file->size());
    const std::string folder(pickle->name.substr(0, pickle->name.size() - std::string_view("data.pkl").size()));
    if (const ZipEntry* order = zip.find(folder + "byteorder")) {
        HALFTONE_TRY(const SharedBytes text, zip.read(*order, budget));
        constexpr std::string_view kBig = "big";
        if (std::ranges::equal(text.span(), std::as_bytes(std::span(kBig)))) return bigEndian();
    }
    HALFTONE_TRY(const SharedBytes pickleBytes, zip.read(*pickle, budget));
    HALFTONE_TRY(const PickleTree tree, readPickle(pickleBytes.span()));
    const StorageLookup lookup = [&](const StorageReference& reference) -> Result<SharedBytes> {
        const ZipEntry* entry = zip.find(folder + "data/" + std::string(reference.key));
        if (!entry) return corrupt(fmt::format("its storage {} is missing", reference.key));
        return zip.read(*entry, budget);
    };
    return assemble(tree, lookup, budget, {isScript(zip) ? "TorchScript" : "PyTorch (zip)", options});
}

Result<Checkpoint> readTorchLegacy(const std::shared_ptr<const Bytes>& file, const CheckpointOptions& options)
{
    PickleRow row(*file);
    HALFTONE_TRY(const PickleTree magic, row.next());
    if (magic.root().kind != PickleKind::LongInt || magic.root().text != kLegacyMagic)
        return Error{ErrorCode::Unsupported,
            "it is a pickle, but not one of torch.save; save model.state_dict() by torch.save in Python"};
    HALFTONE_TRY(const PickleTree protocol, row.next());
    if (protocol.root().kind != PickleKind::Int || protocol.root().integer != kLegacyProtocol)
        return Error{
            ErrorCode::Unsupported, "it has an unknown version of PyTorch's old format; open it in PyTorch and save it again"};
    HALFTONE_TRY(const PickleTree system, row.next());
    const PickleIndex littleEndian = system.find(system.root(), "little_endian");
    if (littleEndian.valid() && system[littleEndian].kind == PickleKind::Bool && system[littleEndian].integer == 0)
        return bigEndian();
    HALFTONE_TRY(const PickleTree tree, row.next());
    HALFTONE_TRY(const PickleTree keys, row.next());
    HALFTONE_TRY(const auto references, referencedStorages(tree));
    HALFTONE_TRY(const LegacyStorages storages, legacyStorages(file, row.rest(), keys, references));
    const StorageLookup lookup = [&](const StorageReference& reference) -> Result<SharedBytes> {
        const auto found = storages.find(reference.key);
        if (found == storages.end()) return corrupt(fmt::format("its storage {} is missing", reference.key));
        return found->second;
    };
    ByteBudget budget = ByteBudget::forFile(file->size());
    return assemble(tree, lookup, budget, {"PyTorch (legacy)", options});
}

} // namespace halftone
