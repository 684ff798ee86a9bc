// Where the bundled network and data are.
#pragma once

#include <filesystem>

namespace halftone {

// Beside the program when it is installed, or in the source tree above a build folder.
std::filesystem::path findResources();

} // namespace halftone
