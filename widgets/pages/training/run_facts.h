// What the training view says of a run: its name, seed, epochs and state, told from the study's records.
#pragma once

#include <QDateTime>
#include <QString>
#include <map>
#include <optional>
#include <vector>

#include "core/studies/study_overview.h"
#include "core/training/training_recipe.h"

namespace halftone {

struct RunFacts {
    std::int64_t id = 0;
    QString key;
    QString name; // "eagl75", "all 4 bit", "base 4 bit", "alps 65 %"
    QString title; // the name, with the seed where several runs share it: "alps75, seed 2"
    QString kind; // "fine-tune", "base", "frontier", "from scratch"
    QString metric; // that chose the assignment ("eagl"); empty: nobody knows
    std::optional<TrainingRecipe> recipe; // none when the record does not hold one
    std::int64_t seed = 0; // as given to the command: the recipe's less the study's
    std::int64_t epochs = 0; // planned
    std::int64_t epochsDone = 0;
    Task task = Task::Classification; // of the study
    std::optional<double> accuracy; // by the task's metric: a fraction, of a finished run
    RunState state = RunState::Running;
    QString message;
    bool canGoOn = false; // from a checkpoint
    QDateTime started;
    double wallSeconds = 0;
    BitAssignment bits;
    QString evaluatedOn; // "test images", "held-back training images"
    bool isFromPretrained = false; // and not from a base network or from random weights
    double heldBack = 0; // fraction of the training images
    bool operator==(const RunFacts&) const = default;
};

// Newest first. `epochsDone`: by run id, for those that are not finished. `before`: facts of the same study, whose recipes are
// not read again; a study may have a thousand runs.
std::vector<RunFacts> runFacts(const StudyOverview& study, const std::map<std::int64_t, std::int64_t>& epochsDone,
    const std::vector<RunFacts>& before = {});
const RunFacts* findRun(const std::vector<RunFacts>& runs, const QString& key); // null: none of that key

// "LSQ", and what differs from the usual: "LSQ of the paper", "full precision".
QString methodText(const RunFacts& run);
// The arguments of the command that makes this run again or goes on with it; empty when it cannot be given by the window's means.
std::vector<std::string> argumentsOf(const RunFacts& run, const StudyOverview& study);

} // namespace halftone
