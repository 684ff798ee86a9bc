// Tests of what a chart saves: pictures that can be read again, and the same numbers as CSV.
#include "chart_samples.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/csv_writer.h"

#include <gtest/gtest.h>

#include <QAction>
#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QMenu>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include <cmath>

namespace halftone {
namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QList<QByteArrayList> csvOf(const Chart& chart, const QTemporaryDir& folder)
{
    const QString path = folder.filePath(QStringLiteral("numbers.csv"));
    EXPECT_TRUE(chart.saveAs(path).ok());
    QList<QByteArrayList> rows;
    for (const QByteArray& line : contentOf(path).split('\n')) {
        if (!line.trimmed().isEmpty()) rows.append(line.trimmed().split(','));
    }
    return rows;
}

int coloursIn(const QImage& image)
{
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) colours.insert(image.pixel(x, y));
    }
    return static_cast<int>(colours.size());
}

TEST(ChartSaving, WritesPicturesThatCanBeReadAgain)
{
    const QTemporaryDir folder;
    FrontierChart chart;
    chart.setTitle(QStringLiteral("Accuracy against cost"), QStringLiteral("30 epochs each"));
    chart.setData(sampleFrontier());
    chart.resize(900, 480);

    const QString png = folder.filePath(QStringLiteral("a.png"));
    ASSERT_TRUE(chart.saveAs(png).ok());
    const QImage image(png);
    EXPECT_GE(image.width(), 1800) << "twice the density";
    EXPECT_GT(coloursIn(image), 20);

    const QString svg = folder.filePath(QStringLiteral("a.svg"));
    ASSERT_TRUE(chart.saveAs(svg).ok());
    QSvgRenderer renderer(svg);
    ASSERT_TRUE(renderer.isValid());
    EXPECT_GE(renderer.defaultSize().width(), 900);
    EXPECT_TRUE(contentOf(svg).contains("Accuracy against cost"));
    EXPECT_TRUE(contentOf(svg).contains("all 4 bit"));

    const QString pdf = folder.filePath(QStringLiteral("a.pdf"));
    ASSERT_TRUE(chart.saveAs(pdf).ok());
    EXPECT_TRUE(contentOf(pdf).startsWith("%PDF-"));
    EXPECT_TRUE(contentOf(pdf).trimmed().endsWith("%%EOF"));
    EXPECT_GT(contentOf(pdf).size(), 4000);
}

TEST(ChartSaving, EveryKindOfChartSavesEvenWhenEmpty)
{
    const QTemporaryDir folder;
    CurveChart curves;
    FrontierChart frontier;
    StepCurveChart steps;
    ScatterChart scatter;
    HistogramChart histogram;
    NoiseChart noise;
    for (Chart* chart : std::initializer_list<Chart*>{&curves, &frontier, &steps, &scatter, &histogram, &noise}) {
        for (const char* ending : {"png", "svg", "pdf", "csv"}) {
            const QString path = folder.filePath(QStringLiteral("empty.") + QLatin1String(ending));
            EXPECT_TRUE(chart->saveAs(path).ok()) << ending;
            EXPECT_GT(contentOf(path).size(), 0) << ending;
        }
    }
}

TEST(ChartSaving, SaysWhatIsWrongWithAPath)
{
    FrontierChart chart;
    const Status unknown = chart.saveAs(QStringLiteral("chart.gif"));
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().code, ErrorCode::BadInput);
    EXPECT_NE(unknown.error().message.find(".svg"), std::string::npos);
    const Status nowhere = chart.saveAs(QStringLiteral("/no/such/folder/chart.png"));
    ASSERT_FALSE(nowhere.ok());
    EXPECT_EQ(nowhere.error().code, ErrorCode::Io);
}

TEST(ChartSaving, CsvOfCurvesHoldsEveryPointExactly)
{
    const QTemporaryDir folder;
    CurveChart chart;
    const std::vector<CurvePoint> loss = sampleLoss(3, 501, 4);
    chart.setCurve(QStringLiteral("a"), {QStringLiteral("alps65"), Role::Accent, true, true, 31, {}});
    chart.setPoints(QStringLiteral("a"), loss);
    chart.setPlanned(QStringLiteral("a"), {{3, 0.5}, {4, 0.25}});
    const QList<QByteArrayList> rows = csvOf(chart, folder);
    ASSERT_EQ(rows.size(), 1 + 501 + 2);
    for (std::size_t i = 0; i < loss.size(); ++i) {
        const QByteArrayList& row = rows[static_cast<qsizetype>(i) + 1];
        EXPECT_EQ(row[0], "alps65");
        EXPECT_EQ(row[2].toDouble(), loss[i].x);
        EXPECT_EQ(row[3].toDouble(), loss[i].y);
    }
    EXPECT_EQ(rows.back()[1], "planned");
}

TEST(ChartSaving, CsvOfAFrontierHoldsEveryPoint)
{
    const QTemporaryDir folder;
    FrontierChart chart;
    const FrontierChartData data = sampleFrontier();
    chart.setData(data);
    const QString path = folder.filePath(QStringLiteral("f.csv"));
    ASSERT_TRUE(chart.saveAs(path).ok());
    const QByteArray text = contentOf(path);
    EXPECT_EQ(text.count("\r\n"), static_cast<qsizetype>(data.points.size()) + 2) << "a header and the reference";
    EXPECT_TRUE(text.contains("\"ALPS, 5 epochs, 1 seed: other effort\""));
    EXPECT_TRUE(text.contains("EAGL,,54.7,84.8,"));
}

TEST(ChartSaving, CsvOfAHistogramAndOfNoiseHoldTheirNumbers)
{
    const QTemporaryDir folder;
    HistogramChart histogram;
    histogram.setData(sampleWeights());
    EXPECT_EQ(csvOf(histogram, folder).size(), 1 + 64 + 255 + 16 + 4);
    NoiseChart noise;
    noise.setData(sampleNoise());
    const QList<QByteArrayList> rows = csvOf(noise, folder);
    ASSERT_EQ(rows.size(), 23);
    EXPECT_EQ(rows[1][0], "conv1");
    EXPECT_EQ(rows[1][2].toDouble(), sampleNoise().rows[0].values[0]);
}

TEST(CsvWriter, QuotesWhatNeedsIt)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        CsvWriter csv(buffer);
        csv.text(QStringLiteral("a,b")).text(QStringLiteral("say \"x\"")).number(0.1).number(std::nan("")).integer(-7).endRow();
    }
    EXPECT_EQ(buffer.data(), QByteArray("\"a,b\",\"say \"\"x\"\"\",0.1,,-7\r\n"));
}

TEST(ChartSaveButton, WaitsUntilAChartShowsSomethingAndSaysWhy)
{
    CurveChart loss;
    FrontierChart frontier;
    ChartSaveButton one(&loss), both({&loss, &frontier}, QStringLiteral("Save charts"));
    EXPECT_FALSE(one.isEnabled());
    EXPECT_TRUE(one.toolTip().contains(QStringLiteral("the chart is empty"))) << one.toolTip().toStdString();
    EXPECT_TRUE(both.toolTip().contains(QStringLiteral("the charts are empty"))) << both.toolTip().toStdString();
    frontier.setData(sampleFrontier());
    EXPECT_TRUE(both.isEnabled());
    EXPECT_FALSE(both.toolTip().contains(QStringLiteral("empty")));
    loss.setCurve(QStringLiteral("run"), {.label = QStringLiteral("run")});
    EXPECT_FALSE(one.isEnabled()) << "a curve without a point";
    loss.appendPoint(QStringLiteral("run"), {1, 0.5});
    EXPECT_TRUE(one.isEnabled());
    loss.clear();
    EXPECT_FALSE(one.isEnabled());
    EXPECT_TRUE(both.isEnabled());
    frontier.setData({});
    EXPECT_FALSE(both.isEnabled());
}

TEST(FrontierChart, HeadsTheColumnOfItsMetricInTheCsv)
{
    const QTemporaryDir folder;
    FrontierChart chart;
    FrontierChartData data = sampleFrontier();
    data.accuracyName = QStringLiteral("mIoU");
    chart.setData(data);
    EXPECT_EQ(csvOf(chart, folder)[0][3], QByteArray("mIoU"));
}

TEST(ChartSaveButton, GivesEachOfSeveralChartsItsOwnFile)
{
    const QTemporaryDir folder;
    CurveChart loss;
    loss.setTitle(QStringLiteral("Training loss"));
    CurveChart accuracy;
    accuracy.setTitle(QStringLiteral("Test accuracy, %"));
    ChartSaveButton button({&loss, &accuracy}, QStringLiteral("Save charts"));
    ASSERT_EQ(button.menu()->actions().size(), 4);
    ASSERT_TRUE(button.saveTo(folder.filePath(QStringLiteral("curves.svg"))).ok());
    EXPECT_TRUE(QFile::exists(folder.filePath(QStringLiteral("curves-training-loss.svg"))));
    EXPECT_TRUE(QFile::exists(folder.filePath(QStringLiteral("curves-test-accuracy.svg"))));
    EXPECT_FALSE(button.saveTo(QStringLiteral("/no/such/folder/curves.svg")).ok());
}

} // namespace
} // namespace halftone
