// The colours, sizes and type of the window, read from one file of tokens, in a light and a dark kind.
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QColor>
#include <QFont>
#include <QString>
#include <array>
#include <map>

namespace halftone {

enum class ThemeKind { Light, Dark };

// One for each colour of the tokens' palette, in the order of roleNames().
enum class Role {
    Window,
    Panel,
    Raised,
    Rail,
    Field,
    Hover,
    Border,
    BorderStrong,
    Ink, // text
    Ink2, // secondary text
    Ink3, // captions
    Grid,
    Axis,
    Accent, // interaction only, never a bit width or a method
    OnAccent,
    AccentSoft, // selection
    Ok,
    OkSoft,
    Fail,
    FailSoft,
    Warn,
    Bit8,
    Bit4,
    Bit2,
    BitFull,
    Edge8,
    Edge4,
    Edge2,
    EdgeFull,
    Tint8,
    Tint4,
    Tint2,
    TintFull,
    Text8,
    Text4,
    Text2,
    TextFull,
    SeriesEagl,
    SeriesAlps,
    SeriesHawq,
    SeriesBase,
    Tip,
    OnTip,
    Shadow,
};
inline constexpr int kRoles = static_cast<int>(Role::Shadow) + 1;

// The name of a role in the tokens ("accentSoft", "sEagl").
const char* roleName(Role role);

enum class TextStyle {
    Display, // the one big number of a panel
    Title, // of a view
    Heading, // of a card
    Body,
    Control, // buttons, chosen words: small and medium
    Strong, // headings inside a panel: small and semibold
    Small, // tables and secondary sentences
    Caption,
    NumberBody, // the same sizes for numbers, names of layers, files and commands
    NumberSmall,
    NumberCaption,
};
inline constexpr int kTextStyles = static_cast<int>(TextStyle::NumberCaption) + 1;

// As the style sheet knows it ("numberSmall").
const char* textStyleName(TextStyle style);

enum class Marker { Circle, Diamond, Square, TriangleUp, TriangleDown, Cross };

// Pixels at 100 %.
struct Spacing {
    int unit = 0; // between things that belong together
    int grid = 0;
    int page = 0; // margin of a view
    int card = 0; // padding of a card
    int gap = 0; // between cards
    int control = 0; // height
    int row = 0; // height of a table row
    int topBar = 0;
    int rail = 0;
    int statusBar = 0;
};

struct Radii {
    int control = 0;
    int card = 0;
    int key = 0;
};

struct ChartLook {
    double axisWidth = 0;
    double gridWidth = 0;
    double lineWidth = 0;
    double focusLineWidth = 0;
    double marker = 0; // across
    double errorBarWidth = 0;
    double selectedRing = 0;
};

// Milliseconds.
struct Motion {
    int hover = 0;
    int move = 0;
    int panel = 0;
};

class Theme {
public:
    // Fails with a sentence that names the token which is missing or cannot be read.
    static Result<Theme> parse(const QByteArray& tokens, ThemeKind kind);
    // From the tokens that are compiled in.
    static const Theme& builtIn(ThemeKind kind);

    ThemeKind kind() const { return m_kind; }
    bool isDark() const { return m_kind == ThemeKind::Dark; }

    QColor colour(Role role) const { return m_colours[static_cast<std::size_t>(role)]; }
    // With an opacity from 0 to 1.
    QColor colour(Role role, double opacity) const;

    QFont font(TextStyle style) const { return m_fonts[static_cast<std::size_t>(style)]; }
    int lineHeight(TextStyle style) const { return m_lineHeights[static_cast<std::size_t>(style)]; }
    const QString& textFamily() const { return m_textFamily; }
    const QString& numberFamily() const { return m_numberFamily; }

    const Spacing& space() const { return m_space; }
    const Radii& radius() const { return m_radius; }
    int border() const { return m_border; }
    const ChartLook& chart() const { return m_chart; }
    const Motion& motion() const { return m_motion; }

    // Of a metric or baseline, by its name in any case ("EAGL", "alps", "hawq", "first-to-last"); others get the baselines' grey.
    QColor series(const QString& metric) const;
    Marker marker(const QString& metric) const;
    // How the metric is written ("alps" -> "ALPS", "hawq" -> "HAWQ-v3"); an unknown name stays as it is.
    static QString metricName(const QString& metric);

private:
    friend class TokenReader;
    struct Series {
        Role role = Role::SeriesBase;
        Marker marker = Marker::Circle;
    };
    const Series* findSeries(const QString& metric) const;

    ThemeKind m_kind = ThemeKind::Light;
    std::array<QColor, kRoles> m_colours;
    std::array<QFont, kTextStyles> m_fonts;
    std::array<int, kTextStyles> m_lineHeights{};
    QString m_textFamily;
    QString m_numberFamily;
    Spacing m_space;
    Radii m_radius;
    int m_border = 1;
    ChartLook m_chart;
    Motion m_motion;
    std::map<QString, Series> m_series; // by the name in lower case
};

// Contrast of two opaque colours after WCAG 2.1: 1 (none) to 21 (black on white).
double contrastRatio(const QColor& a, const QColor& b);

} // namespace halftone
