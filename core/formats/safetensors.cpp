// safetensors: 8 bytes of header size, a JSON header, then the tensors' bytes without gaps.
#include "core/formats/safetensors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <vector>

#include "core/formats/utf8.h"

namespace halftone {

namespace {

using nlohmann::json;

constexpr std::size_t kSizeBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000; // as the format's own library
constexpr std::string_view kMetadata = "__metadata__";
constexpr int kHeaderDepth = 3; // {name: {"shape": [numbers]}}

struct TypeName {
    std::string_view text;
    DType dtype;
};
constexpr std::array kTypeNames{TypeName{"F32", DType::Float32}, TypeName{"F64", DType::Float64},
    TypeName{"F16", DType::Float16}, TypeName{"BF16", DType::BFloat16}, TypeName{"I64", DType::Int64},
    TypeName{"I32", DType::Int32}, TypeName{"I16", DType::Int16}, TypeName{"I8", DType::Int8}, TypeName{"U8", DType::UInt8},
    TypeName{"BOOL", DType::Bool}};

Error corrupt(std::string what) { return Error{ErrorCode::Corrupt, std::move(what)}; }

struct Header {
    json content;
    std::vector<std::string> names; // the file's order, which a JSON object does not keep
};

// nlohmann would keep the last of two equal keys and nest without bound; this refuses both.
Result<Header> parseHeader(std::string_view text)
{
    Header header;
    std::set<std::string> seen;
    std::string twice;
    bool tooDeep = false;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key && depth == 1) {
            auto name = parsed.get<std::string>();
            if (!seen.insert(name).second)
                twice = name;
            else if (name != kMetadata)
                header.names.push_back(std::move(name));
        }
        tooDeep = tooDeep || depth > kHeaderDepth;
        return !tooDeep && twice.empty();
    };
    try {
        header.content = json::parse(text, watch, false);
    } catch (const json::exception& error) { // numbers too large for a double
        return corrupt(fmt::format("its header is not JSON ({})", error.what()));
    }
    if (!twice.empty()) return corrupt(fmt::format("its header names {} twice", twice));
    if (tooDeep || !header.content.is_object()) return corrupt("its header is not a JSON object of tensors");
    return header;
}

std::optional<std::vector<std::int64_t>> numbers(const json& entry, const char* key)
{
    const auto found = entry.find(key);
    if (found == entry.end() || !found->is_array()) return std::nullopt;
    std::vector<std::int64_t> values;
    for (const json& value : *found) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
            return std::nullopt;
        values.push_back(value.get<std::int64_t>());
    }
    return values;
}

struct Entry {
    DType dtype = DType::Float32;
    Shape shape;
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

Result<Entry> readEntry(const std::string& name, const json& described)
{
    const Error damaged = corrupt(fmt::format("its description of tensor {} is damaged", name));
    if (!described.is_object()) return damaged;
    const auto type = described.find("dtype");
    auto shape = numbers(described, "shape");
    const auto offsets = numbers(described, "data_offsets");
    if (type == described.end() || !type->is_string() || !shape || !offsets || offsets->size() != 2) return damaged;
    const auto known = std::find_if(kTypeNames.begin(), kTypeNames.end(),
        [&](const TypeName& candidate) { return candidate.text == type->get_ref<const std::string&>(); });
    if (known == kTypeNames.end())
        return Error{ErrorCode::Unsupported,
            fmt::format("tensor {} has elements of type {}, which is not read; convert it to F32", name,
                type->get_ref<const std::string&>())};
    std::int64_t size = byteWidth(known->dtype), positive = size; // `positive` guards also where a later size is 0
    for (const std::int64_t d : *shape) {
        if (__builtin_mul_overflow(positive, std::max<std::int64_t>(d, 1), &positive)) return damaged;
        size *= d;
    }
    const Entry entry{.dtype = known->dtype, .shape = std::move(*shape), .begin = offsets->front(), .end = offsets->back()};
    if (entry.end < entry.begin || entry.end - entry.begin != size)
        return corrupt(
            fmt::format("tensor {} of shape {} does not fill its {} bytes", name, text(entry.shape), entry.end - entry.begin));
    return entry;
}

// Tensors must cover the data from its first byte to its last, as the format demands; so nothing hides between them.
Status checkCover(const std::vector<Entry>& entries, const std::vector<std::string>& names, std::uint64_t dataSize)
{
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(entries[a].begin, entries[a].end) < std::pair(entries[b].begin, entries[b].end);
    });
    std::int64_t covered = 0;
    for (const std::size_t i : order) {
        if (entries[i].begin != covered)
            return corrupt(fmt::format(
                "tensor {} {} the one before it", names[i], entries[i].begin < covered ? "overlaps" : "leaves a gap to"));
        covered = entries[i].end;
    }
    if (static_cast<std::uint64_t>(covered) > dataSize)
        return corrupt(fmt::format(
            "it should hold {} bytes of tensors but has {}; the file was cut off, fetch it again", covered, dataSize));
    if (static_cast<std::uint64_t>(covered) < dataSize)
        return corrupt(fmt::format("it holds {} bytes after its last tensor", dataSize - static_cast<std::uint64_t>(covered)));
    return {};
}

} // namespace

Result<SafeTensors> parseSafeTensors(std::span<const std::byte> file)
{
    std::uint64_t headerSize = 0;
    if (file.size() < kSizeBytes) return corrupt("it is too short for safetensors");
    for (std::size_t i = 0; i < kSizeBytes; ++i) headerSize |= std::to_integer<std::uint64_t>(file[i]) << (8 * i);
    if (headerSize > kMaxHeader || headerSize > file.size() - kSizeBytes)
        return corrupt(fmt::format("its header should have {} bytes; the file was cut off or is not safetensors", headerSize));
    const std::string_view headerText(
        reinterpret_cast<const char*>(file.data()) + kSizeBytes, static_cast<std::size_t>(headerSize));
    HALFTONE_TRY(const Header header, parseHeader(headerText));

    SafeTensors result;
    if (const auto metadata = header.content.find(kMetadata); metadata != header.content.end()) {
        if (!metadata->is_object()) return corrupt("its metadata is not a JSON object of texts");
        for (const auto& [key, value] : metadata->items()) {
            if (!value.is_string()) return corrupt(fmt::format("its metadata {} is not a text", key));
            result.metadata.emplace(key, value.get<std::string>());
        }
    }
    std::vector<Entry> entries;
    for (const std::string& name : header.names) {
        HALFTONE_TRY(Entry entry, readEntry(name, header.content[name]));
        entries.push_back(std::move(entry));
    }
    const auto dataBytes = file.subspan(kSizeBytes + static_cast<std::size_t>(headerSize));
    HALFTONE_CHECK(checkCover(entries, header.names, dataBytes.size()));
    Bytes copy;
    copy.reserve(dataBytes.size() + 1); // never a null pointer
    copy.assign(dataBytes.begin(), dataBytes.end());
    const auto data = std::make_shared<const Bytes>(std::move(copy));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::shared_ptr<const std::byte> begin(data, data->data() + entries[i].begin);
        result.tensors.entries.push_back(
            {header.names[i], TensorData(entries[i].dtype, std::move(entries[i].shape), std::move(begin))});
    }
    return result;
}

Bytes writeSafeTensors(const StateDict& tensors, const std::map<std::string, std::string>& metadata)
{
    // Wide elements first, so that every tensor is aligned without gaps; the header keeps the given order.
    std::vector<std::size_t> order(tensors.entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return byteWidth(tensors.entries[a].tensor.dtype()) > byteWidth(tensors.entries[b].tensor.dtype());
    });
    std::vector<std::size_t> begins(order.size());
    std::size_t dataSize = 0;
    for (const std::size_t i : order) {
        begins[i] = dataSize;
        dataSize += tensors.entries[i].tensor.bytes().size();
    }
    const auto quoted = [](const std::string& text) { return json(text).dump(-1, ' ', false, json::error_handler_t::replace); };
    std::string header = "{";
    if (!metadata.empty()) {
        header += fmt::format("\"{}\":{{", kMetadata);
        for (const auto& [key, value] : metadata)
            header += fmt::format("{}{}:{}", header.back() == '{' ? "" : ",", quoted(key), quoted(value));
        header += "}";
    }
    for (std::size_t i = 0; i < tensors.entries.size(); ++i) {
        const auto& [name, tensor] = tensors.entries[i];
        const auto type = std::ranges::find(kTypeNames, tensor.dtype(), &TypeName::dtype);
        header += fmt::format(R"({}{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", header.size() > 1 ? "," : "",
            quoted(name), type->text, fmt::join(tensor.shape(), ","), begins[i], begins[i] + tensor.bytes().size());
    }
    header += "}";
    header.resize((header.size() + kSizeBytes - 1) / kSizeBytes * kSizeBytes, ' ');

    Bytes file;
    file.reserve(kSizeBytes + header.size() + dataSize);
    for (std::size_t i = 0; i < kSizeBytes; ++i)
        file.push_back(static_cast<std::byte>(std::uint64_t(header.size()) >> (8 * i) & 0xff));
    const auto headerBytes = std::as_bytes(std::span(header));
    file.insert(file.end(), headerBytes.begin(), headerBytes.end());
    for (const std::size_t i : order) {
        const auto bytes = tensors.entries[i].tensor.bytes();
        file.insert(file.end(), bytes.begin(), bytes.end());
    }
    return file;
}

} // namespace halftone
