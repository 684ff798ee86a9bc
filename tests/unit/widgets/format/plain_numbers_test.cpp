// Numbers in a country that writes 0,5: they stay 0.5, and the network is drawn as everywhere.
#include "widgets/format/plain_numbers.h"

#include <clocale>
#include <cstdlib>

#include <gtest/gtest.h>

#include <QLocale>
#include <QProcess>
#include <QTemporaryDir>

#include "core/models/architectures.h"
#include "widgets/format/quantity.h"
#include "widgets/graph/graph_layout.h"

namespace halftone {
namespace {

// German numbers for the C library and Qt, as QApplication sets them up there. The locale is compiled where the system has none.
class GermanNumbers : public testing::Test {
protected:
    void SetUp() override
    {
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8")) return;
        const QString made = m_folder.filePath(QStringLiteral("de_DE.UTF-8"));
        QProcess::execute(QStringLiteral("localedef"), {QStringLiteral("-i"), QStringLiteral("de_DE"), QStringLiteral("-f"), QStringLiteral("UTF-8"), made});
        qputenv("LOCPATH", m_folder.path().toUtf8());
        if (!std::setlocale(LC_NUMERIC, "de_DE.UTF-8"))
            GTEST_SKIP() << "the locale de_DE.UTF-8 is absent and cannot be made: numbers of other countries are not checked";
    }
    void TearDown() override { usePlainNumbers(); }

    QTemporaryDir m_folder;
};

Result<GraphLayout> laidOut()
{
    const Network network = *buildArchitecture("fashion_resnet8");
    NetworkParts parts = networkParts(network, layerTable(network), QStringLiteral("linked"));
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(12);
    measureParts(parts, {.name = font, .detail = font, .pill = font});
    return layOut(parts);
}

TEST_F(GermanNumbers, AreThereToBeginWith)
{
    EXPECT_EQ(std::to_string(0.5), "0,500000");
    EXPECT_EQ(QLocale().toString(0.5), QStringLiteral("0,5"));
}

TEST_F(GermanNumbers, GiveWayToPlainOnes)
{
    usePlainNumbers();
    EXPECT_EQ(std::to_string(0.5), "0.500000");
    EXPECT_EQ(std::strtod("0.5", nullptr), 0.5);
    EXPECT_EQ(QLocale().toString(0.5), QStringLiteral("0.5"));
    EXPECT_EQ(QLocale().toDouble(QStringLiteral("0.5")), 0.5);
    EXPECT_EQ(QStringLiteral("%L1").arg(1234.5), QStringLiteral("1234.5"));
    EXPECT_EQ(percentText(0.753), QStringLiteral("75.3 %"));
}

TEST_F(GermanNumbers, DoNotBendTheGraph)
{
    usePlainNumbers();
    const auto here = laidOut();
    ASSERT_TRUE(here.ok()) << here.error().message;
    EXPECT_EQ(std::to_string(0.5), "0.500000"); // Graphviz left it as it was
    std::setlocale(LC_NUMERIC, "C");
    const auto everywhere = laidOut();
    ASSERT_TRUE(everywhere.ok());
    EXPECT_EQ(here->bounds, everywhere->bounds);
    EXPECT_EQ(here->parts, everywhere->parts);
    EXPECT_EQ(here->frames, everywhere->frames);
}

} // namespace
} // namespace halftone
