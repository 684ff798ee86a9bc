// The three sets of words.
#include "widgets/format/metric_words.h"

#include <QCoreApplication>

#include "core/studies/study_overview.h"

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("MetricWords", text); }

MetricWords wordsOfClasses()
{
    return {.title = tr("Accuracy"),
        .column = tr("Accuracy"),
        .name = tr("accuracy"),
        .test = tr("Test accuracy"),
        .meaning = tr("Share of the test images that get the right class"),
        .trainColumn = tr("Train, %"),
        .trainMeaning = tr("Share of the augmented training images classified right in the last epoch."),
        .loss = tr("cross-entropy"),
        .lossMeaning = tr("Cross-entropy on the test images, first seed."),
        .asGood = tr("As accurate as full precision."),
        .tryCaption = tr("drop one here · top 5, %"),
        .tryHint = tr("Its classes by the full-precision network and by the exported one stand here side by side."),
        .same = tr("Same prediction"),
        .sameMeaning = tr("Images that get the same class from the study's network and from the file")};
}

MetricWords wordsOfPixels()
{
    return {.title = tr("mIoU"),
        .column = tr("mIoU"),
        .name = tr("mIoU"),
        .test = tr("Test mIoU"),
        .meaning = tr("Intersection over union of each class on all pixels of the test images, mean of the classes"),
        .trainColumn = tr("Train pixels, %"),
        .trainMeaning = tr("Share of the training images' pixels that got the right class in the last epoch; void is not counted."),
        .loss = tr("cross-entropy of the pixels"),
        .lossMeaning = tr("Cross-entropy of the test images' pixels, first seed."),
        .asGood = tr("As good as full precision."),
        .tryCaption = tr("drop one here · class of each pixel"),
        .tryHint = tr("The class of each pixel by the full-precision network and by the exported one stands here side by side."),
        .same = tr("Same class of pixels"),
        .sameMeaning = tr("Pixels that get the same class from the study's network and from the file")};
}

MetricWords wordsOfOutputs()
{
    return {.title = tr("Output agreement"),
        .column = tr("Agreement"),
        .name = tr("output agreement"),
        .test = tr("Test output agreement"),
        .meaning = tr("One less the noise over signal of the raw outputs on the test images, against the full-precision network's"),
        .trainColumn = tr("Train, %"),
        .trainMeaning = tr("Agreement of the outputs on the training images in the last epoch."),
        .loss = tr("noise over signal of the outputs"),
        .lossMeaning = tr("Noise over signal of the outputs on the test images, first seed."),
        .asGood = tr("Equal to full precision."),
        .tryCaption = tr("drop one here · raw outputs"),
        .tryHint = tr("How near the exported network's raw outputs come to those of full precision stands here."),
        .same = tr("Agreement of the outputs"),
        .sameMeaning = tr("One less the noise over signal of the file's outputs, against the study's network's")};
}

} // namespace

const MetricWords& metricWords(Task task)
{
    static const MetricWords kClasses = wordsOfClasses(), kPixels = wordsOfPixels(), kOutputs = wordsOfOutputs();
    switch (task) {
    case Task::Segmentation:
        return kPixels;
    case Task::Outputs:
        return kOutputs;
    case Task::Classification:
        break;
    }
    return kClasses;
}

const MetricWords& metricWords(const StudyOverview* study) { return metricWords(study ? study->task : Task::Classification); }

} // namespace halftone
