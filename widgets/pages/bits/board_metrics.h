// Measures of the bit board, in pixels at 100 %.
#pragma once

namespace halftone::board {

inline constexpr double kLeft = 114; // names of the rows
inline constexpr double kRight = 17;
inline constexpr double kInset = 17; // of the names
inline constexpr double kHeader = 72; // three lines of names
inline constexpr double kHeaderTop = 14;
inline constexpr double kNameLine = 18;
inline constexpr double kBottom = 9;
inline constexpr double kCellTop = 9;
inline constexpr double kCellBottom = 8;
inline constexpr double kLeastRow = 54;
inline constexpr double kGrab = 1; // round a chip that counts as it
inline constexpr double kLiftSideways = 10;
inline constexpr double kTallest = 0.6; // of a chip: the fill of the largest gain
inline constexpr double kSignRoom = 38; // above it, for the number and the signs
inline constexpr int kScrollRoom = 24; // beyond what is brought into view

} // namespace halftone::board
