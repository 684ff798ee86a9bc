// Invented data for every kind of chart, much like the real.
#pragma once

#include "widgets/plots/curve_chart.h"
#include "widgets/plots/frontier_chart.h"
#include "widgets/plots/histogram_chart.h"
#include "widgets/plots/noise_chart.h"
#include "widgets/plots/scatter_chart.h"
#include "widgets/plots/step_curve_chart.h"

namespace halftone {

FrontierChartData sampleFrontier();
StepCurveData sampleSteps();
ScatterData sampleScatter();
HistogramData sampleWeights();
HistogramData sampleActivations();
NoiseData sampleNoise();
// Falls from 1 to about 0.1 over the epochs, with noise.
std::vector<CurvePoint> sampleLoss(double epochs, int points, unsigned seed);
std::vector<CurvePoint> sampleAccuracy(double epochs, int points, double best, unsigned seed);

} // namespace halftone
