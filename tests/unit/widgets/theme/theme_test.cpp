// The tokens: all of them are read, what is wrong is named, words can be read on everything they stand on.
#include "widgets/theme/theme.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QFile>
#include <QFontInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRawFont>

namespace halftone {
namespace {

QByteArray tokens()
{
    QFile file(QStringLiteral(HALFTONE_SOURCE_DIR "/resources/look/tokens.json"));
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
}

QByteArray changed(const char* from, const char* to)
{
    QByteArray text = tokens();
    EXPECT_TRUE(text.contains(from)) << from;
    return text.replace(from, to);
}

std::string problem(const QByteArray& text)
{
    const Result<Theme> theme = Theme::parse(text, ThemeKind::Light);
    return theme.ok() ? "" : theme.error().message;
}

TEST(Tokens, NameEveryColourOfThePaletteAsARole)
{
    const QJsonObject palettes = QJsonDocument::fromJson(tokens()).object()[u"palette"].toObject();
    for (const auto kind : {ThemeKind::Light, ThemeKind::Dark}) {
        const QJsonObject palette = palettes[kind == ThemeKind::Dark ? u"dark" : u"light"].toObject();
        EXPECT_EQ(palette.size(), kRoles);
        for (int role = 0; role < kRoles; ++role) {
            const QString text = palette[QLatin1String(roleName(static_cast<Role>(role)))].toString();
            ASSERT_FALSE(text.isEmpty()) << roleName(static_cast<Role>(role));
            if (!text.startsWith(u'#')) continue; // a colour with opacity has a test of its own
            EXPECT_EQ(Theme::builtIn(kind).colour(static_cast<Role>(role)), QColor(text)) << qPrintable(text);
        }
    }
}

TEST(Tokens, GiveTheSizesOfThePageOfTheLook)
{
    const Theme& theme = Theme::builtIn(ThemeKind::Light);
    EXPECT_EQ(theme.space().page, 24);
    EXPECT_EQ(theme.space().card, 16);
    EXPECT_EQ(theme.space().control, 28);
    EXPECT_EQ(theme.space().topBar, 48);
    EXPECT_EQ(theme.space().rail, 72);
    EXPECT_EQ(theme.space().statusBar, 32);
    EXPECT_EQ(theme.radius().control, 4);
    EXPECT_EQ(theme.radius().card, 6);
    EXPECT_EQ(theme.motion().move, 120);
    EXPECT_DOUBLE_EQ(theme.chart().lineWidth, 1.5);
    EXPECT_EQ(theme.font(TextStyle::Display).pixelSize(), 28);
    EXPECT_EQ(theme.font(TextStyle::Title).pixelSize(), 18);
    EXPECT_EQ(theme.font(TextStyle::NumberCaption).pixelSize(), 11);
    EXPECT_EQ(theme.lineHeight(TextStyle::Body), 20);
}

TEST(Tokens, ReadAColourWithOpacity)
{
    const QColor shadow = Theme::builtIn(ThemeKind::Light).colour(Role::Shadow);
    EXPECT_EQ(shadow.rgb() & 0xffffff, 0x14181dU);
    EXPECT_NEAR(shadow.alphaF(), 0.16, 0.005);
}

TEST(Tokens, GiveEachMethodItsColourAndMark)
{
    const Theme& theme = Theme::builtIn(ThemeKind::Light);
    EXPECT_EQ(theme.series(QStringLiteral("ALPS")), theme.colour(Role::SeriesAlps));
    EXPECT_EQ(theme.series(QStringLiteral("alps")), theme.colour(Role::SeriesAlps));
    EXPECT_EQ(theme.series(QStringLiteral("hawq")), theme.colour(Role::SeriesHawq));
    EXPECT_EQ(theme.marker(QStringLiteral("alps")), Marker::Diamond);
    EXPECT_EQ(theme.marker(QStringLiteral("first-to-last")), Marker::TriangleDown);
    EXPECT_EQ(theme.series(QStringLiteral("my own metric")), theme.colour(Role::SeriesBase));
    EXPECT_EQ(Theme::metricName(QStringLiteral("eagl")), QStringLiteral("EAGL"));
    EXPECT_EQ(Theme::metricName(QStringLiteral("hawq")), QStringLiteral("HAWQ-v3"));
    EXPECT_EQ(Theme::metricName(QStringLiteral("uniform")), QStringLiteral("uniform"));
}

TEST(Tokens, SayWhichOneIsMissing)
{
    EXPECT_EQ(problem(changed("\"accentSoft\"", "\"accentHard\"")),
        "The look's tokens cannot be used: \"palette.light.accentSoft\" is missing. Put back resources/look/tokens.json.");
    EXPECT_NE(problem(changed("\"statusBar\": 32", "\"bar\": 32")).find("\"space.statusBar\" is missing"), std::string::npos);
}

TEST(Tokens, SayWhichOneIsWrong)
{
    EXPECT_NE(problem(changed("\"#F3F4F6\"", "\"grey-ish\"")).find("\"palette.light.window\" is not a colour"), std::string::npos);
    EXPECT_NE(problem(changed("\"page\": 24", "\"page\": \"24\"")).find("\"space.page\" is not a number"), std::string::npos);
    EXPECT_NE(problem(changed("\"page\": 24", "\"page\": -1")).find("\"space.page\" is not a size"), std::string::npos);
    EXPECT_NE(problem(changed("\"marker\": \"diamond\"", "\"marker\": \"star\"")).find("the marker of series \"ALPS\""), std::string::npos);
    EXPECT_NE(problem(changed("\"colour\": \"sAlps\"", "\"colour\": \"pink\"")).find("the colour of series \"ALPS\""), std::string::npos);
}

TEST(Tokens, AreRefusedWhenTheyAreCutOffOrEmpty)
{
    EXPECT_NE(problem(tokens().left(500)).find("cannot be read"), std::string::npos);
    EXPECT_NE(problem({}).find("cannot be read"), std::string::npos);
    EXPECT_NE(problem("[]").find("cannot be read"), std::string::npos);
    EXPECT_NE(problem("{}").find("is missing"), std::string::npos);
}

// WCAG's own examples: black on white is 21, #767676 on white is 4.54.
TEST(Contrast, IsThatOfWcag)
{
    EXPECT_NEAR(contrastRatio(Qt::black, Qt::white), 21, 1e-9);
    EXPECT_NEAR(contrastRatio(QColor("#767676"), Qt::white), 4.54, 0.005);
    EXPECT_NEAR(contrastRatio(Qt::white, Qt::white), 1, 1e-9);
}

TEST(Contrast, OfWordsIsEnoughOnEverySurface)
{
    constexpr double kEnough = 4.495; // 4.5 as the tokens' page rounds it
    for (const auto kind : {ThemeKind::Light, ThemeKind::Dark}) {
        const Theme& theme = Theme::builtIn(kind);
        for (const Role words : {Role::Ink, Role::Ink2, Role::Ink3, Role::Ok, Role::Fail, Role::Warn, Role::Text8, Role::Text4, Role::Text2, Role::TextFull}) {
            for (const Role paper : {Role::Window, Role::Panel, Role::Rail, Role::Field, Role::Hover, Role::AccentSoft}) {
                EXPECT_GE(contrastRatio(theme.colour(words), theme.colour(paper)), kEnough) << roleName(words) << " on " << roleName(paper) << (theme.isDark() ? ", dark" : ", light");
            }
        }
        EXPECT_GE(contrastRatio(theme.colour(Role::OnAccent), theme.colour(Role::Accent)), kEnough);
        EXPECT_GE(contrastRatio(theme.colour(Role::OnTip), theme.colour(Role::Tip)), kEnough);
        EXPECT_GE(contrastRatio(theme.colour(Role::Fail), theme.colour(Role::FailSoft)), kEnough);
        EXPECT_GE(contrastRatio(theme.colour(Role::Ok), theme.colour(Role::OkSoft)), kEnough);
    }
}

TEST(Fonts, AreTheBundledOnesInEachWeight)
{
    ThemeHost::install(*qApp, ThemeKind::Light);
    const Theme& theme = Theme::builtIn(ThemeKind::Light);
    for (const auto style : {TextStyle::Body, TextStyle::Control, TextStyle::Title}) {
        const QFontInfo info(theme.font(style));
        EXPECT_EQ(info.family(), QStringLiteral("Halftone Inter"));
        EXPECT_EQ(info.weight(), theme.font(style).weight());
        // A system's Inter would have PostScript outlines, which Qt draws too heavy on dark panels.
        EXPECT_FALSE(QRawFont::fromFont(theme.font(style)).fontTable("glyf").isEmpty());
    }
    EXPECT_EQ(QFontInfo(theme.font(TextStyle::NumberSmall)).family(), QStringLiteral("JetBrains Mono"));
    EXPECT_EQ(QFontInfo(theme.font(TextStyle::Display)).weight(), 500);
}

TEST(Fonts, OfNumbersHaveTheSignsThatNumbersNeed)
{
    ThemeHost::install(*qApp, ThemeKind::Light);
    for (const auto style : {TextStyle::Body, TextStyle::NumberSmall}) {
        const QRawFont font = QRawFont::fromFont(Theme::builtIn(ThemeKind::Light).font(style));
        for (const char16_t sign : {u'\u2248', u'\u00b1', u'\u2212', u'\u00d7', u'\u00b7', u'\u2026', u'\u2192', u'\u2013'}) {
            EXPECT_TRUE(font.supportsCharacter(QChar(sign))) << std::hex << static_cast<unsigned>(sign);
        }
    }
}

} // namespace
} // namespace halftone
