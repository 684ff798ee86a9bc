// Widths of columns: shares of the cost, none narrower than what a mouse can grab.
#include "widgets/pages/bits/board_layout.h"

#include <algorithm>
#include <numeric>

#include <QStringList>

namespace halftone {

namespace {

constexpr double kGap = 2; // between layers and between chips
constexpr double kStageGap = 9;
constexpr double kNarrowest = 10; // of a layer where there are many
constexpr double kNarrow = 16; // of a layer where there is room
constexpr double kWidest = 72; // of a layer on a board that scrolls
constexpr double kTypical = 22; // of a layer of median cost on a board that scrolls

bool sameStage(const BoardChip& a, const BoardChip& b) { return a.name.stage == b.name.stage; }

double gapBefore(const std::vector<BoardChip>& chips, std::size_t i, bool staged)
{
    if (i == 0) return 0;
    return staged && !sameStage(chips[i - 1], chips[i]) ? kStageGap : kGap;
}

// Shares scaled to fill `room`; those that would be narrower than `narrowest` get that, and the others what is left.
std::vector<double> filledWidths(const std::vector<double>& shares, double room, double narrowest)
{
    std::vector<bool> held(shares.size(), false);
    double scale = 0;
    for (bool again = true; again;) {
        again = false;
        double free = room, wanted = 0;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (held[i]) free -= narrowest;
            else wanted += shares[i];
        }
        scale = wanted > 0 ? free / wanted : 0;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (held[i] || shares[i] * scale >= narrowest) continue;
            held[i] = true;
            again = true;
        }
    }
    std::vector<double> widths(shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) widths[i] = held[i] ? narrowest : shares[i] * scale;
    return widths;
}

// Of a board that is wider than its place: only the order of magnitude is shown.
std::vector<double> scrolledWidths(const std::vector<double>& shares)
{
    std::vector<double> sorted = shares;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    const double median = sorted[sorted.size() / 2];
    std::vector<double> widths(shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i)
        widths[i] = std::clamp(median > 0 ? shares[i] / median * kTypical : kTypical, kNarrow, kWidest);
    return widths;
}

std::vector<BoardHeading> headings(const std::vector<BoardChip>& chips, const std::vector<BoardColumn>& columns, bool blocks)
{
    const auto text = [&](std::size_t i) { return blocks ? chips[i].name.block : chips[i].name.stage; };
    std::vector<BoardHeading> made;
    for (std::size_t i = 0; i < chips.size(); ++i) {
        if (text(i).isEmpty()) continue;
        const bool goesOn = i > 0 && text(i) == text(i - 1) && sameStage(chips[i - 1], chips[i]);
        if (goesOn) made.back().right = columns[i].right();
        else made.push_back({text(i), columns[i].left, columns[i].right()});
    }
    return made;
}

} // namespace

LayerNameParts nameParts(const std::string& layer)
{
    const QStringList parts = QString::fromStdString(layer).split(QLatin1Char('.'));
    LayerNameParts name;
    if (parts.size() > 1) name.stage = parts.first();
    if (parts.size() > 2) name.block = QLatin1Char('.') + parts.at(1);
    name.leaf = parts.mid(std::min<qsizetype>(parts.size() - 1, 2)).join(QLatin1Char('.'));
    return name;
}

BoardLayout layOutBoard(const std::vector<BoardChip>& chips, double available, bool staged)
{
    BoardLayout layout;
    std::vector<double> shares;
    double gaps = 0;
    for (std::size_t i = 0; i < chips.size(); ++i) {
        gaps += gapBefore(chips, i, staged) + kGap * static_cast<double>(chips[i].shares.size() - 1);
        shares.insert(shares.end(), chips[i].shares.begin(), chips[i].shares.end());
    }
    if (shares.empty()) return layout;
    const double room = available - gaps;
    const auto layers = static_cast<double>(shares.size());
    const double narrowest = std::clamp(room / layers / 2, kNarrowest, kNarrow);
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (!(sum > 0)) std::ranges::fill(shares, 1.0); // a network of no cost on this axis: all alike
    const bool fits = narrowest * layers <= room;
    const std::vector<double> widths = fits ? filledWidths(shares, room, narrowest) : scrolledWidths(shares);
    double x = 0;
    std::size_t layer = 0;
    for (std::size_t i = 0; i < chips.size(); ++i) {
        x += gapBefore(chips, i, staged);
        BoardColumn column{.left = x};
        for (std::size_t k = 0; k < chips[i].shares.size(); ++k, ++layer) {
            if (k > 0) x += kGap;
            column.layerLefts.push_back(x);
            column.layerWidths.push_back(widths[layer]);
            x += widths[layer];
        }
        column.width = x - column.left;
        layout.columns.push_back(std::move(column));
    }
    layout.width = x;
    if (staged) {
        layout.stages = headings(chips, layout.columns, false);
        layout.blocks = headings(chips, layout.columns, true);
    }
    return layout;
}

} // namespace halftone
