// What the study's networks say of one image, side by side: its class, the class of every pixel, or how near raw outputs come.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/studies/study.h"

namespace halftone {

struct ClassProbability {
    std::string name;
    std::int64_t index = 0; // of the class
    double probability = 0; // of segmentation the share of the pixels
};
struct ImageAnswer {
    std::string name; // the assignment's, or the file's
    std::string weights; // "pretrained", "fine-tuned (run 3)", "as written in the file"
    std::string file; // empty for the study's own networks
    std::vector<ClassProbability> top; // at most five, falling; none of raw outputs
    std::vector<std::uint8_t> map; // segmentation: the class of every pixel, row by row; classNames.size(): none of them
    std::optional<double> right; // segmentation of a test image: share of the pixels with a class that get it
    // As in full precision: share of the pixels, or 1 - noise over signal of raw outputs. Nothing for classes of images and for
    // full precision itself.
    std::optional<double> alike;
    std::optional<double> signalToNoiseDb; // raw outputs, against full precision; nothing when equal
};
struct ImageAnswers {
    std::string image;
    std::int64_t width = 0, height = 0; // of the file
    Shape input; // what the networks saw
    std::vector<std::uint8_t> pixels; // that image before it is normalised: channels, rows, columns
    Task task = Task::Classification;
    std::string label; // the true class of an image of the test split; else empty
    std::int64_t testImages = 0; // how many "test:INDEX" there are
    std::vector<std::string> classNames; // segmentation
    std::vector<std::uint8_t> labelMap; // segmentation: the true classes of a test image, like `map`; else empty
    Shape output; // of raw outputs
    std::vector<ImageAnswer> answers; // full precision first
    bool agree = true; // all have the same first class, or the same map or outputs
};

struct ImageQuestion {
    std::string image; // an image file, or "test:INDEX" for one of the test split
    std::string assignment = "fp32"; // asked beside full precision when it is another
    std::filesystem::path exported; // a file that this program exported; empty: none
};

// The image is decoded, resized and normalised as the study's data are. Errors: NotFound, Corrupt or BadInput name what cannot
// be read; Unsupported for an exported file of other images or classes; Failed when a network answers NaN.
Result<ImageAnswers> classifyImage(Study& study, const ImageQuestion& question, const TaskContext& task = {});

} // namespace halftone
