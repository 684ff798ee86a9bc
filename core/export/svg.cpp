// Svg: collects the elements of one chart. Looks are classes of the page's style sheet, so that both themes work.
#include "core/export/svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace halftone {
namespace {

// Length of the valid UTF-8 sequence at the front of `text`, 0 when there is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xC2 && lead <= 0xDF ? 2
        : lead >= 0xE0 && lead <= 0xEF                      ? 3
        : lead >= 0xF0 && lead <= 0xF4                      ? 4
                                                            : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    // Overlong forms, surrogates and what lies beyond Unicode.
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF0 && byte(1) < 0x90)
        || (lead == 0xF4 && byte(1) > 0x8F))
        return 0;
    return length;
}

// Coordinates to a tenth of a pixel; what is not finite goes to 0, so that a stray number cannot break the page.
std::string number(double value)
{
    if (!std::isfinite(value)) return "0";
    std::string text = fmt::format("{:.1f}", value);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text == "-0" ? "0" : text;
}

std::string pointList(const std::vector<SvgPoint>& points)
{
    std::string list;
    for (const SvgPoint& point : points) list += (list.empty() ? "" : " ") + number(point.x) + "," + number(point.y);
    return list;
}

} // namespace

std::string escapeMarkup(std::string_view text)
{
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        const char c = text.front();
        if (length == 0 || (length == 1 && ((c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)))
            safe += "\xEF\xBF\xBD";
        else if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '"')
            safe += "&quot;";
        else if (c == '\'')
            safe += "&#39;";
        else
            safe += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return safe;
}

double textWidth(std::string_view text, double size, bool monospace)
{
    const auto characters
        = std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return static_cast<double>(characters) * size * (monospace ? 0.605 : 0.6);
}

void Svg::line(SvgPoint from, SvgPoint to, std::string_view look)
{
    m_body += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", look, number(from.x),
        number(from.y), number(to.x), number(to.y));
}

void Svg::polyline(const std::vector<SvgPoint>& points, std::string_view look)
{
    m_body += fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", look, pointList(points));
}

void Svg::polygon(const std::vector<SvgPoint>& points, std::string_view look)
{
    m_body += fmt::format("<polygon class=\"{}\" points=\"{}\"/>\n", look, pointList(points));
}

void Svg::rectangle(SvgPoint corner, double width, double height, std::string_view look, double radius)
{
    m_body += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>\n", look,
        number(corner.x), number(corner.y), number(std::max(width, 0.0)), number(std::max(height, 0.0)), number(radius));
}

void Svg::circle(SvgPoint centre, double radius, std::string_view look)
{
    m_body += fmt::format(
        "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", look, number(centre.x), number(centre.y), number(radius));
}

void Svg::text(SvgPoint at, std::string_view words, std::string_view look)
{
    m_body += fmt::format(
        "<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", look, number(at.x), number(at.y), escapeMarkup(words));
}

void Svg::beginGroup(std::string_view tip, std::string_view look)
{
    m_body += look.empty() ? "<g>" : fmt::format("<g class=\"{}\">", look);
    if (!tip.empty()) m_body += "<title>" + escapeMarkup(tip) + "</title>";
    m_body += "\n";
}

void Svg::endGroup() { m_body += "</g>\n"; }

std::string Svg::element() const
{
    return fmt::format(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" width=\"{}\" height=\"{}\" "
        "viewBox=\"0 0 {} {}\">\n{}</svg>\n",
        escapeMarkup(m_title), number(m_width), number(m_height), number(m_width), number(m_height), m_body);
}

std::string Svg::file(std::string_view style) const
{
    constexpr double kMargin = 16;
    const double width = m_width + 2 * kMargin;
    const double height = m_height + 2 * kMargin;
    return fmt::format(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" width=\"{}\" height=\"{}\" "
        "viewBox=\"{} {} {} {}\">\n<style>{}</style>\n<rect class=\"ground\" x=\"{}\" y=\"{}\" width=\"{}\" "
        "height=\"{}\"/>\n{}</svg>\n",
        escapeMarkup(m_title), number(width), number(height), number(-kMargin), number(-kMargin), number(width), number(height),
        style, number(-kMargin), number(-kMargin), number(width), number(height), m_body);
}

} // namespace halftone
