// Grids to rows and back; what a file holds is never believed.
#include "core/store/model_grids.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/bit_assignment.h"
#include "core/graph/code_range.h"
#include "core/store/packed_numbers.h"

namespace halftone {

namespace {

Status checkGrid(const FrozenGrid& grid, const std::string& name, CodeRange stored)
{
    const auto refused = [&](const char* why) {
        return Error{ErrorCode::BadInput, "The grid of '" + name + "' " + why + "; open the quantized file again in a new study."};
    };
    if (grid.bits < kMinBits || grid.bits > kMaxBits) return refused("has a width other than 2 to 8 bits");
    if (grid.lowest < stored.lowest || grid.lowest > 0 || grid.highest < 1 || grid.highest > stored.highest
        || grid.highest - grid.lowest > 255)
        return refused("has codes that no byte holds");
    const bool usable
        = std::ranges::all_of(grid.scales, [](float scale) { return scale > 0 && std::isfinite(scale); });
    if (grid.scales.empty() || !usable) return refused("has no scale, or one that is not a positive number");
    return {};
}

Bytes packed(std::span<const float> scales)
{
    Bytes bytes;
    bytes.reserve(8 * scales.size());
    for (const float scale : scales) packNumber(bytes, static_cast<double>(scale));
    return bytes;
}

// What does not fit becomes a number that checkGrid refuses.
int smallNumber(std::int64_t number)
{
    constexpr std::int64_t kLargest = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp(number, -kLargest, kLargest));
}

FrozenGrid gridIn(const Query& query)
{
    FrozenGrid grid{.bits = smallNumber(query.integer(2)),
        .lowest = smallNumber(query.integer(3)),
        .highest = smallNumber(query.integer(4)),
        .scales = {}};
    const auto bytes = query.bytes(5);
    if (bytes.size() % 8 != 0) return grid;
    for (std::size_t at = 0; at < bytes.size(); at += 8)
        grid.scales.push_back(static_cast<float>(unpackNumber<double>(bytes, at)));
    return grid;
}

} // namespace

Status checkGrids(const NamedGrids& grids)
{
    for (const auto& [name, grid] : grids.weights) HALFTONE_CHECK(checkGrid(grid, name, {-128, 127}));
    for (const auto& [name, grid] : grids.activations) HALFTONE_CHECK(checkGrid(grid, name, {-254, 255}));
    return {};
}

void saveGrids(SQLite::Database& database, const NamedGrids& grids)
{
    for (const bool ofWeights : {true, false})
        for (const auto& [name, grid] : ofWeights ? grids.weights : grids.activations) {
            const Bytes scales = packed(grid.scales);
            Query(database,
                "INSERT INTO model_grid(of_weights, name, bits, lowest, highest, scales) VALUES(?, ?, ?, ?, ?, ?)", ofWeights ? 1 : 0,
                name, grid.bits, grid.lowest, grid.highest, std::span<const std::byte>(scales))
                .run();
        }
}

Result<NamedGrids> loadGrids(SQLite::Database& database)
{
    NamedGrids grids;
    for (Query query(database, "SELECT of_weights, name, bits, lowest, highest, scales FROM model_grid"); query.step();) {
        auto& among = query.integer(0) == 0 ? grids.activations : grids.weights;
        among[query.text(1)] = gridIn(query);
    }
    if (const Status sound = checkGrids(grids); !sound.ok())
        return Error{ErrorCode::Corrupt, "The study's model has a damaged grid. " + sound.error().message};
    return grids;
}

void addGrids(ContentHasher& hasher, const NamedGrids& grids)
{
    if (grids.empty()) return;
    for (const bool ofWeights : {true, false}) {
        hasher.add(ofWeights ? "grids of weights" : "grids of activations");
        for (const auto& [name, grid] : ofWeights ? grids.weights : grids.activations) {
            const Bytes scales = packed(grid.scales);
            hasher.add(name)
                .add(std::to_string(grid.bits))
                .add(std::to_string(grid.lowest))
                .add(std::to_string(grid.highest))
                .add(std::span<const std::byte>(scales));
        }
    }
}

} // namespace halftone
