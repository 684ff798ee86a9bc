// The verdict on an exported file, as the study keeps it, and in words.
#pragma once

#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/data/task.h"
#include "core/store/study_records.h"

namespace halftone {

struct VerdictBatch {
    std::int64_t size = 0, images = 0;
    double fileAccuracy = 0, networkAccuracy = 0, agreement = 0; // fractions
};
struct VerdictLayer {
    QString layer;
    double signalToNoise = 0; // dB; infinite: exactly equal
};
struct StoredVerdict {
    Task task = Task::Classification; // of the study
    bool passed = false;
    QStringList reasons;
    QStringList warnings; // what other programs do to the file by default
    QString assignment, weights;
    std::vector<VerdictBatch> batches;
    std::vector<VerdictLayer> layers;
    QString worstLayer;
    double worstSignalToNoise = 0;
    double fileBytes = 0;
    double smallestAgreement = 0, largestAccuracyDrop = 0, smallestSignalToNoise = 0; // limits
    const VerdictBatch* largestBatch() const; // the one over the most images; null: none
};
// None when the record's text is no verdict.
std::optional<StoredVerdict> verdictOf(const ExportRecord& record, Task task);

struct VerdictRow {
    QString label, value, tip;
    bool good = true;
};
// One row for each thing that was checked.
std::vector<VerdictRow> rowsOf(const StoredVerdict& verdict);
// "verified", or the first reason.
QString shortVerdict(const StoredVerdict& verdict);
// All of it as text, for the clipboard.
QString reportText(const ExportRecord& record, const StoredVerdict& verdict);
QString formatName(const std::string& format); // "ONNX QDQ"

} // namespace halftone
