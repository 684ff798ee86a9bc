// The formats as their specifications say, written independently of the readers.
#include "made_files.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace halftone::made {

std::string golden(std::string_view name)
{
    std::ifstream file(std::string(HALFTONE_SOURCE_DIR "/tests/golden/formats/") + std::string(name), std::ios::binary);
    if (!file) throw std::runtime_error("tests/golden/formats/" + std::string(name) + " is missing");
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

std::shared_ptr<const Bytes> bytes(std::string_view text)
{
    const auto view = std::as_bytes(std::span(text.data(), text.size()));
    return std::make_shared<const Bytes>(view.begin(), view.end());
}

Result<Checkpoint> parse(std::string_view file) { return parseCheckpoint(bytes(file)); }

std::string little(std::uint64_t value, int width)
{
    std::string text;
    for (int i = 0; i < width; ++i) text += i < 8 ? static_cast<char>(value >> (8 * i) & 0xff) : '\0';
    return text;
}

std::string pickled(std::string_view body) { return "\x80\x02"s + std::string(body) + "."; }
std::string text(std::string_view value) { return little(value.size(), 4).insert(0, 1, 'X').append(value); }
std::string integer(std::int64_t value) { return "\x8a\x08"s + little(static_cast<std::uint64_t>(value), 8); }
std::string global(std::string_view module, std::string_view name)
{
    return "c"s + std::string(module) + "\n" + std::string(name) + "\n";
}

std::string enclosed(std::string_view begin, const std::vector<std::string>& values, char end)
{
    std::string all(begin);
    for (const auto& value : values) all += value;
    return all + end;
}

std::string tuple(const std::vector<std::string>& values) { return enclosed("(", values, 't'); }
std::string list(const std::vector<std::string>& values) { return enclosed("](", values, 'e'); }

std::string dict(const std::vector<std::pair<std::string, std::string>>& values)
{
    std::string all = "}(";
    for (const auto& [key, value] : values) all += text(key) + value;
    return all + "u";
}

std::string call(const std::string& callee, const std::vector<std::string>& arguments)
{
    return callee + tuple(arguments) + "R";
}

std::string storage(std::string_view type, std::string_view key, std::int64_t count, const std::string& view)
{
    return tuple({text("storage"), global("torch", type), text(key), text("cpu"), integer(count), view}) + "Q";
}

std::string tensor(const TensorParts& parts)
{
    std::vector<std::string> shape, strides;
    for (const auto d : parts.shape) shape.push_back(integer(d));
    for (const auto s : parts.strides) strides.push_back(integer(s));
    return call(global("torch._utils", "_rebuild_tensor_v2"),
        {parts.storage, integer(parts.offset), tuple(shape), tuple(strides), "\x89", "N"});
}

std::string legacyFile(const std::string& body, const std::vector<LegacyStorage>& storages, bool littleEndian)
{
    std::string file = pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"s) + pickled("M\xe9\x03"s);
    file += pickled(dict({{"protocol_version", "M\xe9\x03"s}, {"little_endian", littleEndian ? "\x88" : "\x89"}}))
        + pickled(body);
    std::vector<std::string> keys;
    for (const auto& storage : storages) keys.push_back(text(storage.key));
    file += pickled(list(keys));
    for (const auto& storage : storages) file += little(static_cast<std::uint64_t>(storage.count), 8) + storage.content;
    return file;
}

std::string zipFile(const std::vector<ZipPart>& parts, bool zip64)
{
    std::string file, directory;
    for (const auto& part : parts) {
        const std::uint64_t offset = file.size(), size = part.content.size();
        const std::string common = little(20, 2) + little(part.flags, 2) + little(part.method, 2) + little(0, 8);
        file += "PK\x03\x04"s + common + little(size, 4) + little(size, 4) + little(part.name.size(), 2) + little(0, 2)
            + part.name + part.content;
        const std::uint64_t full = 0xffffffff;
        const std::string extra = zip64 ? little(0x7777, 2) + little(1, 2) + "?" + little(1, 2) + little(24, 2)
                + little(size, 8) + little(size, 8) + little(offset, 8)
                                        : "";
        directory += "PK\x01\x02"s + little(20, 2) + common + little(zip64 ? full : size, 4) + little(zip64 ? full : size, 4)
            + little(part.name.size(), 2) + little(extra.size(), 2) + little(0, 10) + little(zip64 ? full : offset, 4)
            + part.name + extra;
    }
    const std::uint64_t begin = file.size();
    file += directory;
    const std::uint64_t end64 = file.size();
    if (zip64)
        file += "PK\x06\x06"s + little(44, 8) + little(0, 12) + little(parts.size(), 8) + little(parts.size(), 8)
            + little(directory.size(), 8) + little(begin, 8) + "PK\x06\x07" + little(0, 4) + little(end64, 8) + little(1, 4);
    return file + "PK\x05\x06"s + little(0, 4) + little(parts.size(), 2) + little(parts.size(), 2)
        + little(zip64 ? 0xffffffff : directory.size(), 4) + little(zip64 ? 0xffffffff : begin, 4) + little(0, 2);
}

std::string safeTensorsFile(const std::string& header, const std::string& data)
{
    return little(header.size(), 8) + header + data;
}

} // namespace halftone::made
