// What stands for what in a report: a marker and colour per method, a colour and dot glyph per bit width, and the style sheet.
#pragma once

#include <string>
#include <string_view>

#include "core/export/svg.h"

namespace halftone {

enum class Marker { Circle, Diamond, Square, TriangleUp, TriangleDown, Cross, Plus };

struct MethodLook {
    std::string title; // "EAGL"
    std::string colour; // a class: "sEagl", "sAlps", "sHawq", "sBase"
    Marker marker = Marker::Square;
    bool baseline = false; // grey: it chooses without scores
};
// An unknown method gets a look of its own kind: its name and a square.
MethodLook methodLook(std::string_view metric);
// `filled`: best at its cost; hollow: dominated. A cross or plus, which has no inside, is drawn bold instead.
void drawMarker(Svg& svg, Marker marker, SvgPoint centre, std::string_view colour, bool filled);

// Class of a bit width: "bit8", "bit4", "bit2", "bitFull"; widths between take the colour of the next one above.
std::string bitClass(int bits);
std::string bitTitle(int bits); // "4 bit", "full precision"
// The glyph of a width in a 12 pixel square: 16 fine dots, 4 medium ones, one large, an empty square.
void drawBitGlyph(Svg& svg, int bits, SvgPoint corner);
// The same as an element for running text.
std::string bitGlyphElement(int bits);

// Colours of both themes, text and chart classes: what a chart needs on its own.
std::string chartStyle();
// chartStyle() and the page's layout.
std::string pageStyle();

} // namespace halftone
