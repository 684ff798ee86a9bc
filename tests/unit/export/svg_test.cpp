// Markup is safe whatever the words are.
#include "core/export/svg.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(EscapeMarkup, MakesTagsAndQuotesText)
{
    EXPECT_EQ(escapeMarkup("<b a='1' c=\"2\">&amp;"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
}

TEST(EscapeMarkup, KeepsUtf8AndReplacesWhatIsBroken)
{
    EXPECT_EQ(escapeMarkup("3 × 32, é, 😀"), "3 × 32, é, 😀");
    EXPECT_EQ(escapeMarkup("a\xC3"), "a\xEF\xBF\xBD");
    EXPECT_EQ(escapeMarkup("\xFF\xC0\xAF<"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD&lt;");
    EXPECT_EQ(escapeMarkup("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); // half of a surrogate pair
    EXPECT_EQ(escapeMarkup(std::string("a\0b\x1B", 4)),
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
}

TEST(Svg, WritesCoordinatesToATenth)
{
    Svg svg(10, 20, "t");
    svg.line({1.04, 2.06}, {-0.01, 3}, "axis");
    EXPECT_THAT(svg.element(), HasSubstr(R"(<line class="axis" x1="1" y1="2.1" x2="0" y2="3"/>)"));
}

TEST(Svg, NeverWritesANumberThatIsNone)
{
    Svg svg(10, 20, "t");
    svg.circle({std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}, 3, "mark");
    svg.rectangle({0, 0}, -5, 2, "cell");
    EXPECT_THAT(svg.element(), Not(HasSubstr("nan")));
    EXPECT_THAT(svg.element(), Not(HasSubstr("inf")));
    EXPECT_THAT(svg.element(), Not(HasSubstr("width=\"-5")));
}

TEST(Svg, StandsAloneWithItsStyle)
{
    EXPECT_THAT(Svg(10, 20, "a <b>").file(".axis{}"),
        AllOf(HasSubstr("<style>.axis{}</style>"), HasSubstr("aria-label=\"a &lt;b&gt;\"")));
}

TEST(TextWidth, CountsCharactersNotBytes) { EXPECT_EQ(textWidth("××"), textWidth("ab")); }

} // namespace
} // namespace halftone
