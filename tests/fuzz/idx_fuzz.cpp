// Fuzzes IDX files, plain and gzip.
#include "core/data/idx_array.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

void run(std::span<const std::byte> input)
{
    static const InputFolder folder;
    folder.write("idx", asText(input));
    for (const std::size_t rank : {1, 3}) {
        const auto read = readIdx(folder.path() / "idx", rank);
        if (!read.ok()) {
            requireSentence(read.error());
            continue;
        }
        require(
            static_cast<std::int64_t>(read->bytes.size()) == elementCount(read->shape), "an array is as large as its shape");
    }
}

std::string numbers(std::initializer_list<std::uint32_t> values)
{
    std::string text;
    for (const std::uint32_t value : values)
        for (int shift = 24; shift >= 0; shift -= 8) text.push_back(static_cast<char>(value >> shift));
    return text;
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files{asBytes(numbers({0x803, 3, 2, 2}) + std::string(12, '\x7f')),
        asBytes(numbers({0x801, 3}) + std::string("\0\x05\x09", 3)), asBytes(numbers({0x803, 0, 2, 2})),
        asBytes(numbers({0x801, 0}))};
    const std::filesystem::path bundled = std::filesystem::path(HALFTONE_SOURCE_DIR) / "resources/fashion-mnist";
    if (auto packed = readFile(bundled / "t10k-labels-idx1-ubyte.gz"); packed.ok()) files.push_back(*std::move(packed));
    return files;
}

} // namespace

FuzzTarget idxTarget() { return {"idx", run, seeds}; }

} // namespace halftone::fuzz
