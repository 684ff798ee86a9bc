// Writes and reads packed files; the bytes of a file are never trusted.
#include "core/formats/packed_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/version.h"
#include "core/graph/network_text.h"
#include "core/graph/shape_inference.h"

namespace halftone {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "HTPACKED";
constexpr std::size_t kHeader = 16; // magic, version, length of the manifest
constexpr std::size_t kDataAlignment = 64;
constexpr std::size_t kTensorAlignment = 4;

Error corrupt(std::string reason)
{
    return {ErrorCode::Corrupt, "The packed file is damaged: " + std::move(reason) + "; export it again."};
}

std::size_t aligned(std::size_t offset, std::size_t to) { return (offset + to - 1) / to * to; }

std::int64_t packedBytes(std::int64_t count, int bits) { return (count * bits + 7) / 8; }

void appendNumber(Bytes& bytes, std::uint32_t number)
{
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::byte>(number >> shift));
}

std::uint32_t numberAt(std::span<const std::byte> bytes, std::size_t offset)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number |= static_cast<std::uint32_t>(bytes[offset + i]) << (8 * i);
    return number;
}

void appendFloats(Bytes& bytes, std::span<const float> floats)
{
    for (const float value : floats) {
        std::uint32_t pattern;
        std::memcpy(&pattern, &value, sizeof pattern);
        appendNumber(bytes, pattern);
    }
}

std::vector<float> floatsAt(std::span<const std::byte> bytes)
{
    std::vector<float> floats(bytes.size() / 4);
    for (std::size_t i = 0; i < floats.size(); ++i) {
        const std::uint32_t pattern = numberAt(bytes, 4 * i);
        std::memcpy(&floats[i], &pattern, sizeof pattern);
    }
    return floats;
}

bool usableScales(const std::vector<float>& scales)
{
    return !scales.empty() && std::all_of(scales.begin(), scales.end(), [](float s) { return s > 0 && std::isnormal(s); });
}

bool usableGrid(const FrozenGrid& grid)
{
    return grid.bits >= kMinBits && grid.bits <= kMaxBits && grid.lowest <= 0 && grid.highest >= 1
        && grid.highest - grid.lowest < (1 << grid.bits) && usableScales(grid.scales);
}

// ---- writing ----------------------------------------------------------------------------------------------------------

// The grid of the layer whose weight the parameter is; null: stored in floats.
const FrozenGrid* gridOf(const QuantizedModel& model, const LayerTable& table, ParameterIndex parameter)
{
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        if (table.layers[i].weight != parameter || model.bits.layers[i].weight == kFullPrecision) continue;
        const auto found = model.grids.weights.find(LayerIndex(static_cast<std::int64_t>(i)));
        return found == model.grids.weights.end() ? nullptr : &found->second;
    }
    return nullptr;
}

// Codes are stored in as many bits as the grid says.
Status checkWidths(const QuantizedModel& model, const LayerTable& table)
{
    const auto fits = [](const FrozenGrid& grid) { return grid.highest - grid.lowest < (1 << grid.bits); };
    for (const auto& [layer, grid] : model.grids.weights)
        if (!fits(grid)) return badGrid("the weights of", table.layer(layer).name, "is wider than its bits");
    for (const auto& [value, grid] : model.grids.activations)
        if (!fits(grid))
            return badGrid("the value", model.network.operation(model.network.value(value).producer).name, "is wider than its bits");
    return {};
}

Json activationsOf(const QuantizedModel& model)
{
    Json list = Json::array();
    for (const auto& [value, grid] : model.grids.activations)
        list.push_back({{"value", value.value}, {"bits", grid.bits}, {"lowest", grid.lowest}, {"highest", grid.highest},
            {"scale", static_cast<double>(grid.scales[0])}});
    return list;
}

// ---- reading ----------------------------------------------------------------------------------------------------------

std::optional<std::int64_t> integerIn(const Json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    return found->get<std::int64_t>();
}

std::string stringIn(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// bits, lowest and highest; Corrupt when they are no grid.
Result<FrozenGrid> gridIn(const Json& entry, std::vector<float> scales, const std::string& subject)
{
    const auto bits = integerIn(entry, "bits"), lowest = integerIn(entry, "lowest"), highest = integerIn(entry, "highest");
    const bool small = bits && lowest && highest && *bits >= kMinBits && *bits <= kMaxBits && *lowest >= -254 && *lowest <= 0
        && *highest >= 1 && *highest <= 255;
    if (!small) return corrupt(subject + " has no usable bits and range");
    FrozenGrid grid{
        static_cast<int>(*bits), static_cast<std::int32_t>(*lowest), static_cast<std::int32_t>(*highest), std::move(scales)};
    if (!usableGrid(grid)) return corrupt(subject + " has a range wider than its bits, or a scale that is not a positive number");
    return grid;
}

class PackedReader {
public:
    PackedReader(const Json& manifest, std::span<const std::byte> data)
        : m_manifest(manifest)
        , m_data(data)
    {
    }

    Result<QuantizedModel> read()
    {
        auto network = networkFromText(stringIn(m_manifest, "network"));
        if (!network.ok()) return corrupt("its network cannot be read (" + network.error().message + ")");
        m_model.network = std::move(*network);
        m_table = layerTable(m_model.network);
        auto bits = assignmentFromText(stringIn(m_manifest, "bits"));
        if (!bits.ok() || !validate(*bits, m_table).ok()) return corrupt("its bit widths do not fit its network");
        m_model.bits = std::move(*bits);
        HALFTONE_CHECK(readTensors());
        HALFTONE_CHECK(readActivations());
        if (const Status sound = validate(m_model); !sound.ok()) return corrupt("its grids do not fit (" + sound.error().message + ")");
        return std::move(m_model);
    }

private:
    Result<std::span<const std::byte>> bytesOf(const Json& entry, const std::string& subject) const
    {
        const auto offset = integerIn(entry, "offset"), size = integerIn(entry, "bytes");
        const auto all = static_cast<std::int64_t>(m_data.size());
        if (!offset || !size || *offset < 0 || *size < 0 || *offset > all || *size > all - *offset)
            return corrupt(subject + " lies outside the file");
        return m_data.subspan(static_cast<std::size_t>(*offset), static_cast<std::size_t>(*size));
    }

    Status readTensors()
    {
        const auto tensors = m_manifest.find("tensors");
        const auto parameters = m_model.network.parameters();
        if (tensors == m_manifest.end() || !tensors->is_array() || tensors->size() != parameters.size())
            return corrupt("it does not list as many tensors as its network has");
        for (std::size_t i = 0; i < tensors->size(); ++i) {
            const Json& entry = (*tensors)[i];
            const std::string subject = fmt::format("tensor {}", i);
            if (!entry.is_object() || stringIn(entry, "name") != parameters[i].name) return corrupt(subject + " has another name");
            HALFTONE_CHECK(readTensor(ParameterIndex(static_cast<std::int64_t>(i)), entry, subject));
        }
        return {};
    }

    Status readTensor(ParameterIndex index, const Json& entry, const std::string& subject)
    {
        const Shape shape = m_model.network.parameter(index).shape;
        const std::int64_t count = elementCount(shape);
        HALFTONE_TRY(const auto bytes, bytesOf(entry, subject));
        if (!entry.contains("bits")) {
            if (static_cast<std::int64_t>(bytes.size()) != 4 * count) return corrupt(subject + " has another size than its shape says");
            return m_model.network.setParameter(index, TensorData::fromFloats(shape, floatsAt(bytes)));
        }
        const auto layer = std::find_if(
            m_table.layers.begin(), m_table.layers.end(), [&](const Layer& one) { return one.weight == index; });
        const auto scales = integerIn(entry, "scales");
        if (layer == m_table.layers.end() || !scales || (*scales != 1 && *scales != shape[0])
            || *scales * 4 > static_cast<std::int64_t>(bytes.size()))
            return corrupt(subject + " has codes where floats are needed, or another number of scales than one or one a filter");
        const auto at = static_cast<std::size_t>(*scales) * 4;
        HALFTONE_TRY(const FrozenGrid grid, gridIn(entry, floatsAt(bytes.first(at)), subject));
        if (grid.lowest < -128 || grid.highest > 127) return corrupt(subject + " has codes wider than a signed byte");
        if (static_cast<std::int64_t>(bytes.size() - at) != packedBytes(count, grid.bits))
            return corrupt(subject + " has another size than its shape and bits say");
        const LayerIndex owner(layer - m_table.layers.begin());
        if (m_model.bits[owner].weight != grid.bits) return corrupt(subject + " has other bits than its layer");
        const std::vector<std::int8_t> codes = unpackCodes(bytes.subspan(at), grid.bits, grid.lowest, count);
        std::vector<float> values(codes.size());
        const std::size_t perScale = values.size() / grid.scales.size();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (codes[i] < grid.lowest || codes[i] > grid.highest) return corrupt(subject + " has a code outside its range");
            values[i] = static_cast<float>(codes[i]) * grid.scales[i / perScale];
        }
        m_model.grids.weights[owner] = grid;
        return m_model.network.setParameter(index, TensorData::fromFloats(shape, values));
    }

    Status readActivations()
    {
        const auto list = m_manifest.find("activations");
        if (list == m_manifest.end() || !list->is_array()) return corrupt("it lists no activations");
        for (const Json& entry : *list) {
            const auto value = entry.is_object() ? integerIn(entry, "value") : std::nullopt;
            if (!value || *value < 0 || *value >= static_cast<std::int64_t>(m_model.network.values().size()))
                return corrupt("an activation's grid belongs to no value");
            const auto scale = entry.find("scale");
            if (scale == entry.end() || !scale->is_number()) return corrupt(fmt::format("value {} has no scale", *value));
            HALFTONE_TRY(FrozenGrid grid, gridIn(entry, {scale->get<float>()}, fmt::format("value {}", *value)));
            m_model.grids.activations[ValueIndex(*value)] = std::move(grid);
        }
        for (std::size_t i = 0; i < m_table.layers.size(); ++i) {
            const auto found = m_model.grids.activations.find(m_table.layers[i].input);
            const int bits = found == m_model.grids.activations.end() ? kFullPrecision : found->second.bits;
            const LayerBits said = m_model.bits.layers[i];
            if (said.activation != kFullPrecision && said.activation != bits)
                return corrupt("the input of " + m_table.layers[i].name + " has other bits than its grid");
            if (said.weight != kFullPrecision && !m_model.grids.weights.contains(LayerIndex(static_cast<std::int64_t>(i))))
                return corrupt("the weights of " + m_table.layers[i].name + " have no codes");
        }
        return {};
    }

    const Json& m_manifest;
    std::span<const std::byte> m_data;
    QuantizedModel m_model;
    LayerTable m_table;
};

} // namespace

Bytes packCodes(std::span<const std::int8_t> codes, int bits, std::int32_t lowest)
{
    Bytes bytes(static_cast<std::size_t>(packedBytes(static_cast<std::int64_t>(codes.size()), bits)));
    std::uint32_t pending = 0;
    int held = 0;
    std::size_t at = 0;
    for (const std::int8_t code : codes) {
        pending |= static_cast<std::uint32_t>(code - lowest) << held;
        for (held += bits; held >= 8; held -= 8, pending >>= 8) bytes[at++] = static_cast<std::byte>(pending);
    }
    if (held > 0) bytes[at] = static_cast<std::byte>(pending);
    return bytes;
}

std::vector<std::int8_t> unpackCodes(std::span<const std::byte> bytes, int bits, std::int32_t lowest, std::int64_t count)
{
    std::vector<std::int8_t> codes(static_cast<std::size_t>(count));
    const std::uint32_t mask = (1U << bits) - 1;
    std::uint32_t pending = 0;
    int held = 0;
    std::size_t at = 0;
    for (std::int8_t& code : codes) {
        if (held < bits) {
            pending |= static_cast<std::uint32_t>(bytes[at++]) << held;
            held += 8;
        }
        code = static_cast<std::int8_t>(static_cast<std::int32_t>(pending & mask) + lowest);
        pending >>= bits;
        held -= bits;
    }
    return codes;
}

Result<Bytes> writePacked(const QuantizedModel& model)
{
    const LayerTable table = layerTable(model.network);
    HALFTONE_CHECK(validate(model));
    HALFTONE_CHECK(checkWidths(model, table));
    Json tensors = Json::array();
    Bytes data;
    for (std::size_t i = 0; i < model.network.parameters().size(); ++i) {
        const Parameter& parameter = model.network.parameters()[i];
        if (parameter.data.empty())
            return Error{ErrorCode::BadInput,
                fmt::format("'{}' has no data; load or train the network before exporting it.", parameter.name)};
        data.resize(aligned(data.size(), kTensorAlignment));
        const std::size_t offset = data.size();
        Json entry{{"name", parameter.name}, {"shape", parameter.shape}};
        if (const FrozenGrid* grid = gridOf(model, table, ParameterIndex(static_cast<std::int64_t>(i)))) {
            appendFloats(data, grid->scales);
            const std::vector<std::int8_t> codes = quantizeToCodes(*grid, parameter.data.floats());
            const Bytes packed = packCodes(codes, grid->bits, grid->lowest);
            data.insert(data.end(), packed.begin(), packed.end());
            entry.update({{"bits", grid->bits}, {"lowest", grid->lowest}, {"highest", grid->highest},
                {"scales", grid->scales.size()}});
        } else {
            appendFloats(data, parameter.data.floats());
        }
        entry.update({{"offset", offset}, {"bytes", data.size() - offset}});
        tensors.push_back(std::move(entry));
    }
    const std::string manifest = Json{{"producer", std::string("halftone ") + kVersion}, {"network", toText(model.network)},
        {"bits", toText(model.bits)}, {"activations", activationsOf(model)}, {"tensors", tensors}}
                                     .dump(-1, ' ', false, Json::error_handler_t::replace);
    Bytes file;
    for (const char c : kMagic) file.push_back(static_cast<std::byte>(c));
    appendNumber(file, kPackedVersion);
    appendNumber(file, static_cast<std::uint32_t>(manifest.size()));
    for (const char c : manifest) file.push_back(static_cast<std::byte>(c));
    file.resize(aligned(file.size(), kDataAlignment));
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

bool looksPacked(std::span<const std::byte> file)
{
    return file.size() >= kMagic.size() && std::memcmp(file.data(), kMagic.data(), kMagic.size()) == 0;
}

Result<QuantizedModel> readPacked(std::span<const std::byte> file)
{
    if (!looksPacked(file) || file.size() < kHeader) return corrupt("it does not begin as such a file does");
    const std::uint32_t version = numberAt(file, 8);
    if (version != kPackedVersion)
        return Error{ErrorCode::Unsupported,
            fmt::format("The packed file has version {}, and version {} is read; use a newer Halftone.", version, kPackedVersion)};
    const std::size_t length = numberAt(file, 12);
    if (length > file.size() - kHeader) return corrupt("its manifest is cut short");
    const char* text = reinterpret_cast<const char*>(file.data()) + kHeader;
    const Json manifest = Json::parse(text, text + length, nullptr, false);
    if (!manifest.is_object()) return corrupt("its manifest is no JSON object");
    const std::size_t begin = std::min(aligned(kHeader + length, kDataAlignment), file.size());
    return PackedReader(manifest, file.subspan(begin)).read();
}

} // namespace halftone
