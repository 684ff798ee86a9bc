// The words for the metric by which a study's network is judged; the only place where a task becomes words in the window.
#pragma once

#include <QString>

#include "core/data/task.h"

namespace halftone {

struct StudyOverview;

// Every metric is a share of one, shown in percent.
struct MetricWords {
    QString title; // heads an axis or a row: "Accuracy", "mIoU", "Output agreement"
    QString column; // the same where room is short: "Agreement"
    QString name; // inside a sentence: "accuracy"
    QString test; // "Test accuracy"
    QString meaning; // of a value measured on test images, without a full stop
    QString trainColumn, trainMeaning; // what is counted on the training images while they are learnt
    QString loss, lossMeaning; // what training lowers: "cross-entropy"; and the loss on the test images
    QString asGood; // "As accurate as full precision."
    QString tryCaption, tryHint; // of one image that is tried
    QString same, sameMeaning; // what two networks are compared by, image by image
};
const MetricWords& metricWords(Task task);
const MetricWords& metricWords(const StudyOverview* study); // of classification where none is open

} // namespace halftone
