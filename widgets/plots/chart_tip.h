// The words of a chart's dark tip: a title and rows of a word and a number.
#pragma once

#include <QString>
#include <vector>

namespace halftone {

struct ChartTipRow {
    QString label;
    QString value;
    bool operator==(const ChartTipRow&) const = default;
};

struct ChartTip {
    QString title;
    std::vector<ChartTipRow> rows;
    bool empty() const { return title.isEmpty() && rows.empty(); }
    bool operator==(const ChartTip&) const = default;
    // For screen readers: "EAGL, budget 65 %. Accuracy 88.3 %. Linear cost 65.2 %"
    QString spoken() const;
};

} // namespace halftone
