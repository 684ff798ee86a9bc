// Numbers, sizes, shares, times and differences as text; the only place where a number becomes words on the screen.
#pragma once

#include <QDateTime>
#include <QString>
#include <cstdint>
#include <optional>

namespace halftone {

// Not a number, or infinite: shown as this instead.
inline constexpr QChar kNoValue{0x2013}; // en dash

// Counts.
QString wholeText(std::int64_t count); // 18432 -> "18,432"
QString countText(double count); // 1179648 -> "1.18 M", 950 -> "950", 2.36e9 -> "2.36 G"
QString plural(std::int64_t count, const QString& one, const QString& many); // "1 layer", "12 layers"

// Bytes in powers of 1024: 81000 -> "79.1 KiB".
QString sizeText(double bytes);

// Shares, from 0 to 1: 0.75 -> "75.0 %".
QString percentText(double fraction, int decimals = 1);
// Accuracies, from 0 to 1, with half of their interval where there is one: "89.8 ±0.2 %", "89.8 %".
QString accuracyText(double fraction, std::optional<double> halfInterval = {}, int decimals = 1);
// A value with half of its interval, and a unit: "2.31 ±0.04 ms".
QString intervalText(double value, double halfInterval, const QString& unit, int decimals = 2);

// Durations.
QString durationText(double seconds); // "0.2 s", "50 s", "5 min 2 s", "18 min", "2 h 5 min", "3 d 4 h"
QString roughDurationText(double seconds); // "8 s", "18 min", "1 h 50 min": rounded as an estimate is
QString timeLeftText(double seconds); // "6 min left"
QString clockText(double seconds); // "6:14", "1:02:09"
QString latencyText(double milliseconds, std::optional<double> halfInterval = {}); // "2.31 ±0.04 ms"

// Estimates: "≈ 18 min".
QString estimateText(const QString& value);
QString aboutText(const QString& value); // "about 18 min", for captions of buttons

// Differences with their sign (a real minus sign), "0.000" without one: -0.021 -> "−0.021", 3.8 -> "+3.8".
QString differenceText(double difference, int decimals);
QString countDifferenceText(double difference); // "−9.44 M"
QString pointsText(double fraction, int decimals = 1); // -0.016 -> "−1.6 points"
QString sizeDifferenceText(double bytes); // "−5.0 KiB"

// Gains and scores to three significant digits: 0.0284 -> "0.0284", 0.284 -> "0.284", 12.345 -> "12.3", 2.4e-6 -> "2.40e−6".
QString gainText(double gain);
QString shortGainText(double gain); // at most four signs for narrow chips: 0.074 -> ".074", -0.104 -> "−.10"
QString numberText(double value, int decimals); // "3.47", with a real minus sign

QString bitOperationsText(double operations); // "0.489 G", "12.3 M"
QString throughputText(double imagesPerSecond); // "1,140 img/s"
QString decibelText(double decibel); // "18.9 dB"
QString learningRateText(double rate); // "0.01", "3e−4"
QString shapeText(const QList<std::int64_t>& shape); // "32×16×16"

// "just now", "10 minutes ago", "3 hours ago", "yesterday", "18 November", "18 November 2024".
QString agoText(const QDateTime& then, const QDateTime& now);

// Long paths and names keep their end: "…/studies/resnet20.halftone".
QString shortenedPath(const QString& path, int characters);

} // namespace halftone
