// Studies for tests of views: a small real network with made-up scores, runs and exports, in a folder that goes away.
#pragma once

#include <filesystem>
#include <string>

#include <QString>
#include <QTemporaryDir>

#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/store/study_file.h"
#include "widgets/session/session.h"

namespace halftone::test {

// A study file of `architecture` with random weights.
class TemporaryStudy {
public:
    explicit TemporaryStudy(const std::string& architecture = "cifar_resnet20")
    {
        Network network = *buildArchitecture(architecture);
        initialiseParameters(network, 1);
        table = layerTable(network);
        auto made = StudyFile::create(path().toStdString(),
            {.settings = {{"architecture", architecture}, {"data", "cifar10:/data/cifar10"}, {"seed", "0"},
                 {"import", R"({"format":"PyTorch zip","wrappers":"","matched":124,"summary":"124 of 124 keys matched"})"}},
                .model = StudyModel{.networkText = toText(network),
                    .weights = writeSafeTensors(stateDict(network)),
                    .fileName = architecture + ".th",
                    .contentHash = {}}});
        if (made.ok()) file = std::make_unique<StudyFile>(std::move(*made));
    }
    QString path() const { return m_folder.filePath(QStringLiteral("study.halftone")); }
    QString folder() const { return m_folder.path(); }

    // Gains that fall from the first group to the last, one group without a score.
    void addScores(const std::string& metric, int withoutScore = -1)
    {
        SensitivityReport report{.metric = metric, .unit = metric == "eagl" ? "bits of entropy" : "training loss", .cpuSeconds = 2};
        for (std::size_t i = 0; i < table.groups.size(); ++i) {
            if (table.groups[i].edge) continue;
            const bool scored = static_cast<int>(i) != withoutScore;
            report.groups.push_back({.group = GroupIndex(static_cast<std::int64_t>(i)),
                .gain = scored ? 3.5 - 0.1 * static_cast<double>(i) : 0,
                .scored = scored,
                .reason = scored ? "" : "the loss became NaN"});
        }
        static_cast<void>(file->saveScores({.key = "scores of " + metric, .report = report}));
    }

    LayerTable table;
    std::unique_ptr<StudyFile> file;

private:
    QTemporaryDir m_folder;
};

} // namespace halftone::test
