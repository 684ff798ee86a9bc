// Reads tokens.json into a Theme and names the first token that is missing or wrong.
#include "widgets/theme/theme.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

// "#RRGGBB" or "rgba(20,24,29,.16)".
QColor colourFrom(const QString& text)
{
    static const QRegularExpression rgba(uR"(^rgba\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([0-9.]+)\s*\)$)"_s);
    const QRegularExpressionMatch match = rgba.match(text);
    if (!match.hasMatch()) return text.startsWith(QLatin1Char('#')) ? QColor(text) : QColor();
    QColor colour(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt());
    if (colour.isValid()) colour.setAlphaF(std::min(1.0F, match.captured(4).toFloat()));
    return colour;
}

struct MarkerName {
    const char* name;
    Marker marker;
};
constexpr MarkerName kMarkers[] = {{"circle", Marker::Circle}, {"diamond", Marker::Diamond}, {"square", Marker::Square},
    {"triangleUp", Marker::TriangleUp}, {"triangleDown", Marker::TriangleDown}, {"cross", Marker::Cross}};

} // namespace

class TokenReader {
public:
    TokenReader(const QJsonObject& root, ThemeKind kind)
        : m_root(root)
    {
        m_theme.m_kind = kind;
    }

    Result<Theme> read()
    {
        readPalette();
        readType();
        readSizes();
        readChart();
        if (!m_problem.isEmpty()) {
            return Error{ErrorCode::Corrupt, u"The look's tokens cannot be used: %1. Put back resources/look/tokens.json."_s.arg(m_problem).toStdString()};
        }
        return std::move(m_theme);
    }

private:
    void fail(const QString& problem)
    {
        if (m_problem.isEmpty()) m_problem = problem;
    }

    QJsonValue at(const QString& path)
    {
        QJsonValue value = m_root;
        for (const QString& part : path.split(QLatin1Char('.'))) value = value.toObject().value(part);
        if (value.isUndefined()) fail(u"\"%1\" is missing"_s.arg(path));
        return value;
    }

    double number(const QString& path)
    {
        const QJsonValue value = at(path);
        if (!value.isDouble()) fail(u"\"%1\" is not a number"_s.arg(path));
        else if (value.toDouble() < 0 || value.toDouble() > 10000) fail(u"\"%1\" is not a size"_s.arg(path));
        return value.toDouble();
    }

    int pixels(const QString& path) { return static_cast<int>(number(path)); }

    QString word(const QString& path)
    {
        const QJsonValue value = at(path);
        if (value.toString().isEmpty()) fail(u"\"%1\" is not a word"_s.arg(path));
        return value.toString();
    }

    void readPalette()
    {
        const QString kind = m_theme.isDark() ? u"dark"_s : u"light"_s;
        for (int role = 0; role < kRoles; ++role) {
            const QString path = u"palette.%1.%2"_s.arg(kind, QLatin1String(roleName(static_cast<Role>(role))));
            const QColor colour = colourFrom(word(path));
            if (!colour.isValid()) fail(u"\"%1\" is not a colour"_s.arg(path));
            m_theme.m_colours[static_cast<std::size_t>(role)] = colour;
        }
    }

    // A style of words; its twin in numbers has the same size.
    void readStyle(TextStyle style, const QString& name, bool numbers)
    {
        const QString path = u"type.%1."_s.arg(name);
        const int weight = pixels(path + "weight"_L1);
        QFont font;
        font.setFamilies(numbers ? QStringList{m_theme.m_numberFamily} : QStringList{m_theme.m_textFamily, word(u"type.text"_s)});
        font.setPixelSize(std::max(1, pixels(path + "size"_L1)));
        if (weight >= 1 && weight <= 1000) font.setWeight(static_cast<QFont::Weight>(weight));
        else fail(u"\"%1weight\" is not a weight"_s.arg(path));
        // Without shaping there are no ligatures ("->" stays two signs); Qt 6.4 has no other switch.
        if (numbers) font.setStyleStrategy(QFont::StyleStrategy(QFont::PreferAntialias | QFont::PreferNoShaping));
        font.setHintingPreference(QFont::PreferNoHinting);
        m_theme.m_fonts[static_cast<std::size_t>(style)] = font;
        m_theme.m_lineHeights[static_cast<std::size_t>(style)] = pixels(path + "lineHeight"_L1);
    }

    void readType()
    {
        // As the bundled conversion is named (resources/fonts/convert_inter.py).
        m_theme.m_textFamily = u"Halftone "_s + word(u"type.text"_s);
        m_theme.m_numberFamily = word(u"type.numbers"_s);
        readStyle(TextStyle::Display, u"display"_s, true);
        readStyle(TextStyle::Title, u"title"_s, false);
        readStyle(TextStyle::Heading, u"heading"_s, false);
        readStyle(TextStyle::Body, u"body"_s, false);
        readStyle(TextStyle::Small, u"small"_s, false);
        readStyle(TextStyle::Caption, u"caption"_s, false);
        readStyle(TextStyle::NumberBody, u"body"_s, true);
        readStyle(TextStyle::NumberSmall, u"small"_s, true);
        readStyle(TextStyle::NumberCaption, u"caption"_s, true);
        readStyle(TextStyle::Control, u"small"_s, false);
        readStyle(TextStyle::Strong, u"small"_s, false);
        m_theme.m_fonts[static_cast<std::size_t>(TextStyle::Control)].setWeight(QFont::Medium);
        m_theme.m_fonts[static_cast<std::size_t>(TextStyle::Strong)].setWeight(QFont::DemiBold);
    }

    void readSizes()
    {
        Spacing& space = m_theme.m_space;
        space = {.unit = pixels(u"space.unit"_s),
            .grid = pixels(u"space.grid"_s),
            .page = pixels(u"space.page"_s),
            .card = pixels(u"space.card"_s),
            .gap = pixels(u"space.gap"_s),
            .control = pixels(u"space.control"_s),
            .row = pixels(u"space.row"_s),
            .topBar = pixels(u"space.topBar"_s),
            .rail = pixels(u"space.rail"_s),
            .statusBar = pixels(u"space.statusBar"_s)};
        m_theme.m_radius = {.control = pixels(u"radius.control"_s),
            .card = pixels(u"radius.card"_s),
            .key = pixels(u"radius.key"_s)};
        m_theme.m_border = pixels(u"border"_s);
        m_theme.m_motion = {.hover = pixels(u"motionMs.hover"_s),
            .move = pixels(u"motionMs.move"_s),
            .panel = pixels(u"motionMs.panel"_s)};
    }

    void readChart()
    {
        m_theme.m_chart = {.axisWidth = number(u"chart.axisWidth"_s),
            .gridWidth = number(u"chart.gridWidth"_s),
            .lineWidth = number(u"chart.lineWidth"_s),
            .focusLineWidth = number(u"chart.focusLineWidth"_s),
            .marker = number(u"chart.marker"_s),
            .errorBarWidth = number(u"chart.errorBarWidth"_s),
            .selectedRing = number(u"chart.selectedRing"_s)};
        const QJsonObject series = at(u"chart.series"_s).toObject();
        for (auto entry = series.begin(); entry != series.end(); ++entry) {
            readSeries(entry.key(), entry->toObject());
        }
    }

    void readSeries(const QString& name, const QJsonObject& tokens)
    {
        Theme::Series series;
        const QString colour = tokens.value("colour"_L1).toString();
        const QString marker = tokens.value("marker"_L1).toString();
        bool hasColour = false;
        for (int role = 0; role < kRoles && !hasColour; ++role) {
            hasColour = colour == QLatin1String(roleName(static_cast<Role>(role)));
            if (hasColour) series.role = static_cast<Role>(role);
        }
        const auto* found = std::find_if(std::begin(kMarkers), std::end(kMarkers), [&](const MarkerName& m) { return marker == QLatin1String(m.name); });
        if (!hasColour) fail(u"the colour of series \"%1\" is not in the palette"_s.arg(name));
        if (found == std::end(kMarkers)) fail(u"the marker of series \"%1\" is unknown"_s.arg(name));
        else series.marker = found->marker;
        m_theme.m_series[name.toLower()] = series;
    }

    QJsonObject m_root;
    Theme m_theme;
    QString m_problem;
};

Result<Theme> Theme::parse(const QByteArray& tokens, ThemeKind kind)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(tokens, &problem);
    if (!document.isObject()) {
        return Error{ErrorCode::Corrupt,
            u"The look's tokens cannot be read: %1. Put back resources/look/tokens.json."_s.arg(problem.errorString()).toStdString()};
    }
    return TokenReader(document.object(), kind).read();
}

} // namespace halftone
