// A training page over a made-up study, in a window of the smallest supported size.
#pragma once

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "../made_study.h"
#include "widgets/controls/push_button.h"
#include "widgets/pages/training/history_list.h"
#include "widgets/pages/training/queue_panel.h"
#include "widgets/pages/training/training_page.h"
#include "widgets/session/session.h"

namespace halftone {

class TrainingPageTest : public testing::Test {
protected:
    TrainingPageTest()
        : engine(study.table())
    {
        study.addAssignment("eagl75", study.someBits(0));
        study.addAssignment("alps65", study.someBits(3), "alps");
    }

    void open()
    {
        session = std::make_unique<Session>(engine.runner());
        page = std::make_unique<TrainingPage>(*session);
        page->resize(1208, 720);
        page->show();
        QSignalSpy opened(session.get(), &Session::opened);
        session->open(QString::fromStdString(study.path().string()));
        ASSERT_TRUE(opened.wait(5000));
    }
    void TearDown() override
    {
        page.reset();
        session.reset();
    }

    template <typename Widget> Widget* find(const char* name) const { return page->findChild<Widget*>(QLatin1String(name)); }
    void click(const char* name) const
    {
        auto* button = find<QAbstractButton>(name);
        ASSERT_NE(button, nullptr) << name;
        QTest::mouseClick(button, Qt::LeftButton);
    }
    std::int64_t startRun(const QString& assignment, int epochs = 3) const
    {
        return session->enqueue({QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), assignment,
                                    QStringLiteral("--epochs"), QString::number(epochs), QStringLiteral("--seed"), QStringLiteral("0")},
            QStringLiteral("Fine-tune ") + assignment);
    }
    QueueRow* row(std::int64_t id) const { return page->findChild<QueuePanel*>()->row(id); }
    JobState stateOf(std::int64_t id) const
    {
        for (const auto& job : session->jobs())
            if (job.id == id) return job.state;
        return JobState::Done;
    }
    bool waitForState(std::int64_t id, JobState state) const
    {
        return QTest::qWaitFor([&] { return stateOf(id) == state; }, 5000);
    }
    CurveChart& chart(RunCharts::Kind kind) const { return *page->charts().chart(kind); }

    MadeStudy study;
    MadeEngine engine;
    std::unique_ptr<Session> session;
    std::unique_ptr<TrainingPage> page;
};

} // namespace halftone
