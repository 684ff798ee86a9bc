// What stands for what in a report: a marker and colour per method, a colour and dot glyph per bit width.
#include "core/export/report_look.h"

#include <array>

#include <fmt/format.h>

namespace halftone {
namespace {

struct NamedLook {
    std::string_view metric;
    MethodLook look;
};

const std::array<NamedLook, 8>& namedLooks()
{
    static const std::array<NamedLook, 8> looks{{
        {"eagl", {"EAGL", "sEagl", Marker::Circle, false}},
        {"alps", {"ALPS", "sAlps", Marker::Diamond, false}},
        {"hawq-v3", {"HAWQ-v3", "sHawq", Marker::Square, false}},
        {"output-divergence", {"output divergence", "sHawq", Marker::TriangleUp, false}},
        {"uniform", {"uniform", "sBase", Marker::TriangleUp, true}},
        {"first-to-last", {"first-to-last", "sBase", Marker::TriangleDown, true}},
        {"last-to-first", {"last-to-first", "sBase", Marker::Plus, true}},
        {"random", {"random", "sBase", Marker::Cross, true}},
    }};
    return looks;
}

// Dots of the three widths: count a side, first centre and radius in the 12 pixel square.
struct Dots {
    int side = 1;
    double first = 6;
    double radius = 4.6;
};

Dots dotsOf(int bits)
{
    if (bits > 4) return {4, 1.5, 1.2};
    if (bits > 2) return {2, 3, 2.3};
    return {1, 6, 4.6};
}

} // namespace

MethodLook methodLook(std::string_view metric)
{
    for (const NamedLook& named : namedLooks()) {
        if (named.metric == metric) return named.look;
    }
    return {std::string(metric), "sHawq", Marker::Square, false};
}

void drawMarker(Svg& svg, Marker marker, SvgPoint c, std::string_view colour, bool filled)
{
    const std::string shape = fmt::format("mark {} {}", colour, filled ? "full" : "hollow");
    const std::string strokes = fmt::format("mark {} {}", colour, filled ? "bold" : "thin");
    switch (marker) {
    case Marker::Circle:
        svg.circle(c, 4.5, shape);
        break;
    case Marker::Diamond:
        svg.polygon({{c.x, c.y - 5.5}, {c.x + 5.5, c.y}, {c.x, c.y + 5.5}, {c.x - 5.5, c.y}}, shape);
        break;
    case Marker::Square:
        svg.rectangle({c.x - 4, c.y - 4}, 8, 8, shape);
        break;
    case Marker::TriangleUp:
        svg.polygon({{c.x, c.y - 5}, {c.x + 4.8, c.y + 4}, {c.x - 4.8, c.y + 4}}, shape);
        break;
    case Marker::TriangleDown:
        svg.polygon({{c.x, c.y + 5}, {c.x + 4.8, c.y - 4}, {c.x - 4.8, c.y - 4}}, shape);
        break;
    case Marker::Cross:
        svg.line({c.x - 3.8, c.y - 3.8}, {c.x + 3.8, c.y + 3.8}, strokes);
        svg.line({c.x - 3.8, c.y + 3.8}, {c.x + 3.8, c.y - 3.8}, strokes);
        break;
    case Marker::Plus:
        svg.line({c.x - 4.8, c.y}, {c.x + 4.8, c.y}, strokes);
        svg.line({c.x, c.y - 4.8}, {c.x, c.y + 4.8}, strokes);
        break;
    }
}

std::string bitClass(int bits)
{
    if (bits <= 0 || bits > 8) return "bitFull";
    return bits > 4 ? "bit8" : bits > 2 ? "bit4" : "bit2";
}

std::string bitTitle(int bits) { return bits <= 0 || bits > 8 ? "full precision" : fmt::format("{} bit", bits); }

void drawBitGlyph(Svg& svg, int bits, SvgPoint corner)
{
    const std::string look = "glyph " + bitClass(bits);
    if (look == "glyph bitFull") {
        svg.rectangle({corner.x + 1.25, corner.y + 1.25}, 9.5, 9.5, look, 1);
        return;
    }
    const Dots dots = dotsOf(bits);
    const double pitch = dots.side > 1 ? (12 - 2 * dots.first) / (dots.side - 1) : 0;
    for (int row = 0; row < dots.side; ++row) {
        for (int column = 0; column < dots.side; ++column)
            svg.circle({corner.x + dots.first + column * pitch, corner.y + dots.first + row * pitch}, dots.radius, look);
    }
}

std::string bitGlyphElement(int bits)
{
    Svg svg(12, 12, bitTitle(bits));
    drawBitGlyph(svg, bits, {0, 0});
    return svg.element();
}

} // namespace halftone
