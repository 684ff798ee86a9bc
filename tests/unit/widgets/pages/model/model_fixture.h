// A study with scores and an answering engine, and a Model page on it, for the tests of that page.
#pragma once

#include <atomic>
#include <mutex>

#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include "tests/unit/widgets/study_fixture.h"
#include "widgets/pages/model/model_page.h"
#include "widgets/theme/theme_host.h"

namespace halftone::test {

// What `inspect --layer` answers: a histogram that falls from zero, with the levels of three widths.
std::string inspectAnswer(const std::string& layer);

class ModelFixture {
public:
    explicit ModelFixture(const std::string& architecture = "fashion_resnet8")
        : study(architecture)
        , session([this](const std::vector<std::string>& arguments, const TaskContext&) { return answer(arguments); })
    {
        ThemeHost::install(*qApp, ThemeKind::Light);
        study.addScores("eagl");
        study.addScores("alps", 2);
    }
    // Opens the study and waits for the page's drawing.
    void open(ModelPage& page)
    {
        QSignalSpy drawn(&page.graph(), &GraphCard::drawn);
        session.open(study.path());
        ASSERT_TRUE(QTest::qWaitFor([&] { return drawn.count() > 0; }, 10000));
    }
    int layerNamed(const char* name) const
    {
        for (std::size_t i = 0; i < study.table.layers.size(); ++i)
            if (study.table.layers[i].name == name) return static_cast<int>(i);
        ADD_FAILURE() << "no layer " << name;
        return -1;
    }
    GroupIndex groupOf(const char* name) const { return study.table.layers[static_cast<std::size_t>(layerNamed(name))].group; }

    TemporaryStudy study;
    std::mutex mutex;
    std::vector<std::vector<std::string>> asked; // under the mutex
    std::atomic<bool> fails = false;
    Session session; // last: its threads use the others

private:
    Result<std::string> answer(const std::vector<std::string>& arguments)
    {
        const std::lock_guard lock(mutex);
        asked.push_back(arguments);
        if (fails) return Error{ErrorCode::Failed, "The images are gone; put them back."};
        return inspectAnswer(arguments.size() > 3 ? arguments[3] : "");
    }
};

} // namespace halftone::test
