// Each task has words of its own, and none is left empty.
#include "widgets/format/metric_words.h"

#include <gtest/gtest.h>

#include "core/studies/study_overview.h"

namespace halftone {
namespace {

TEST(MetricWords, NameTheMetricOfEachTask)
{
    EXPECT_EQ(metricWords(Task::Classification).test, QStringLiteral("Test accuracy"));
    EXPECT_EQ(metricWords(Task::Segmentation).test, QStringLiteral("Test mIoU"));
    EXPECT_EQ(metricWords(Task::Outputs).test, QStringLiteral("Test output agreement"));
}

TEST(MetricWords, AreAllThereAndOnlyClassificationSpeaksOfAccuracy)
{
    for (const Task task : {Task::Classification, Task::Segmentation, Task::Outputs}) {
        const MetricWords& w = metricWords(task);
        for (const QString* words : {&w.title, &w.column, &w.name, &w.test, &w.meaning, &w.trainColumn, &w.trainMeaning, &w.loss, &w.lossMeaning,
                 &w.asGood, &w.tryCaption, &w.tryHint, &w.same, &w.sameMeaning}) {
            EXPECT_FALSE(words->isEmpty());
            const bool isOfClasses = words->contains(QStringLiteral("accura"), Qt::CaseInsensitive);
            EXPECT_TRUE(task == Task::Classification || !isOfClasses) << words->toStdString();
        }
    }
}

TEST(MetricWords, AreThoseOfTheOpenStudy)
{
    StudyOverview study;
    study.task = Task::Segmentation;
    EXPECT_EQ(metricWords(&study).title, QStringLiteral("mIoU"));
    EXPECT_EQ(metricWords(nullptr).title, QStringLiteral("Accuracy"));
}

} // namespace
} // namespace halftone
