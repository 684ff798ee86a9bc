// Scores of the pretrained network from some training images, without training: HAWQ-v3 and output divergence.
#pragma once

#include "core/studies/scoring.h"

namespace halftone {

struct PretrainedScoring {
    Study& study;
    const Dataset& data;
    const ScoreOptions& options;
    std::string key; // of the scores: what is kept before all are there stands under it
    const TaskContext& task;
};
Result<SensitivityReport> scoreHawq(const PretrainedScoring& work);
// Keeps every group as it ends and goes on with the missing ones.
Result<SensitivityReport> scoreDivergence(const PretrainedScoring& work);

// How many training images they read: those asked for, or else 512; of large images for other tasks than classification
// fewer, 2^22 pixels together. Never more than there are.
std::int64_t imagesOfScoring(const ScoreOptions& options, const Dataset& data);
// Of everything that such scores depend on, beside the metric and the options.
std::string pretrainedKey(const Study& study, const Dataset& data);

} // namespace halftone
