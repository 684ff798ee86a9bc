// The real window with the real engine on the bundled network: what the tests of the whole job share.
#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/engine_loader.h"
#include "app/resources_folder.h"
#include "widgets/shell/main_window.h"
#include "widgets/theme/theme_host.h"

namespace halftone::test {

inline constexpr int kLongMs = 400000; // two cores, other tests beside

class WholeJob : public testing::Test {
protected:
    void SetUp() override
    {
        if (!ThemeHost::installed()) ThemeHost::install(*qApp, ThemeKind::Light);
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8()); // where the demo's study goes
        openWindow();
    }
    // A session and a window of their own, as the program starts; the ones before have ended.
    void openWindow()
    {
        const auto engine = loadEngine(HALFTONE_ENGINE, {.resources = findResources()});
        ASSERT_TRUE(engine.ok()) << engine.error().message;
        m_window.reset();
        m_session = std::make_unique<Session>(*engine);
        m_window = std::make_unique<MainWindow>(*m_session);
        m_window->resize(1440, 900);
        m_window->show();
        m_window->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(m_window.get()));
    }

    // A small study: a part of the bundled data would need files of its own, so it is the demo's.
    void openDemo()
    {
        bool made = false;
        std::string why;
        m_session->ask({QStringLiteral("new"), path(), QStringLiteral("--model"), QStringLiteral("zoo:fashion_resnet8"),
                           QStringLiteral("--data"), QStringLiteral("fashion-mnist")},
            m_window.get(), [&](const Result<std::string>& answer) {
                made = true;
                if (!answer.ok()) why = answer.error().message;
            });
        ASSERT_TRUE(QTest::qWaitFor([&] { return made; }, kLongMs));
        ASSERT_EQ(why, "");
        openStudy(path());
    }
    void openStudy(const QString& study)
    {
        QSignalSpy opened(m_session.get(), &Session::opened);
        m_session->open(study);
        ASSERT_TRUE(opened.count() > 0 || opened.wait(10000));
    }
    QString path() const { return m_folder.filePath(QStringLiteral("demo.halftone")); }

    template <typename Widget> Widget* find(View view, const char* name)
    {
        m_window->showView(view);
        return m_window->page(view)->findChild<Widget*>(QString::fromUtf8(name));
    }

    // Until nothing waits and nothing runs; the study has been read anew after the last job.
    ::testing::AssertionResult workIsDone()
    {
        const auto idle = [&] {
            if (m_session->currentJob()) return false;
            for (const JobRecord& job : m_session->jobs())
                if (job.state == JobState::Waiting || job.state == JobState::Running) return false;
            return true;
        };
        if (!QTest::qWaitFor(idle, kLongMs)) return ::testing::AssertionFailure() << "the work did not end in time";
        for (const JobRecord& job : m_session->jobs())
            if (job.state != JobState::Done) return ::testing::AssertionFailure() << job.title << ": " << job.message;
        QTest::qWait(300);
        return ::testing::AssertionSuccess();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace halftone::test
