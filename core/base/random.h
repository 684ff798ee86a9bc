// Seeded random numbers with results that are the same on every standard library.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace halftone {

// xoshiro256** seeded by splitmix64. std::mt19937's distributions differ between libraries; these do not.
class Random {
public:
    // `purpose` separates streams that share a study's seed: Random(7, "augment"), Random(7, "order").
    explicit Random(std::uint64_t seed, std::string_view purpose = {});

    std::uint64_t next(); // uniform over 64 bits
    double uniform(); // [0, 1)
    std::int64_t below(std::int64_t bound); // [0, bound), bound > 0, unbiased
    double normal(); // mean 0, variance 1 (Box-Muller)
    void shuffle(std::span<std::int64_t> items); // Fisher-Yates

private:
    std::uint64_t m_state[4];
};

} // namespace halftone
