// Looks up colours, fonts and series of a theme, and parses the tokens that are compiled in.
#include "widgets/theme/theme.h"

#include "widgets/theme/theme_host.h"

#include <QFile>
#include <cmath>

namespace halftone {

namespace {

constexpr std::array<const char*, kRoles> kRoleNames{
    "window", "panel", "raised", "rail", "field", "hover", "border", "borderStrong", "ink", "ink2", "ink3", "grid", "axis", "accent",
    "onAccent", "accentSoft", "ok", "okSoft", "fail", "failSoft", "warn", "bit8", "bit4", "bit2", "bitFull", "edge8", "edge4", "edge2",
    "edgeFull", "tint8", "tint4", "tint2", "tintFull", "text8", "text4", "text2", "textFull", "sEagl", "sAlps", "sHawq", "sBase", "tip",
    "onTip", "shadow"};

constexpr std::array<const char*, kTextStyles> kTextStyleNames{
    "display", "title", "heading", "body", "control", "strong", "small", "caption", "numberBody", "numberSmall", "numberCaption"};

QByteArray builtInTokens()
{
    registerLookResources();
    QFile file(QStringLiteral(":/halftone/look/tokens.json"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Theme parseBuiltIn(ThemeKind kind)
{
    Result<Theme> theme = Theme::parse(builtInTokens(), kind);
    // The tokens are part of the program: a test reads them, and no person's file can break them.
    if (!theme) qFatal("%s", theme.error().message.c_str());
    return std::move(theme).value();
}

// WCAG 2.1, relative luminance: L = 0.2126 R + 0.7152 G + 0.0722 B of linear sRGB; #777777 has 0.184.
double relativeLuminance(const QColor& colour)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

// The key of a metric in the tokens' series, in lower case; the command line's names are shorter.
QString seriesKey(const QString& metric)
{
    const QString lower = metric.trimmed().toLower();
    if (lower.startsWith(QLatin1String("hawq")) || lower == QLatin1String("hessian")) return QStringLiteral("hawq-v3");
    return lower;
}

} // namespace

const char* roleName(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

const char* textStyleName(TextStyle style) { return kTextStyleNames[static_cast<std::size_t>(style)]; }

const Theme& Theme::builtIn(ThemeKind kind)
{
    static const Theme light = parseBuiltIn(ThemeKind::Light);
    static const Theme dark = parseBuiltIn(ThemeKind::Dark);
    return kind == ThemeKind::Dark ? dark : light;
}

QColor Theme::colour(Role role, double opacity) const
{
    QColor result = colour(role);
    result.setAlphaF(static_cast<float>(result.alphaF() * opacity));
    return result;
}

const Theme::Series* Theme::findSeries(const QString& metric) const
{
    const auto found = m_series.find(seriesKey(metric));
    return found == m_series.end() ? nullptr : &found->second;
}

QColor Theme::series(const QString& metric) const
{
    const Series* series = findSeries(metric);
    return colour(series ? series->role : Role::SeriesBase);
}

Marker Theme::marker(const QString& metric) const
{
    const Series* series = findSeries(metric);
    return series ? series->marker : Marker::Circle;
}

QString Theme::metricName(const QString& metric)
{
    const QString key = seriesKey(metric);
    if (key == QLatin1String("eagl") || key == QLatin1String("alps")) return key.toUpper();
    if (key == QLatin1String("hawq-v3")) return QStringLiteral("HAWQ-v3");
    return metric;
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = relativeLuminance(a);
    const double second = relativeLuminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace halftone
