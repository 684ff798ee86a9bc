// xoshiro256** (Blackman and Vigna) and the few distributions that Halftone draws from.
#include "core/base/random.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace halftone {

namespace {
std::uint64_t splitmix64(std::uint64_t& x)
{
    std::uint64_t z = (x += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}
} // namespace

Random::Random(std::uint64_t seed, std::string_view purpose)
{
    std::uint64_t x = seed;
    for (const char c : purpose) { // FNV-1a over the purpose, mixed into the seed
        x ^= static_cast<unsigned char>(c);
        x *= 0x100000001b3ULL;
        x += 0x632be59bd9b4e019ULL;
    }
    for (auto& word : m_state) word = splitmix64(x);
}

std::uint64_t Random::next()
{
    const std::uint64_t result = std::rotl(m_state[1] * 5, 7) * 9;
    const std::uint64_t t = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= t;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::int64_t Random::below(std::int64_t bound)
{
    assert(bound > 0);
    const auto n = static_cast<std::uint64_t>(bound);
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n; // reject the uneven tail
    std::uint64_t draw = next();
    while (draw >= limit) draw = next();
    return static_cast<std::int64_t>(draw % n);
}

double Random::normal()
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

void Random::shuffle(std::span<std::int64_t> items)
{
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
}

} // namespace halftone
