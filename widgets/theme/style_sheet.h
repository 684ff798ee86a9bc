// The one style sheet and the palette of the program, made from the tokens.
#pragma once

#include "widgets/theme/theme.h"

#include <QPalette>

namespace halftone {

QString styleSheet(const Theme& theme);
QPalette palette(const Theme& theme);

} // namespace halftone
