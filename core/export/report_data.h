// What a report shows, as plain structs that a study fills in; the writers beside it turn them into a page, charts and tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace halftone {

// A fact in words, with its unit: {"Latency, batch 1", "2.31 ±0.04 ms"}.
struct ReportRow {
    std::string label;
    std::string value;
};

struct ReportModel {
    std::string architecture;
    std::string source; // file or bundled network
    std::string input; // "3 × 32 × 32"
    std::string data; // the data reference
    std::int64_t parameters = 0;
    std::int64_t macs = 0; // multiply-accumulates of one sample
};

// In network order. Layers of one linked group carry the same group name.
struct ReportLayer {
    std::string name; // as in the state_dict
    std::string kind;
    std::string shape; // of the output: "16 × 32 × 32"
    std::int64_t macs = 0;
    std::int64_t weights = 0;
    std::string group;
    bool edge = false; // first or last: outside the choice
};

struct ReportScore {
    std::string group;
    double gain = 0;
    bool scored = true;
    std::string reason; // why it could not be scored
};
struct ReportSensitivity {
    std::string metric; // "eagl"
    std::string unit; // "bits of entropy"
    double cpuSeconds = 0;
    std::vector<ReportScore> scores; // any order; a choosable group without one counts as not scored
};

// One point of the comparison: a metric or baseline at a budget, over seeds.
struct ReportPoint {
    std::string metric;
    double budget = 0; // fraction asked for
    double cost = 0; // in ReportFrontier::costUnit
    double costFraction = 0; // of the highest level's
    double accuracy = 0; // mean over seeds, fraction
    double interval = 0; // half width of the 95 % interval; 0 with one seed
    std::vector<std::int64_t> seeds;
    std::vector<double> accuracies; // by seed, fractions
    std::int64_t epochs = 0;
    bool dominated = false; // another point is at least as good at no more cost
};
// A network that belongs to no method: full precision (a line, no cost), all 4 bit, all 2 bit (points).
struct ReportReference {
    std::string name;
    int bits = 0; // 0 or 32: full precision
    double accuracy = 0;
    double interval = 0;
    std::optional<double> costFraction;
};
struct ReportFrontier {
    std::string metric = "accuracy"; // what is drawn against cost and said of every choice: "accuracy", "mIoU"
    std::string costName = "Linear cost";
    std::string costUnit = "bit × MAC";
    std::string costReference = "all 4 bit"; // what the fractions are of
    bool costIsMeasured = false;
    std::int64_t testImages = 0;
    std::int64_t epochs = 0; // of every point; one that differs is marked
    std::vector<ReportPoint> points;
    std::vector<ReportReference> references;
};

struct ReportAssignment {
    std::string name; // "eagl75"
    std::string metric; // that chose it; strips are grouped by it
    std::optional<double> budget; // fraction
    std::optional<double> accuracy; // fraction, measured
    std::vector<int> weightBits; // one a layer; 32: not quantized
    bool inTable = false; // gets a column in the table of layers
};

struct ReportCurvePoint {
    double x = 0;
    double y = 0;
};
struct ReportCurve {
    std::string name;
    std::string metric; // gives the line its colour; may be empty
    bool labelled = true;
    std::vector<ReportCurvePoint> points;
};
struct ReportCurves {
    std::string title = "Training loss";
    std::string xTitle = "Epoch";
    std::string yTitle = "Training loss";
    std::vector<ReportCurve> curves;
};

struct ReportLayerNoise {
    std::string layer;
    double signalToNoise = 0; // dB; infinite when equal
};
struct ReportExport {
    std::string file;
    std::string format;
    std::string assignment;
    bool passed = false;
    std::vector<std::string> reasons; // why not
    std::vector<ReportRow> measured;
    std::vector<ReportLayerNoise> noise; // in network order
};

// The assignment that the report puts first.
struct ReportChoice {
    std::string title; // "EAGL, budget 75 %"
    std::string assignment; // a name of ReportData::assignments, for its strip
    double accuracy = 0;
    double interval = 0;
    std::string remark; // "1.7 points below full precision."
    std::string measuredWith; // "this machine, 2 threads"
    std::vector<ReportRow> measured;
    std::string estimatedWith; // "bits × MACs"
    std::vector<ReportRow> estimated; // shown with ≈
};

struct ReportData {
    std::string title; // the study's name
    std::string subtitle;
    ReportModel model;
    std::vector<ReportRow> provenance;
    std::optional<ReportChoice> choice;
    std::vector<ReportLayer> layers;
    std::vector<ReportSensitivity> sensitivity;
    ReportFrontier frontier;
    std::vector<ReportAssignment> assignments;
    std::vector<ReportCurves> training; // one chart each
    std::vector<ReportExport> exports;
    std::vector<std::string> commands; // that make all this again
    std::vector<std::string> notes;
};

} // namespace halftone
