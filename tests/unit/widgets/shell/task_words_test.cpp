// A study that is not judged by accuracy: no view speaks of it, all name its own metric.
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/unit/widgets/pages/measured_study.h"
#include "widgets/plots/chart.h"
#include "widgets/shell/main_window.h"
#include "widgets/shell/views.h"

namespace halftone {
namespace {

void addModel(const QAbstractItemModel& model, QStringList& said)
{
    for (int column = 0; column < model.columnCount(); ++column) {
        said << model.headerData(column, Qt::Horizontal).toString() << model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
        for (int row = 0; row < model.rowCount(); ++row)
            for (const int role : {Qt::DisplayRole, Qt::ToolTipRole}) said << model.index(row, column).data(role).toString();
    }
}

// All that a person can read or hear in a view.
QStringList wordsOf(const QWidget& page)
{
    QStringList said;
    for (const QWidget* widget : page.findChildren<QWidget*>()) {
        said << widget->toolTip() << widget->accessibleName() << widget->accessibleDescription();
        if (const auto* label = qobject_cast<const QLabel*>(widget)) said << label->text();
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) said << button->text();
        if (const auto* chart = qobject_cast<const Chart*>(widget)) said << chart->title();
        if (const auto* view = qobject_cast<const QAbstractItemView*>(widget); view && view->model()) addModel(*view->model(), said);
    }
    said.removeAll(QString());
    return said;
}

class TaskWords : public testing::TestWithParam<std::pair<const char*, const char*>> {
protected:
    TaskWords()
    {
        m_study.addComparison();
        m_study.save("eagl75", m_study.choiceOf("eagl", 0.75, 0));
        m_study.addRun(m_study.choiceOf("eagl", 0.75, 0), {.accuracy = 0.5});
        m_study.addExport("eagl75.onnx", "eagl75", true);
        EXPECT_TRUE(m_study.file->saveSettings({{"data", GetParam().first}}).ok());
    }

    test::MeasuredStudy m_study;
    test::NotingRunner m_runner;
    Session m_session{m_runner.runner()};
    MainWindow m_window{m_session};
};

} // namespace

TEST_P(TaskWords, NoViewSaysAccuracyAndThoseThatMeasureNameTheMetric)
{
    QSignalSpy opened(&m_session, &Session::opened);
    m_session.open(m_study.path());
    ASSERT_TRUE(opened.count() > 0 || opened.wait(10000));
    m_window.resize(1440, 900);
    m_window.show();
    for (const ViewInfo& view : kViews) {
        if (view.view == View::Start) continue; // other studies may stand there
        m_window.showView(view.view);
        QTest::qWait(300);
        const QStringList said = wordsOf(*m_window.page(view.view));
        EXPECT_TRUE(said.filter(QStringLiteral("accura"), Qt::CaseInsensitive).isEmpty())
            << view.icon << ": " << said.filter(QStringLiteral("accura"), Qt::CaseInsensitive).join(QStringLiteral(" | ")).toStdString();
        const bool measures = view.view != View::Model && view.view != View::Sensitivity;
        EXPECT_EQ(!said.filter(QString::fromUtf8(GetParam().second), Qt::CaseInsensitive).isEmpty(), measures) << view.icon;
    }
}

INSTANTIATE_TEST_SUITE_P(Tasks, TaskWords,
    testing::Values(std::pair("segmentation:/data/camvid", "mIoU"), std::pair("images:/data/coco", "output agreement")));

} // namespace halftone
