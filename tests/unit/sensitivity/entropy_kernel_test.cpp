// Every entropy kernel against the reference, and the reference against quantizeToCodes, where they could differ.
#include "core/sensitivity/entropy_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.h"
#include "core/graph/frozen_grid.h"

namespace halftone {
namespace {

constexpr EntropyKernel kKernels[] = {EntropyKernel::Portable, EntropyKernel::Avx2, EntropyKernel::Avx512};

const std::vector<CodeGrid> kRanges{{1, -2, 1}, {1, -4, 3}, {1, -8, 7}, {1, -16, 15}, {1, -128, 127}, {1, -127, 127},
    {1, -1, 1}, {1, -7, 7}, {1, 0, 15}, {1, 0, 3}, {1, 0, 127}, {1, 0, 255}, {1, 0, 0}};

// All kernels that this machine has give the reference's counts.
void expectAllAgree(const std::vector<float>& values, const CodeGrid& grid)
{
    CodeCounts expected{};
    ASSERT_TRUE(countCodes(EntropyKernel::Reference, values, grid, expected));
    for (const EntropyKernel kernel : kKernels) {
        if (!isSupported(kernel)) continue;
        CodeCounts counts{};
        ASSERT_TRUE(countCodes(kernel, values, grid, counts));
        ASSERT_EQ(counts, expected) << "kernel " << int(kernel) << ", " << values.size() << " values, step " << grid.scale
                                    << ", [" << grid.lowest << ", " << grid.highest << "]";
    }
}

std::vector<float> gaussian(std::size_t count, std::uint64_t seed)
{
    Random random(seed, "entropy kernels");
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.normal());
    return values;
}

TEST(EntropyKernels, AgreeAtEverySize)
{
    const std::vector<float> values = gaussian(70'000, 1);
    for (const CodeGrid& range : kRanges) {
        const CodeGrid grid{2.7f / float(std::max(-range.lowest, range.highest) + 1), range.lowest, range.highest};
        for (const std::size_t size :
            {0, 1, 3, 7, 8, 17, 31, 32, 33, 63, 64, 65, 479, 480, 481, 511, 513, 959, 960, 961, 1439, 8159, 16321, 70000}) {
            expectAllAgree({values.begin(), values.begin() + std::ptrdiff_t(size)}, grid);
        }
    }
}

// The fast kernels multiply by a rounded reciprocal; next to a tie only a division tells the code.
TEST(EntropyKernels, AgreeOnAndNextToEveryTie)
{
    Random random(2, "ties");
    for (int instance = 0; instance < 300; ++instance) {
        CodeGrid grid = kRanges[std::size_t(random.below(std::int64_t(kRanges.size())))];
        grid.scale = static_cast<float>(std::exp2(20 * random.uniform() - 15));
        std::vector<float> values;
        for (int code = grid.lowest - 2; code <= grid.highest + 2; ++code) {
            float value = static_cast<float>((code + 0.5) * double(grid.scale));
            for (int i = 0; i < 4; ++i) value = std::nextafter(value, -1e30f);
            for (int i = 0; i < 9; ++i) {
                values.push_back(value);
                value = std::nextafter(value, 1e30f);
            }
        }
        for (const float value : values) expectAllAgree(std::vector<float>(64, value), grid); // alone in its vector
        expectAllAgree(values, grid);
    }
}

TEST(EntropyKernels, AgreeOnHugeAndTinyValuesAndSteps)
{
    const float largest = std::numeric_limits<float>::max();
    const float smallest = std::numeric_limits<float>::denorm_min();
    std::vector<float> values{0.0f, -0.0f, largest, -largest, smallest, -smallest, 1e-38f, 1e30f, -1e30f, 3e9f, -3e9f, 2.2e9f,
        8388608.5f, -4194305.0f, -12582912.0f, -12582913.0f, 1.0f};
    values.resize(1200, 0.3f);
    for (const CodeGrid& range : kRanges) {
        for (const float scale : {smallest, 1e-38f, 1e-31f, 1e-10f, 0.05f, 1.0f, 1e10f, 1e31f, 1e38f, largest}) {
            expectAllAgree(values, {scale, range.lowest, range.highest});
            // Alone too: one value that needs a division takes its whole block with it.
            for (std::size_t i = 0; i < 17; ++i)
                expectAllAgree(std::vector<float>(64, values[i]), {scale, range.lowest, range.highest});
        }
    }
}

TEST(EntropyKernels, RefuseWhatIsNotFiniteWhereverItStands)
{
    const CodeGrid grid{0.25f, -8, 7};
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
             -std::numeric_limits<float>::infinity()}) {
        for (const std::size_t place : {0u, 1u, 31u, 500u, 959u, 960u, 1003u, 1004u}) {
            std::vector<float> values = gaussian(1005, 3);
            values[place] = bad;
            for (const EntropyKernel kernel :
                {EntropyKernel::Reference, EntropyKernel::Portable, EntropyKernel::Avx2, EntropyKernel::Avx512}) {
                CodeCounts counts{};
                if (!isSupported(kernel)) continue;
                EXPECT_FALSE(countCodes(kernel, values, grid, counts)) << int(kernel) << " at " << place;
            }
        }
    }
}

TEST(EntropyKernels, ReferenceCountsTheCodesOfTheGraph)
{
    std::vector<float> values = gaussian(5000, 4);
    values.insert(values.end(), {0.125f, 0.375f, -0.125f, -2.125f, 1.875f, 9.0f, -9.0f});
    for (const CodeGrid& range : kRanges) {
        if (range.highest > 127) continue; // weights' codes are signed bytes
        const CodeGrid grid{0.25f, range.lowest, range.highest};
        CodeCounts expected{};
        for (const std::int8_t code :
            quantizeToCodes({.bits = 8, .lowest = grid.lowest, .highest = grid.highest, .scales = {grid.scale}}, values)) {
            ++expected[std::size_t(code - grid.lowest)];
        }
        CodeCounts counts{};
        ASSERT_TRUE(countCodes(EntropyKernel::Reference, values, grid, counts));
        EXPECT_EQ(counts, expected);
    }
}

TEST(EntropyKernels, TheFastestIsOneThatThisMachineHas)
{
    EXPECT_TRUE(isSupported(fastestEntropyKernel()));
    EXPECT_NE(fastestEntropyKernel(), EntropyKernel::Reference);
}

} // namespace
} // namespace halftone
