// Reads verdicts and says them.
#include "widgets/pages/export/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <nlohmann/json.hpp>

#include "core/export/export_formats.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"

namespace halftone {

namespace {

using Json = nlohmann::json;

QString tr(const char* text) { return QCoreApplication::translate("Verdict", text); }

// Numbers that are not finite are null in the text.
double number(const Json& object, const char* name, double otherwise = 0)
{
    const auto found = object.find(name);
    if (found == object.end()) return otherwise;
    return found->is_number() ? found->get<double>() : found->is_null() ? std::numeric_limits<double>::infinity() : otherwise;
}

QString word(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

const Json& list(const Json& object, const char* name)
{
    static const Json none = Json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : none;
}

QStringList sentences(const Json& object, const char* name)
{
    QStringList found;
    for (const Json& sentence : list(object, name))
        if (sentence.is_string()) found << QString::fromStdString(sentence.get<std::string>());
    return found;
}

QString noiseText(double decibel) { return std::isinf(decibel) ? tr("exactly equal") : decibelText(decibel); }

// Whole images are counted; shares of pixels and of outputs stay shares.
QString sameText(const VerdictBatch& batch, Task task)
{
    if (task != Task::Classification) return percentText(batch.agreement, 2);
    return tr("%1 of %2").arg(wholeText(std::llround(batch.agreement * static_cast<double>(batch.images))), wholeText(batch.images));
}

} // namespace

const VerdictBatch* StoredVerdict::largestBatch() const
{
    const auto largest = std::ranges::max_element(batches, {}, &VerdictBatch::images);
    return largest == batches.end() ? nullptr : &*largest;
}

std::optional<StoredVerdict> verdictOf(const ExportRecord& record, Task task)
{
    const Json json = Json::parse(record.verdictJson, nullptr, false);
    if (!json.is_object() || !json.contains("verdict")) return std::nullopt;
    StoredVerdict verdict{.task = task, .passed = record.passed};
    verdict.reasons = sentences(json, "reasons");
    verdict.warnings = sentences(json, "warnings");
    verdict.assignment = word(json, "assignment");
    verdict.weights = word(json, "weights");
    for (const Json& batch : list(json, "batches")) {
        if (!batch.is_object()) continue;
        verdict.batches.push_back({static_cast<std::int64_t>(number(batch, "batchSize")), static_cast<std::int64_t>(number(batch, "images")),
            number(batch, "fileAccuracy"), number(batch, "networkAccuracy"), number(batch, "agreement")});
    }
    for (const Json& layer : list(json, "layers"))
        if (layer.is_object()) verdict.layers.push_back({word(layer, "layer"), number(layer, "signalToNoiseDb")});
    verdict.worstLayer = word(json, "worstLayer");
    verdict.worstSignalToNoise = number(json, "worstSignalToNoiseDb");
    verdict.fileBytes = number(json, "fileBytes");
    const auto limits = json.find("limits");
    if (limits != json.end() && limits->is_object()) {
        verdict.smallestAgreement = number(*limits, "smallestAgreement");
        verdict.largestAccuracyDrop = number(*limits, "largestAccuracyDrop");
        verdict.smallestSignalToNoise = number(*limits, "smallestSignalToNoiseDb");
    }
    return verdict;
}

std::vector<VerdictRow> rowsOf(const StoredVerdict& verdict)
{
    const MetricWords& words = metricWords(verdict.task);
    std::vector<VerdictRow> rows;
    if (const VerdictBatch* all = verdict.largestBatch()) {
        const bool good = all->networkAccuracy - all->fileAccuracy <= verdict.largestAccuracyDrop;
        const QString sign = all->networkAccuracy == all->fileAccuracy ? QStringLiteral("=") : QStringLiteral("→");
        rows.push_back({tr("%1, study and file").arg(words.title),
            QStringLiteral("%1 %2 %3").arg(percentText(all->networkAccuracy, 2), sign, percentText(all->fileAccuracy, 2)),
            tr("%1: by the study's own network, and by the file read back. It may fall by %2 points.")
                .arg(words.meaning, numberText(100 * verdict.largestAccuracyDrop, 1)),
            good});
    }
    for (const VerdictBatch& batch : verdict.batches)
        rows.push_back({tr("%1, batch %2").arg(words.same).arg(batch.size), sameText(batch, verdict.task),
            tr("%1; at least %2 must be.").arg(words.sameMeaning, percentText(verdict.smallestAgreement, 0)),
            batch.agreement >= verdict.smallestAgreement});
    rows.push_back({tr("Lowest signal to noise"), tr("%1, gate %2").arg(noiseText(verdict.worstSignalToNoise), QStringLiteral("%1 dB").arg(numberText(verdict.smallestSignalToNoise, 0))),
        tr("Power of a layer's output in the study over the power of its difference in the file. Lowest in %1.").arg(verdict.worstLayer),
        verdict.worstSignalToNoise >= verdict.smallestSignalToNoise});
    rows.push_back({tr("Size of the file"), sizeText(verdict.fileBytes), tr("Bytes on the disk."), true});
    return rows;
}

QString shortVerdict(const StoredVerdict& verdict)
{
    if (verdict.passed) return tr("verified");
    return verdict.reasons.isEmpty() ? tr("does not match") : verdict.reasons.front();
}

QString reportText(const ExportRecord& record, const StoredVerdict& verdict)
{
    QStringList lines;
    lines << QStringLiteral("%1, %2").arg(QString::fromStdString(record.fileName), formatName(record.format));
    lines << tr("Assignment %1, %2").arg(verdict.assignment, verdict.weights);
    lines << (verdict.passed ? tr("The file gives what the study promised.") : tr("The file does not match."));
    lines << verdict.reasons << verdict.warnings;
    for (const VerdictRow& row : rowsOf(verdict)) lines << QStringLiteral("%1: %2").arg(row.label, row.value);
    lines << tr("Content hash: %1").arg(QString::fromStdString(record.fileHash));
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString formatName(const std::string& format)
{
    const auto known = findExportFormat(format); // a study of a newer version may name others
    return known.ok() ? QString::fromUtf8((*known)->label.data(), static_cast<qsizetype>((*known)->label.size()))
                      : QString::fromStdString(format);
}

} // namespace halftone
