// Tells file formats apart by their first bytes, and names what people often have in place of weights.
#include "core/formats/checkpoint_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/formats/safetensors.h"
#include "core/formats/safetensors_index.h"
#include "core/formats/torch_checkpoint.h"
#include "core/formats/torch_state_dict.h"
#include "core/formats/utf8.h"

namespace halftone {

namespace {

using namespace std::string_view_literals;

// Files that are no weights, by how they begin.
struct Impostor {
    std::string_view beginning;
    ErrorCode code;
    std::string_view sentence;
};
constexpr std::array kImpostors{
    Impostor{"version https://git-lfs"sv, ErrorCode::BadInput,
        "it is a Git LFS pointer, not the weights themselves; fetch them with git lfs pull"sv},
    Impostor{"\x89HDF\r\n\x1a\n"sv, ErrorCode::Unsupported,
        "it is an HDF5 file (Keras), which is not read; convert it to safetensors"sv},
    Impostor{
        "\x93NUMPY"sv, ErrorCode::Unsupported, "it is a NumPy array; save a state_dict with names by torch.save instead"sv},
    Impostor{"\x1f\x8b"sv, ErrorCode::Unsupported, "it is packed by gzip; unpack it with gunzip and open what comes out"sv},
    Impostor{"HTPACKED"sv, ErrorCode::Unsupported,
        "it is a packed network of Halftone; open it by a name that ends in .packed"sv},
    Impostor{"7z\xbc\xaf\x27\x1c"sv, ErrorCode::Unsupported, "it is a 7z archive; unpack it and open what comes out"sv},
};

std::string_view asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool isMarkup(std::string_view text)
{
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '<') return false;
    const auto next = text.substr(begin + 1, 1);
    return !next.empty()
        && (next[0] == '!' || next[0] == '?' || (next[0] >= 'A' && next[0] <= 'Z') || (next[0] >= 'a' && next[0] <= 'z'));
}

// PyTorch's very first format was a tar archive of sys_info, tensors, storages and pickle.
bool isTar(std::string_view text) { return text.size() > 262 && text.substr(257, 5) == "ustar"; }

bool isSafeTensors(std::string_view text) { return text.size() > 8 && text[8] == '{' && text.substr(5, 3) == "\0\0\0"sv; }

bool isPickle(std::string_view text)
{
    return text.size() > 1 && static_cast<unsigned char>(text[0]) == 0x80 && static_cast<unsigned char>(text[1]) <= 5;
}

Result<Checkpoint> fromSafeTensors(StateDict tensors, std::string format, const CheckpointOptions& options)
{
    Checkpoint checkpoint{.tensors = std::move(tensors), .format = std::move(format)};
    if (checkpoint.tensors.entries.empty()) return Error{ErrorCode::BadInput, "it holds no tensors"};
    checkpoint.sets = {{"", static_cast<std::int64_t>(checkpoint.tensors.entries.size())}};
    if (!options.weights.empty()) return noSuchWeights(options.weights, checkpoint.sets);
    stripCommonPrefixes(checkpoint.tensors, checkpoint.wrappers);
    return checkpoint;
}

Result<Checkpoint> readIndex(std::string_view text, const std::filesystem::path& folder, const CheckpointOptions& options)
{
    HALFTONE_TRY(const SafeTensorsIndex index, parseSafeTensorsIndex(text));
    HALFTONE_TRY(StateDict tensors, readShards(index, folder));
    return fromSafeTensors(std::move(tensors), "safetensors (several files)", options);
}

Result<Checkpoint> readAny(const std::shared_ptr<const Bytes>& file, const CheckpointOptions& options)
{
    const std::string_view text = asText(*file);
    if (text.empty()) return Error{ErrorCode::Corrupt, "it is empty; fetch it again"};
    if (text.starts_with("PK")) return readTorchZip(file, options);
    if (isPickle(text)) return readTorchLegacy(file, options);
    if (isSafeTensors(text)) {
        HALFTONE_TRY(SafeTensors content, parseSafeTensors(*file));
        return fromSafeTensors(std::move(content.tensors), "safetensors", options);
    }
    for (const Impostor& impostor : kImpostors)
        if (text.starts_with(impostor.beginning)) return Error{impostor.code, std::string(impostor.sentence)};
    if (looksLikeIndex(text))
        return Error{
            ErrorCode::Unsupported, "it is the index of safetensors in several files; open it in the folder of its shards"};
    if (isMarkup(text))
        return Error{ErrorCode::BadInput,
            "it is a web page, not weights; the address gave a page about the file, fetch the file itself"};
    if (isTar(text))
        return Error{ErrorCode::Unsupported,
            "it is a tar archive: either PyTorch's oldest format, then open it in PyTorch and save it again, or a package to "
            "unpack first"};
    return Error{ErrorCode::BadInput,
        "it is neither a PyTorch checkpoint nor TorchScript, safetensors, ONNX or a packed file; give a file of weights (.pth, "
        ".pt, .th, .ckpt, .safetensors or its .index.json) or a network (.onnx, .packed)"};
}

} // namespace

std::string text(const std::vector<WeightSet>& sets)
{
    constexpr std::size_t kMostListed = 8;
    std::string list;
    for (std::size_t i = 0; i < sets.size() && i < kMostListed; ++i)
        list += fmt::format("{}{} ({} {})", i == 0 ? "" : ", ", sets[i].key.empty() ? "the file itself" : sets[i].key,
            sets[i].tensors, sets[i].tensors == 1 ? "tensor" : "tensors");
    return sets.size() > kMostListed ? fmt::format("{} and {} more", list, sets.size() - kMostListed) : list;
}

Error noSuchWeights(std::string_view key, const std::vector<WeightSet>& sets)
{
    return Error{ErrorCode::BadInput,
        sets.empty() ? fmt::format("it holds no weights under the key {}, nor elsewhere", key)
                     : fmt::format("it holds no weights under the key {}; those that it holds: {}", key, text(sets))};
}

Result<Checkpoint> parseCheckpoint(std::shared_ptr<const Bytes> file, const CheckpointOptions& options)
{
    auto checkpoint = readAny(file, options);
    if (checkpoint) return checkpoint;
    return Error{checkpoint.error().code, printable(checkpoint.error().message)}; // names in it may be anything
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path& path, const CheckpointOptions& options)
{
    std::filesystem::path opened = path;
    if (const auto index = indexOfShard(path)) { // one of several files: all of them, or none
        std::error_code ignored;
        if (!std::filesystem::exists(*index, ignored) && std::filesystem::exists(path, ignored))
            return Error{ErrorCode::NotFound,
                fmt::format(
                    "{} is one of several files of weights and their index {} is not beside it; fetch that and the others.",
                    path.string(), index->filename().string())};
        opened = *index;
    }
    HALFTONE_TRY(Bytes bytes, readFile(opened));
    auto checkpoint = looksLikeIndex(asText(bytes)) ? readIndex(asText(bytes), opened.parent_path(), options)
                                                    : parseCheckpoint(std::make_shared<const Bytes>(std::move(bytes)), options);
    if (checkpoint) return checkpoint;
    return Error{checkpoint.error().code,
        fmt::format("Cannot read weights from {}: {}.", opened.string(), printable(checkpoint.error().message))};
}

} // namespace halftone
