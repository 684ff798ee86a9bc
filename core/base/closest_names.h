// The names nearest to one that was not found, for error sentences and the key report.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

// Up to `count` candidates in order of edit distance (ties alphabetical), nothing farther than about half the name's length.
std::vector<std::string> closestNames(std::string_view wanted, std::span<const std::string> candidates, std::size_t count = 3);
// ", did you mean a, b or c?" or "" when nothing is near.
std::string didYouMean(std::string_view wanted, std::span<const std::string> candidates);

} // namespace halftone
