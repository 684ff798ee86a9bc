// How far two metrics agree, in a number and in words.
#pragma once

#include <QString>
#include <optional>

#include "core/studies/study_overview.h"
#include "widgets/session/bit_document.h"

namespace halftone {

struct Agreement {
    std::optional<double> correlation; // Spearman's; none: it cannot be told
    QString coverage; // "18 of 19 groups have both scores. One is left out: layer3.1.conv2 has no ALPS score."
    QString selections; // "The selections at 75 % agree on 17 of 19 groups."; empty: none can be made
};
// Both metrics must have scores. `choices`: the budget, the cost axis, the levels and the pins that selections are made with.
Agreement agreementOf(const StudyOverview& study, const QString& a, const QString& b, const BitChoices& choices);

} // namespace halftone
