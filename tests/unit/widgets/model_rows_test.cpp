// Every kind of model file and of data through the window's Start form, every format through its Export view, with the real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>

#include "core/data/data_kinds.h"
#include "core/export/export_formats.h"
#include "tests/unit/widgets/model_files.h"
#include "tests/unit/widgets/whole_job.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/pages/export/answer_view.h"
#include "widgets/pages/export/try_image_card.h"
#include "widgets/pages/start/key_match.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

QString words(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

class ModelRows : public test::WholeJob {
protected:
    fs::path folder(const std::string& name) const
    {
        const fs::path made = fs::path(m_folder.path().toStdString()) / name;
        fs::create_directories(made);
        return made;
    }
    static StateDict bundled()
    {
        const auto read = readCheckpoint(HALFTONE_SOURCE_DIR "/resources/networks/fashion_resnet8.safetensors");
        EXPECT_TRUE(read.ok()) << read.error().message;
        return read.ok() ? read->tensors : StateDict{};
    }
    template <typename Widget> Widget* part(const char* name) { return find<Widget>(View::Start, name); }

    void drop(const fs::path& file)
    {
        m_window->showView(View::Start);
        QWidget* page = m_window->page(View::Start);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page, &enter);
        ASSERT_TRUE(enter.isAccepted());
        QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page, &event);
    }
    void chooseKnown(const char* network)
    {
        QTest::mouseClick(part<QPushButton>("knownNetwork"), Qt::LeftButton);
        auto* list = part<QComboBox>("architecture");
        const int wanted = list->findText(QLatin1String(network));
        ASSERT_GE(wanted, 0) << network;
        list->setCurrentIndex(wanted == 0 ? 1 : wanted - 1);
        QTest::keyClick(list, wanted == 0 ? Qt::Key_Up : Qt::Key_Down);
        ASSERT_EQ(list->currentText(), QLatin1String(network));
    }
    // Fills the form and presses its button; answers the sentence that says why not, or nothing when the study is open.
    std::string make(const char* kind, const fs::path& place, const char* size = "")
    {
        const auto kinds = allDataKinds();
        part<QComboBox>("dataKind")->setCurrentIndex(static_cast<int>(std::ranges::find(kinds, std::string_view(kind), &DataKind::name) - kinds.begin()));
        part<QLineEdit>("dataFolder")->setText(QString::fromStdString(place.string()));
        part<QLineEdit>("inputSize")->setText(QLatin1String(size));
        const QString path = m_folder.filePath(QStringLiteral("study%1.halftone").arg(++m_studies));
        part<QLineEdit>("studyPath")->setText(path);
        auto* keys = part<KeyMatch>("keyMatch");
        const auto* verdict = part<QLabel>("keyVerdict");
        EXPECT_TRUE(QTest::qWaitFor([&] { return keys->fit() || !verdict->text().contains(QStringLiteral("Looking")); }, 60000));
        // Halftone's own safetensors hold step sizes besides.
        if (auto* rest = part<QPushButton>("leaveOut"); rest->isVisible()) {
            QTest::mouseClick(rest, Qt::LeftButton);
            EXPECT_TRUE(QTest::qWaitFor([&] { return keys->problem().isEmpty(); }, 60000));
        }
        QTest::mouseClick(part<QPushButton>("makeStudy"), Qt::LeftButton);
        if (const QString problem = part<QLabel>("newStudyProblem")->text(); !problem.isEmpty()) return problem.toStdString();
        auto* state = m_window->page(View::Start)->findChild<StatePanel*>();
        const auto failed = [&] { return state->shown() == StatePanel::Shown::Failed && state->isVisible(); };
        const auto opened = [&] { return m_session->isOpen() && m_session->studyPath() == path; };
        EXPECT_TRUE(QTest::qWaitFor([&] { return failed() || opened(); }, 120000));
        if (opened()) return {};
        QStringList said;
        for (const QLabel* label : state->findChildren<QLabel*>()) said << label->text();
        state->action(0)->click(); // back to the form
        return said.join(QLatin1Char(' ')).toStdString();
    }
    // Writes the chosen bits in a format and answers the verdict's title.
    QString exportAs(int format, const QString& file)
    {
        auto* bits = find<QComboBox>(View::Export, "exportAssignment");
        bits->setCurrentIndex(bits->findData(QStringLiteral("4")));
        auto* formats = find<SegmentedControl>(View::Export, "exportFormat");
        QTest::mouseClick(formats, Qt::LeftButton, {}, formats->choiceRect(format).center());
        find<QLineEdit>(View::Export, "exportFile")->setText(file);
        const std::size_t before = m_session->overview()->exports.size();
        QTest::mouseClick(find<QPushButton>(View::Export, "exportStart"), Qt::LeftButton);
        EXPECT_TRUE(QTest::qWaitFor([&] { return m_session->overview()->exports.size() > before; }, test::kLongMs)) << file.toStdString();
        EXPECT_TRUE(workIsDone());
        const auto* title = m_window->page(View::Export)->findChild<QLabel*>(QStringLiteral("verdictTitle"));
        return title ? title->text() : QString();
    }
    void expectAllFormats(const QString& name, const QString& metric)
    {
        const auto formats = allExportFormats();
        for (int i = 0; i < static_cast<int>(formats.size()); ++i) {
            const ExportFormat& format = formats[static_cast<std::size_t>(i)];
            const QString file = m_folder.filePath(name + QLatin1Char('-') + words(format.name) + words(format.ending));
            EXPECT_EQ(exportAs(i, file), QStringLiteral("The file gives what the study promised.")) << format.name;
            EXPECT_TRUE(QFile::exists(file)) << format.name;
            ASSERT_FALSE(m_session->overview()->exports.empty());
            EXPECT_EQ(m_session->overview()->exports.front().format, format.name);
            bool named = false;
            for (const QLabel* label : m_window->page(View::Export)->findChildren<QLabel*>()) named = named || label->text() == metric + QStringLiteral(", study and file");
            EXPECT_TRUE(named) << format.name;
        }
    }
    std::string importedFormat() const
    {
        const std::string import = m_session->overview()->setting("import");
        const auto at = import.find(R"("format":")");
        return at == std::string::npos ? import : import.substr(at + 10, import.find('"', at + 10) - at - 10);
    }

    int m_studies = 0;
};

TEST_F(ModelRows, WhatItExportsInEveryFormatItOpensAgain)
{
    const fs::path data = folder("idx");
    test::writeIdxData(data);
    QTest::mouseClick(part<QPushButton>("knownNetwork"), Qt::LeftButton);
    ASSERT_EQ(make("fashion-mnist", data), "");
    expectAllFormats(QStringLiteral("net"), QStringLiteral("Accuracy"));
    const std::pair<const char*, const char*> files[] = {{"net-onnx-qdq.onnx", "ONNX"}, {"net-onnx-qcdq.onnx", "ONNX"}, {"net-qonnx.onnx", "ONNX"},
        {"net-packed.packed", "Halftone packed"}, {"net-safetensors.safetensors", "safetensors"}, {"net-torchscript.pt", "TorchScript"}};
    for (const auto& [file, format] : files) {
        drop(fs::path(m_folder.path().toStdString()) / file);
        EXPECT_EQ(make("fashion-mnist", data, file == std::string("net-torchscript.pt") ? "1x28x28" : ""), "") << file;
        EXPECT_EQ(importedFormat(), format) << file;
        EXPECT_EQ(m_session->overview()->table.layers.size(), 10U) << file;
    }
}

TEST_F(ModelRows, CheckpointsOpenWithTheirChoiceOfWeightsAndInShards)
{
    const fs::path data = folder("idx");
    test::writeIdxData(data);
    const fs::path models = folder("models");
    test::writeTorchCheckpoint(models / "training.pth", bundled(), {"model", "model_ema"});
    drop(models / "training.pth");
    auto* weights = part<QComboBox>("weightsChoice");
    ASSERT_TRUE(QTest::qWaitFor([&] { return weights->isVisible(); }, 60000));
    EXPECT_EQ(weights->currentText(), QStringLiteral("model"));
    QTest::keyClick(weights, Qt::Key_Down);
    EXPECT_EQ(make("idx", data), "");
    EXPECT_NE(m_session->overview()->setting("import").find(R"("taken":"model_ema")"), std::string::npos) << m_session->overview()->setting("import");

    test::writeTorchCheckpoint(models / "plain.pt", bundled(), {""});
    drop(models / "plain.pt");
    EXPECT_EQ(make("idx", data), "");
    drop(test::writeShards(models, "sharded", bundled()));
    EXPECT_EQ(make("idx", data), "");
    EXPECT_NE(importedFormat().find("safetensors"), std::string::npos) << importedFormat();
}

TEST_F(ModelRows, EveryKindOfDataOpensWithANetworkByName)
{
    test::writeIdxData(folder("idx"));
    test::writeCifarData(folder("cifar10"), 1);
    test::writeCifarData(folder("cifar100"), 2);
    test::writeImageFolder(folder("classes"));
    const struct {
        const char* kind;
        const char* network;
        fs::path place;
        const char* size;
    } rows[] = {{"idx", "fashion_resnet8", folder("idx"), ""}, {"cifar10", "cifar_resnet20", folder("cifar10"), ""},
        {"cifar100", "cifar_resnet20", folder("cifar100"), ""}, {"imagefolder", "cifar_resnet20", folder("classes"), "3x32x32"},
        {"csv", "cifar_resnet20", folder("classes") / "list.csv", "3x32x32"}};
    for (const auto& row : rows) {
        chooseKnown(row.network);
        EXPECT_EQ(make(row.kind, row.place, row.size), "") << row.kind;
        EXPECT_EQ(m_session->overview()->setting("architecture"), row.network) << row.kind;
        EXPECT_TRUE(m_session->overview()->setting("data").starts_with(row.kind)) << row.kind;
    }
}

TEST_F(ModelRows, SegmentationIsExportedInEveryFormatAndTriedOnAnImage)
{
    const fs::path data = folder("pixels");
    test::writeSegmentationData(data);
    chooseKnown("espnet");
    ASSERT_EQ(make("segmentation", data), "");
    EXPECT_EQ(m_session->overview()->task, Task::Segmentation);
    expectAllFormats(QStringLiteral("pixels"), QStringLiteral("mIoU"));
    auto* card = find<TryImageCard>(View::Export, "tryImageCard");
    QTest::mouseClick(find<QPushButton>(View::Export, "nextTestImage"), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return card->answers().answers.size() == 3; }, 60000));
    for (const TriedAnswer& answer : card->answers().answers) EXPECT_EQ(answer.map.size(), 32 * 32) << answer.name.toStdString();
    EXPECT_TRUE(card->answers().answers[1].alike.has_value());
    const auto views = card->findChildren<QWidget*>(QStringLiteral("answerView"));
    ASSERT_EQ(views.size(), 3);
    const auto& first = static_cast<const AnswerView&>(*views[0]);
    const auto& second = static_cast<const AnswerView&>(*views[1]);
    EXPECT_EQ(first.map().size(), QSize(32, 32));
    EXPECT_THAT(second.caption().toStdString(), HasSubstr("% as full"));
}

TEST_F(ModelRows, RawOutputsAreExportedInEveryFormatAndSayWhatCanBeTold)
{
    const fs::path data = folder("classes");
    test::writeImageFolder(data);
    chooseKnown("cifar_resnet20");
    ASSERT_EQ(make("images", data / "bright", "3x32x32"), "");
    EXPECT_EQ(m_session->overview()->task, Task::Outputs);
    expectAllFormats(QStringLiteral("outputs"), QStringLiteral("Output agreement"));
    QTest::mouseClick(find<QPushButton>(View::Export, "nextTestImage"), Qt::LeftButton);
    const auto* said = find<QLabel>(View::Export, "tryImageWords");
    EXPECT_TRUE(QTest::qWaitFor([&] { return said->text().contains(QStringLiteral("signal to noise")); }, 60000)) << said->text().toStdString();
    EXPECT_TRUE(said->text().contains(QStringLiteral("raw values")));
}

TEST_F(ModelRows, WhatDoesNotFitIsSaidInThePage)
{
    test::writeIdxData(folder("idx"));
    test::writeImageFolder(folder("classes"));
    const fs::path models = folder("models");
    test::writeTorchCheckpoint(models / "plain.pt", bundled(), {""});
    drop(models / "plain.pt");
    EXPECT_THAT(make("idx", {}), HasSubstr("Choose the folder that holds the data.")) << "nothing is asked of the engine";
    EXPECT_THAT(make("idx", "/nowhere"), HasSubstr("give the folder of the four IDX files"));
    EXPECT_THAT(make("imagefolder", folder("classes"), "1x28x28"), HasSubstr("tells 10 classes apart but the data has 2"));
    EXPECT_THAT(make("segmentation", folder("classes")), HasSubstr("masks"));
    std::ofstream(models / "none.onnx") << "no model";
    drop(models / "none.onnx");
    EXPECT_THAT(make("idx", folder("idx")), HasSubstr("none.onnx"));
    drop(models / "plain.pt");
    EXPECT_EQ(make("idx", folder("idx")), "") << "the form still works";
}

} // namespace
} // namespace halftone
