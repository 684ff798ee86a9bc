// A dropped model file whose keys do not fit: the report, names given by hand, and the command that is then asked for.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <mutex>

#include "core/data/data_kinds.h"
#include "widgets/pages/start/key_match.h"
#include "widgets/pages/start/new_study_form.h"
#include "widgets/pages/start/start_page.h"
#include "widgets/session/session.h"

namespace halftone {
namespace {

using Words = std::vector<std::string>;

// What inspect answers of a file that calls fc "head" and has one tensor more.
std::string report(const Words& arguments)
{
    const auto maps = [&](const char* mapping) { return std::ranges::find(arguments, mapping) != arguments.end(); };
    const bool weight = maps("head.weight=fc.weight"), bias = maps("head.bias=fc.bias"), named = maps("--arch");
    std::string missing, unexpected = R"({"name":"ema.step","nearest":[],"shape":[1]})", suggested;
    const auto add = [](std::string& list, const std::string& entry) { list += (list.empty() ? "" : ",") + entry; };
    const auto unmet = [&](const std::string& part, const std::string& shape) {
        add(missing, R"({"name":"fc.)" + part + R"(","nearest":["head.)" + part + R"("],"shape":)" + shape + "}");
        add(unexpected, R"({"name":"head.)" + part + R"(","nearest":["fc.)" + part + R"("],"shape":)" + shape + "}");
        add(suggested, R"({"key":"head.)" + part + R"(","name":"fc.)" + part + R"("})");
    };
    if (!weight) unmet("weight", "[10,128]");
    if (!bias) unmet("bias", "[10]");
    return R"({"architecture":"fashion_resnet8","guessed":)" + std::string(named ? "false" : "true") + R"(,"keys":{"matched":)"
        + std::to_string(45 + weight + bias) + R"(,"missing":[)" + missing + R"(],"unexpected":[)" + unexpected
        + R"(],"misShaped":[],"suggested":[)" + suggested + "]}}";
}

class KeyMatchTest : public testing::Test {
protected:
    KeyMatchTest()
    {
        for (const char* name : {"wrong.pth", "other.pth", "broken.pth"}) EXPECT_TRUE(QFile(file(name)).open(QFile::WriteOnly));
        m_page.resize(1100, 800);
        m_page.show();
    }
    QString file(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    void drop(const QString& path)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_page, &enter);
        QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_page, &event);
    }
    template <typename T> T* part(const char* name) { return m_page.findChild<T*>(QLatin1String(name)); }
    QString verdict() { return part<QLabel>("keyVerdict")->text(); }
    bool shows(const QString& words)
    {
        return QTest::qWaitFor([&] { return verdict().contains(words); }, 5000);
    }
    void choose(const char* picker, int index)
    {
        auto* box = part<QComboBox>(picker);
        ASSERT_NE(box, nullptr) << picker;
        box->setFocus();
        for (int i = 0; i < index; ++i) QTest::keyClick(box, Qt::Key_Down);
    }
    Words lastAsked()
    {
        const std::lock_guard lock(m_mutex);
        return m_asked.empty() ? Words{} : m_asked.back();
    }

    QTemporaryDir m_folder;
    std::mutex m_mutex;
    std::vector<Words> m_asked;
    Session m_session{[this](const Words& arguments, const TaskContext&) -> Result<std::string> {
        {
            const std::lock_guard lock(m_mutex);
            m_asked.push_back(arguments);
        }
        if (arguments.front() == "inspect" && arguments[1].ends_with("broken.pth"))
            return Error{ErrorCode::Corrupt, "broken.pth ends early; download it again."};
        if (arguments.front() == "inspect") return report(arguments);
        return Error{ErrorCode::BadInput, "made nothing"};
    }};
    StartPage m_page{m_session};
};

TEST_F(KeyMatchTest, ADroppedFileWithOtherKeysShowsTheReportAndIsNotMadeYet)
{
    drop(file("wrong.pth"));
    ASSERT_TRUE(shows(QStringLiteral("the nearest is fashion_resnet8: 45 of 47"))) << verdict().toStdString();
    auto* picker = part<QComboBox>("map-head.weight");
    ASSERT_NE(picker, nullptr);
    EXPECT_EQ(picker->itemText(1), QStringLiteral("fc.weight"));
    EXPECT_EQ(picker->count(), 2) << "only names of its shape";
    EXPECT_EQ(part<QComboBox>("map-ema.step"), nullptr) << "nothing in the network has its shape";
    QTest::mouseClick(part<QPushButton>("makeStudy"), Qt::LeftButton);
    EXPECT_TRUE(part<QLabel>("newStudyProblem")->text().contains(QStringLiteral("do not fit")));
    EXPECT_EQ(lastAsked().front(), "inspect");
}

TEST_F(KeyMatchTest, KeysAreMappedByHandAndGivenToTheCommand)
{
    drop(file("wrong.pth"));
    ASSERT_TRUE(shows(QStringLiteral("45 of 47")));
    choose("map-head.weight", 1);
    ASSERT_TRUE(shows(QStringLiteral("46 of 47"))) << verdict().toStdString();
    choose("map-head.bias", 1);
    ASSERT_TRUE(shows(QStringLiteral("47 of 47"))) << verdict().toStdString();
    QTest::mouseClick(part<QPushButton>("leaveOut"), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return part<KeyMatch>("keyMatch")->problem().isEmpty(); }, 5000));
    part<QComboBox>("dataKind")->setCurrentIndex(0);
    part<QLineEdit>("studyPath")->setText(QStringLiteral("/nowhere/a.halftone"));
    QTest::mouseClick(part<QPushButton>("makeStudy"), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return lastAsked().front() == "new"; }, 5000));
    EXPECT_EQ(lastAsked(),
        (Words{"new", "/nowhere/a.halftone", "--model", file("wrong.pth").toStdString(), "--data", "fashion-mnist", "--arch", "fashion_resnet8", "--map",
            "head.weight=fc.weight", "--map", "head.bias=fc.bias"}));
    EXPECT_TRUE(m_session.lastCommand().contains(QStringLiteral("--map head.weight=fc.weight"))) << m_session.lastCommand().toStdString();
}

TEST_F(KeyMatchTest, OffersEveryKindOfDataAndGivesPlaceAndSizeToTheCommand)
{
    drop(file("wrong.pth"));
    ASSERT_TRUE(shows(QStringLiteral("45 of 47")));
    auto* kinds = part<QComboBox>("dataKind");
    ASSERT_EQ(kinds->count(), static_cast<int>(allDataKinds().size()));
    auto* size = part<QLineEdit>("inputSize");
    size->setFocus();
    QTest::keyClicks(size, QStringLiteral("1x28x28"));
    QTest::keyClick(size, Qt::Key_Tab);
    ASSERT_TRUE(QTest::qWaitFor([&] { return lastAsked().back() == "1x28x28"; }, 5000)) << "the file is looked at with the size";
    EXPECT_EQ(lastAsked().front(), "inspect");
    for (int i = 0; i < kinds->count(); ++i) {
        const DataKind& kind = allDataKinds()[static_cast<std::size_t>(i)];
        kinds->setCurrentIndex(i);
        const auto* form = m_page.findChild<NewStudyForm*>();
        ASSERT_NE(form, nullptr);
        part<QLineEdit>("dataFolder")->setText(QStringLiteral("/data/here"));
        EXPECT_TRUE(form->arguments().contains(QString::fromStdString(std::string(kind.name) + ":/data/here"))) << kind.name;
        EXPECT_TRUE(form->arguments().join(QLatin1Char(' ')).contains(QStringLiteral("--input 1x28x28")));
    }
}

TEST_F(KeyMatchTest, MapsAllToTheNearestAndTakesOneBack)
{
    drop(file("wrong.pth"));
    ASSERT_TRUE(shows(QStringLiteral("45 of 47")));
    QTest::mouseClick(part<QPushButton>("mapNearest"), Qt::LeftButton);
    ASSERT_TRUE(shows(QStringLiteral("47 of 47")));
    QTest::mouseClick(part<QPushButton>("unmap-head.bias"), Qt::LeftButton);
    ASSERT_TRUE(shows(QStringLiteral("46 of 47")));
    drop(file("other.pth"));
    ASSERT_TRUE(shows(QStringLiteral("45 of 47"))) << "another file begins without names";
}

TEST_F(KeyMatchTest, SaysWhyAFileIsNoModel)
{
    drop(file("broken.pth"));
    ASSERT_TRUE(shows(QStringLiteral("ends early")));
    EXPECT_FALSE(part<KeyMatch>("keyMatch")->problem().isEmpty());
}

TEST_F(KeyMatchTest, BeginsAnImportThatAnotherViewAsksFor)
{
    m_page.hide();
    m_session.showImport(file("wrong.pth"));
    m_page.show();
    ASSERT_TRUE(shows(QStringLiteral("45 of 47")));
}

TEST(KeyFit, RefusesWhatIsNoDocument)
{
    for (const char* text : {"", "no json", "[]", "{}", R"({"keys":3})"}) EXPECT_FALSE(keyFitFrom(text).has_value()) << text;
    const auto odd = keyFitFrom(R"({"guessed":1,"keys":{"matched":"x","missing":[1,{"name":2}],"unexpected":[{"nearest":[3],"shape":["a"]}]}})");
    ASSERT_TRUE(odd.has_value());
    EXPECT_EQ(odd->matched, 0);
}

} // namespace
} // namespace halftone
