// Svg: collects the elements of one chart. Looks are classes of the page's style sheet, so that both themes work.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halftone {

// Text made safe for HTML and SVG, in elements and in attributes; control characters and broken UTF-8 become U+FFFD.
std::string escapeMarkup(std::string_view text);
// Estimated width in pixels; fonts differ between machines, so it leans to the wide side.
double textWidth(std::string_view text, double size = 11, bool monospace = false);

struct SvgPoint {
    double x = 0;
    double y = 0;
};

class Svg {
public:
    Svg(double width, double height, std::string title)
        : m_width(width)
        , m_height(height)
        , m_title(std::move(title))
    {
    }

    void line(SvgPoint from, SvgPoint to, std::string_view look);
    void polyline(const std::vector<SvgPoint>& points, std::string_view look);
    void polygon(const std::vector<SvgPoint>& points, std::string_view look);
    void rectangle(SvgPoint corner, double width, double height, std::string_view look, double radius = 0);
    void circle(SvgPoint centre, double radius, std::string_view look);
    void text(SvgPoint at, std::string_view words, std::string_view look);
    // Everything until endGroup() shows `tip` when the pointer rests on it.
    void beginGroup(std::string_view tip, std::string_view look = {});
    void endGroup();

    double width() const { return m_width; }
    double height() const { return m_height; }
    // The whole element, at its size, shrinking with the page.
    std::string element() const;
    // A file of its own: with the style sheet and a ground.
    std::string file(std::string_view style) const;

private:
    double m_width;
    double m_height;
    std::string m_title; // read aloud in place of the picture
    std::string m_body;
};

} // namespace halftone
