// What the networks said of a tried image, read from the document that `classify` answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QByteArray>
#include <QImage>
#include <QStringList>

#include "core/base/result.h"
#include "core/data/task.h"

namespace halftone {

// One network's answer.
struct TriedAnswer {
    QString name; // "Full precision", "eagl75, from the file", "The labels"
    std::vector<std::pair<QString, double>> top; // class and probability (of segmentation: share of the pixels), falling
    std::vector<int> topClasses; // indices of the same
    QByteArray map; // segmentation: the class of every pixel
    std::optional<double> right; // segmentation of a test image: share of the pixels with a class that get it
    std::optional<double> alike; // as in full precision; none: not told, or it is full precision
    std::optional<double> signalToNoiseDb; // raw outputs; none: exactly equal
};
struct TriedAnswers {
    Task task = Task::Classification;
    QString label; // the right class; empty: not known
    bool agree = true;
    QImage seen; // what the networks saw; null: not told
    QSize size; // of it, and of maps
    QStringList classNames; // segmentation
    QString output; // shape of raw outputs: "95×22×22"
    int testImages = 0; // 0: not told
    std::vector<TriedAnswer> answers; // full precision first, the labels of a segmented test image last
};
Result<TriedAnswers> triedAnswersOf(const std::string& json);

} // namespace halftone
