// What a study file holds, as plain structs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/file_io.h"
#include "core/graph/named_grids.h"
#include "core/sensitivity/group_scores.h"

namespace halftone {

// Times are seconds since 1970, UTC. Where a record is saved with time 0, the store puts the present time.
// Fields that end in Json must hold a JSON text when they are saved.

// Small facts about the study by name: seed, architecture, data reference, preset, levels, code version ...
using StudySettings = std::map<std::string, std::string>;

// The network that the study is about. One a study.
struct StudyModel {
    std::string networkText; // core/graph/network_text.h
    Bytes weights; // core/formats/safetensors.h
    std::string fileName; // where it came from
    std::string contentHash; // of networkText, weights and grids; filled in when loaded
    NamedGrids grids; // that the file's weights and activations were on; none unless it was quantized
    bool operator==(const StudyModel&) const = default;
};

struct NewStudy {
    StudySettings settings;
    std::optional<StudyModel> model;
};

struct ScoreRecord {
    std::string key; // content key of everything that made the scores
    SensitivityReport report;
    std::string provenanceJson = "{}";
    std::int64_t createdAt = 0;
    bool operator==(const ScoreRecord&) const = default;
};

// One group of a score that is still being made (ALPS trains once a group).
struct GroupScoreRecord {
    GroupScore score;
    std::string detailJson = "{}";
    bool operator==(const GroupScoreRecord&) const = default;
};

struct AssignmentRecord {
    std::string name;
    std::string bits; // toText(BitAssignment)
    std::string howJson = "{}"; // how it was chosen: metric, cost axis, budget, levels, pins
    std::int64_t createdAt = 0;
    bool operator==(const AssignmentRecord&) const = default;
};

enum class RunState { // the numbers are stored
    Running = 0, // also what a crash leaves: it can be resumed from its checkpoint
    Finished = 1,
    Failed = 2,
    Stopped = 3,
};

struct RunMetrics {
    double loss = 0;
    double trainMetric = 0; // fraction
    std::optional<double> testMetric; // fraction
    std::int64_t trainSamples = 0;
    std::int64_t testSamples = 0;
    bool operator==(const RunMetrics&) const = default;
};

struct RunRecord {
    std::int64_t id = 0; // given by startRun
    std::string key; // content key; one run a key
    std::string kind; // "fine-tune", "alps", "frontier", "base", "from scratch"
    std::string assignmentBits;
    std::string optionsJson = "{}";
    std::string provenanceJson = "{}";
    RunState state = RunState::Running;
    std::string message; // why it failed, or something the person should know
    std::int64_t startedAt = 0;
    std::int64_t finishedAt = 0; // 0 while it runs
    double wallSeconds = 0;
    double cpuSeconds = 0;
    std::optional<RunMetrics> metrics;
    bool hasCheckpoint = false;
    bool hasWeights = false;
    bool operator==(const RunRecord&) const = default;
};

// Which runs to list; what is empty matches all.
struct RunFilter {
    std::string kind;
    std::optional<RunState> state;
    std::string assignmentBits;
};

struct EpochRecord {
    int epoch = 0; // from 1
    double loss = 0;
    double trainMetric = 0; // fraction
    std::optional<double> testMetric; // fraction; not every epoch is evaluated
    double learningRate = 0; // at the epoch's end
    double seconds = 0;
    bool operator==(const EpochRecord&) const = default;
};

struct LossPoint {
    std::int64_t step = 0; // optimiser steps since the run began
    double loss = 0;
    bool operator==(const LossPoint&) const = default;
};

// A point of one of a run's named curves ("loss", "test accuracy", "weight step layer1.0.conv1").
struct SeriesPoint {
    double epoch = 0; // since the run began; 1.5 is the middle of the second epoch
    double value = 0;
    bool operator==(const SeriesPoint&) const = default;
};
using SeriesByName = std::map<std::string, std::vector<SeriesPoint>>;

// How a run ended.
struct RunOutcome {
    RunState state = RunState::Finished;
    std::string message;
    double wallSeconds = 0;
    double cpuSeconds = 0;
    std::optional<RunMetrics> metrics;
    std::optional<Bytes> weights;
    bool keepCheckpoint = false; // of a finished run; others keep theirs anyway
};

// One run of a comparison of selection methods.
struct FrontierPoint {
    std::string comparisonKey;
    std::string metric; // or the baseline's name
    double budget = 0; // fraction
    std::int64_t seed = 0;
    std::int64_t runId = 0;
    std::string costsJson = "{}"; // per cost axis
    bool operator==(const FrontierPoint&) const = default;
};

struct ExportRecord {
    std::int64_t id = 0; // given by saveExport
    std::string fileName;
    std::string format; // "onnx-qdq"
    std::string assignmentName;
    std::string fileHash;
    std::string verdictJson = "{}";
    bool passed = false;
    std::int64_t createdAt = 0;
    bool operator==(const ExportRecord&) const = default;
};

enum class JobState { // the numbers are stored
    Waiting = 0,
    Running = 1, // also what a crash leaves
    Paused = 2,
    Done = 3,
    Failed = 4,
    Stopped = 5,
};

// A command that waits its turn, runs, or has run on this study.
struct JobRecord {
    std::int64_t id = 0; // given by saveJob; never used again
    double position = 0; // jobs go in this order
    std::vector<std::string> arguments; // of the command line, after the program's name
    std::string title; // for people: "Fine-tune eagl75"
    JobState state = JobState::Waiting;
    std::string message; // why it failed
    std::int64_t createdAt = 0;
    std::int64_t startedAt = 0; // 0: not yet
    std::int64_t finishedAt = 0; // 0: not yet
    bool operator==(const JobRecord&) const = default;
};

struct CheckReport {
    std::vector<std::string> findings; // one sentence each; empty: the file is sound
    std::int64_t blobs = 0; // how many were read and compared with their hash
    std::int64_t blobBytes = 0;
    bool sound() const { return findings.empty(); }
};

} // namespace halftone
