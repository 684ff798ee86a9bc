// Training runs of a study: cached by content, resumed where they stopped. Fine-tunes, bases and frontier points are these.
#pragma once

#include <memory>
#include <string>

#include "core/studies/study.h"
#include "core/training/training_recipe.h"

namespace halftone {

class TeacherAnswers; // core/training/teacher_answers.h

// Where a run's weights come from.
struct RunStart {
    enum class Kind { Pretrained, Random, Run };
    Kind kind = Kind::Pretrained;
    std::string runKey; // of Kind::Run: a finished run's
};

struct RunRequest {
    std::string kind = "fine-tune"; // shown in lists: "fine-tune", "base", "frontier", "from scratch"
    BitAssignment assignment;
    TrainingRecipe recipe;
    RunStart start;
    double holdBackFraction = 0; // of the training images: kept from training and evaluated on INSTEAD of the test images
    bool evaluateEveryEpoch = false;
    bool resume = true; // go on from a checkpoint when there is one
    std::string label; // for progress
    std::shared_ptr<TeacherAnswers> teacher; // shared by runs over the same data and batches; empty: the run makes its own
};

struct RunReport {
    RunRecord run;
    std::vector<EpochRecord> epochs;
    bool fromCache = false;
    Task task = Task::Classification;
    double value = 0; // the task's metric, a fraction
    std::int64_t correct = 0, count = 0; // on the evaluated images; `correct` is 0 when single images are not right or wrong
    std::string evaluatedOn; // "test" or "held-back training images"
};

std::string runKey(const Study& study, const Dataset& data, const RunRequest& request);
// Trains, evaluates and stores; or answers what is stored. Errors: Cancelled keeps what is finished; Failed is stored as such.
Result<RunReport> runTraining(Study& study, const RunRequest& request, const TaskContext& task = {});

struct FinetuneOptions {
    std::string assignment; // saved name, "fp32", "4" ...
    TrainingRecipe recipe = defaultRecipe();
    bool fromScratch = false; // random weights
    bool fromBase = false; // from the trained base network instead of the pretrained weights
    std::int64_t baseEpochs = 5;
    double holdBackFraction = 0;
    bool restart = false; // forget an unfinished run of the same key
};
// The full-precision network of the study as a teacher that several runs may share.
Result<std::shared_ptr<TeacherAnswers>> makeTeacher(const Study& study);

Result<RunReport> finetune(Study& study, const FinetuneOptions& options, const TaskContext& task = {});
// The run that it would train; a base network that is not there yet is named, not made.
Result<RunRequest> finetuneRequest(Study& study, const FinetuneOptions& options, const TaskContext& task = {});

struct BaseOptions {
    int bits = 4;
    std::int64_t epochs = 5;
    TrainingRecipe recipe = defaultRecipe();
};
// The trained network at the higher width that EAGL reads and ALPS and the frontier start from.
Result<RunReport> ensureBase(Study& study, const BaseOptions& options, const TaskContext& task = {});
RunRequest baseRequest(const Study& study, const BaseOptions& options);

struct EvaluateOptions {
    std::string assignment = "fp32";
    std::int64_t limit = 0; // first images of the split; 0: all
    std::string split = "test"; // of splitOf()
    std::string engine = "torch";
};
struct EvaluateReport {
    std::string metric = "top-1"; // metricOf(task).name
    Task task = Task::Classification;
    double value = 0; // fraction
    std::int64_t correct = 0, count = 0; // images, or pixels that have a class; raw outputs: none is correct
    std::int64_t images = 0;
    struct ClassRatio {
        std::string name;
        std::optional<double> value; // intersection over union; nothing when the class does not occur
    };
    std::vector<ClassRatio> classes; // segmentation alone
    double loss = 0;
    std::string weights; // "pretrained", "fine-tuned (run 3)", "pretrained, calibrated but not fine-tuned"
};
Result<EvaluateReport> evaluateStudy(Study& study, const EvaluateOptions& options, const TaskContext& task = {});

} // namespace halftone
