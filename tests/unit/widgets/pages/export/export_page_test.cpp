// The Export view: the command that it gives, the verdict that it shows, the image that it asks about.
#include "widgets/pages/export/export_page.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QUrl>

#include "tests/unit/widgets/pages/measured_study.h"
#include "widgets/controls/state_panel.h"
#include "widgets/pages/export/export_form.h"
#include "widgets/pages/export/exports_model.h"
#include "widgets/pages/export/image_preview.h"
#include "widgets/pages/export/try_image_card.h"
#include "widgets/plots/noise_chart.h"

namespace halftone {
namespace {

constexpr const char* kAnswer = R"({"image":"car.png","label":null,"agree":false,"answers":[
    {"name":"fp32","weights":"pretrained","file":null,"top":[{"class":"automobile","index":1,"probability":0.941},{"class":"truck","index":9,"probability":0.048}]},
    {"name":"eagl75.onnx","weights":"as written in the file","file":"/x/eagl75.onnx","top":[{"class":"truck","index":9,"probability":0.6}]}]})";

class ExportPageTest : public testing::Test {
protected:
    void open()
    {
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open(m_study.path());
        ASSERT_TRUE(opened.count() > 0 || opened.wait(5000));
        m_page.resize(1368, 820);
        m_page.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_page));
    }
    QString text(const char* name)
    {
        const auto* label = m_page.findChild<QLabel*>(QString::fromLatin1(name));
        return label ? label->text() : QString();
    }
    void press(const char* name) { QTest::mouseClick(m_page.findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton); }
    void drop(const QString& path)
    {
        QMimeData content;
        content.setUrls({QUrl::fromLocalFile(path)});
        auto* card = m_page.findChild<TryImageCard*>();
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &content, Qt::LeftButton, {});
        QApplication::sendEvent(card, &enter);
        ASSERT_TRUE(enter.isAccepted());
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &content, Qt::LeftButton, {});
        QApplication::sendEvent(card, &event);
    }

    test::MeasuredStudy m_study;
    test::NotingRunner m_runner;
    Session m_session{m_runner.runner()};
    ExportPage m_page{m_session};
};

TEST_F(ExportPageTest, GivesTheCommandOfItsChoices)
{
    m_study.save("eagl75", m_study.choiceOf("eagl", 0.75, 0));
    open();
    EXPECT_TRUE(text("exportWeights").startsWith(QStringLiteral("Not fine-tuned yet")));
    ASSERT_TRUE(QTest::qWaitFor([&] { return text("exportTime") == QStringLiteral("about 18 min"); }));
    const QString file = m_study.folder() + QStringLiteral("/out.onnx");
    auto* field = m_page.findChild<QLineEdit*>(QStringLiteral("exportFile"));
    EXPECT_EQ(field->text(), m_study.folder() + QStringLiteral("/study-eagl75.onnx"));
    field->setText(file);
    press("exportStart");
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("export").size() == 1; }));
    EXPECT_EQ(m_runner.commands("export").front(), (std::vector<std::string>{"export", m_study.path().toStdString(), "--assignment", "eagl75", "--format",
                                                       "onnx-qdq", file.toStdString()}));
}

TEST_F(ExportPageTest, SaysWhichWeightsAreWritten)
{
    const BitAssignment bits = m_study.choiceOf("eagl", 0.75, 0);
    m_study.save("eagl75", bits);
    m_study.addRun(bits, {.accuracy = 0.915});
    open();
    EXPECT_EQ(text("exportWeights"), QStringLiteral("Fine-tuned weights of run 1, 91.5 % accuracy."));
}

TEST_F(ExportPageTest, TakesTheAssignmentThatAnotherViewAskedFor)
{
    m_study.save("one", m_study.choiceOf("eagl", 0.75, 0));
    m_study.save("other", m_study.choiceOf("eagl", 0.65, 0));
    m_session.showExport(QStringLiteral("other"));
    open();
    EXPECT_EQ(m_page.findChild<ExportForm*>()->assignment(), QStringLiteral("other"));
}

TEST_F(ExportPageTest, AnEmptyFileNameCannotBeExported)
{
    open();
    auto* start = m_page.findChild<QPushButton*>(QStringLiteral("exportStart"));
    EXPECT_TRUE(start->isEnabled());
    m_page.findChild<QLineEdit*>(QStringLiteral("exportFile"))->clear();
    EXPECT_FALSE(start->isEnabled());
}

TEST_F(ExportPageTest, APassedVerdictShowsWhatWasChecked)
{
    m_study.save("eagl75", m_study.choiceOf("eagl", 0.75, 0));
    m_study.addExport("eagl75.onnx", "eagl75", true);
    open();
    EXPECT_EQ(text("verdictTitle"), QStringLiteral("The file gives what the study promised."));
    auto* noise = m_page.findChild<NoiseChart*>(QStringLiteral("noiseChart"));
    ASSERT_EQ(noise->data().rows.size(), m_study.table.layers.size());
    EXPECT_EQ(noise->data().gate, 20);
    EXPECT_EQ(noise->data().rows.front().bits, 8);
    press("copyReport");
    EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("10,000 of 10,000")));
}

TEST_F(ExportPageTest, AFailedVerdictShowsItsReason)
{
    m_study.addExport("good.onnx", "4", true);
    m_study.addExport("bad.onnx", "4", false);
    open();
    EXPECT_EQ(text("verdictTitle"), QStringLiteral("The file does not match."));
    EXPECT_EQ(text("verdictSentence"), QStringLiteral("The file is 18.6 points less accurate than the study's network."));
    auto* table = m_page.findChild<QTableView*>(QStringLiteral("exportsTable"));
    ASSERT_EQ(table->model()->rowCount(), 2);
    EXPECT_EQ(table->model()->index(0, ExportsModel::Verdict).data().toString(), QStringLiteral("The file is 18.6 points less accurate than the study's network."));
    QAbstractItemModelTester tester(table->model());
    table->setCurrentIndex(table->model()->index(1, 0));
    ASSERT_TRUE(QTest::qWaitFor([&] { return text("verdictTitle") == QStringLiteral("The file gives what the study promised."); }));
}

TEST_F(ExportPageTest, AnExportThatStopsSaysWhy)
{
    m_runner.setAnswer([](const std::vector<std::string>&) -> Result<std::string> { return Error{ErrorCode::Io, "The disk is full."}; });
    open();
    press("exportStart");
    auto* state = m_page.findChild<StatePanel*>(QStringLiteral("verdictState"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return state->shown() == StatePanel::Shown::Failed; }));
    bool said = false;
    for (const QLabel* label : state->findChildren<QLabel*>()) said = said || label->text().contains(QStringLiteral("The disk is full."));
    EXPECT_TRUE(said);
}

TEST_F(ExportPageTest, ADroppedImageAsksForItsClasses)
{
    m_study.save("eagl75", m_study.choiceOf("eagl", 0.75, 0));
    m_study.addExport("eagl75.onnx", "eagl75", true);
    m_runner.setAnswer([](const std::vector<std::string>&) -> Result<std::string> { return std::string(kAnswer); });
    open();
    const QString image = m_study.folder() + QStringLiteral("/car.png");
    QImage pixels(32, 32, QImage::Format_RGB32);
    pixels.fill(Qt::red);
    ASSERT_TRUE(pixels.save(image));
    drop(image);
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("classify").size() == 1; }));
    EXPECT_EQ(m_runner.commands("classify").front(),
        (std::vector<std::string>{"classify", m_study.path().toStdString(), image.toStdString(), "--assignment", "eagl75"}))
        << "the exported file is not there, so the study's own network answers";
    auto* card = m_page.findChild<TryImageCard*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return card->answers().answers.size() == 2; }));
    EXPECT_EQ(card->answers().answers[0].top.front().first, QStringLiteral("automobile"));
    EXPECT_EQ(text("tryImageWords"), QStringLiteral("The networks disagree."));
}

TEST_F(ExportPageTest, AnExportedFileAnswersItself)
{
    m_study.addExport("all4.onnx", "4", true);
    QFile written(m_study.folder() + QStringLiteral("/all4.onnx"));
    ASSERT_TRUE(written.open(QIODevice::WriteOnly));
    open();
    press("nextTestImage");
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_runner.commands("classify").size() == 1; }));
    EXPECT_EQ(m_runner.commands("classify").front(),
        (std::vector<std::string>{"classify", m_study.path().toStdString(), "test:0", "--file", written.fileName().toStdString(), "--pixels"}));
}

TEST_F(ExportPageTest, ATestImageIsShownAsTheNetworksSawIt)
{
    m_runner.setAnswer([](const std::vector<std::string>& command) -> Result<std::string> {
        if (command.front() != "classify") return std::string(R"({"seconds":1080,"origin":"measured"})");
        auto answer = nlohmann::json::parse(kAnswer);
        answer["input"] = {3, 2, 2};
        answer["pixels"] = QByteArray("\xff\x00\x00\x10\x00\xff\x00\x20\x00\x00\xff\x30", 12).toBase64().toStdString();
        return answer.dump();
    });
    open();
    press("nextTestImage");
    auto& preview = *static_cast<ImagePreview*>(m_page.findChild<QWidget*>(QStringLiteral("imagePreview")));
    ASSERT_TRUE(QTest::qWaitFor([&] { return !preview.image().isNull(); }));
    EXPECT_EQ(preview.image().size(), QSize(2, 2));
    EXPECT_EQ(preview.image().pixelColor(0, 0), QColor(255, 0, 0));
    EXPECT_EQ(preview.image().pixelColor(1, 0), QColor(0, 255, 0));
    EXPECT_EQ(preview.image().pixelColor(0, 1), QColor(0, 0, 255));
    EXPECT_EQ(preview.image().pixelColor(1, 1), QColor(16, 32, 48));
    // Crisp: right beside the middle the colours are still pure.
    const QImage drawn = preview.grab().toImage();
    const int middle = drawn.width() / 2;
    EXPECT_EQ(drawn.pixelColor(middle - 1, middle - 1), QColor(255, 0, 0));
    EXPECT_EQ(drawn.pixelColor(middle, middle), QColor(16, 32, 48));
    EXPECT_FALSE(m_session.lastCommand().contains(QStringLiteral("--pixels"))); // what a person would type
}

TEST_F(ExportPageTest, PixelsThatDoNotFitTheirShapeAreNoImage)
{
    const QByteArray twelve(12, '\x7f');
    EXPECT_FALSE(imageOfPlanes(twelve, {3, 2, 2}).isNull());
    EXPECT_FALSE(imageOfPlanes(twelve, {1, 3, 4}).isNull());
    for (const QList<std::int64_t>& shape : {QList<std::int64_t>{}, {3, 2}, {3, 2, 3}, {2, 2, 3}, {3, -2, -2}, {1, 0, 12}, {1, 12, 1LL << 62}})
        EXPECT_TRUE(imageOfPlanes(twelve, shape).isNull());
    EXPECT_TRUE(imageOfPlanes({}, {3, 0, 0}).isNull());
}

TEST_F(ExportPageTest, TheVerdictStandsInTheSmallestWindowWithoutScrollingAndWarns)
{
    m_study.addExport("eagl75.onnx", "4", true, {"onnxruntime rounds the biases of 17 layers by default. Set session.disable_quant_qdq to 1, or keep the batch norms, for the answers verified here."});
    open();
    m_page.resize(1208, 720); // of a window of 1280 x 800
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_page.width() == 1208; }));
    QTest::qWait(50);
    EXPECT_TRUE(text("verdictWarning").contains(QStringLiteral("session.disable_quant_qdq")));
    for (const char* name : {"exportForm", "verdictCard", "tryImageCard", "exportsTable"}) {
        const auto* widget = m_page.findChild<QWidget*>(QString::fromLatin1(name));
        EXPECT_FALSE(widget->visibleRegion().isEmpty()) << name;
        EXPECT_EQ(widget->visibleRegion().boundingRect().height(), widget->height()) << name;
        const bool isTable = QLatin1String(name) == QLatin1String("exportsTable"); // for which one row is enough
        EXPECT_TRUE(isTable || widget->height() >= widget->minimumSizeHint().height()) << name;
    }
}

TEST_F(ExportPageTest, AnAnswerThatCannotBeReadIsASentence)
{
    for (const char* text : {"", "[]", "{}", R"({"answers":[1]})", R"({"answers":[{"top":1}]})"}) EXPECT_FALSE(triedAnswersOf(text).ok()) << text;
    EXPECT_TRUE(triedAnswersOf(R"({"answers":[]})").ok());
}

} // namespace
} // namespace halftone
