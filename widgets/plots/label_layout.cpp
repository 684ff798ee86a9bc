// Finds places for labels in a chart so that no two of them overlap.
#include "widgets/plots/label_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace halftone {

namespace {

using Indices = std::vector<std::size_t>;

double heightOf(const Indices& indices, const std::vector<LabelSlot>& labels)
{
    return std::accumulate(
        indices.begin(), indices.end(), 0.0, [&labels](double sum, std::size_t i) { return sum + labels[i].height; });
}

// Leaves out the least important labels until the others fit into the height.
void dropUntilFits(Indices& indices, const std::vector<LabelSlot>& labels, double height)
{
    while (!indices.empty() && heightOf(indices, labels) > height + 1e-9) {
        auto least = indices.begin();
        for (auto it = indices.begin(); it != indices.end(); ++it) {
            const bool later = labels[*it].importance == labels[*least].importance && *it > *least;
            if (labels[*it].importance < labels[*least].importance || later) least = it;
        }
        indices.erase(least);
    }
}

// Least squares under "each below the one before" is isotonic regression of wanted - (heights above): neighbours that collide
// become one block at the mean of what its labels want (pool adjacent violators); limits then only clamp.
void solveBand(const Indices& indices, const std::vector<LabelSlot>& labels, const LabelBand& band, std::vector<double>& middles)
{
    struct Block {
        double sum = 0;
        double count = 0;
    };
    std::vector<Block> blocks;
    double above = 0;
    for (const std::size_t i : indices) {
        blocks.push_back({labels[i].wanted - labels[i].height / 2 - above, 1});
        above += labels[i].height;
        while (blocks.size() > 1) {
            const Block& last = blocks.back();
            Block& before = blocks[blocks.size() - 2];
            if (before.sum / before.count <= last.sum / last.count) break;
            before.sum += last.sum;
            before.count += last.count;
            blocks.pop_back();
        }
    }
    const double total = above;
    above = 0;
    std::size_t next = 0;
    for (const Block& block : blocks) {
        const double shift = std::clamp(block.sum / block.count, band.top, std::max(band.top, band.bottom - total));
        for (int k = 0; k < static_cast<int>(block.count); ++k, ++next) {
            const std::size_t i = indices[next];
            middles[i] = shift + above + labels[i].height / 2;
            above += labels[i].height;
        }
    }
}

std::vector<LabelBand> freeBands(const LabelBand& limits, std::vector<LabelBand> blocked)
{
    std::sort(blocked.begin(), blocked.end(), [](const LabelBand& a, const LabelBand& b) { return a.top < b.top; });
    std::vector<LabelBand> bands;
    double top = limits.top;
    for (const LabelBand& block : blocked) {
        if (block.bottom <= top || block.top >= limits.bottom) continue;
        if (block.top > top) bands.push_back({top, block.top});
        top = std::max(top, block.bottom);
    }
    if (top < limits.bottom) bands.push_back({top, limits.bottom});
    return bands;
}

double distanceTo(const LabelBand& band, double middle)
{
    return std::max({band.top - middle, middle - band.bottom, 0.0});
}

} // namespace

std::vector<double> pushApart(const std::vector<LabelSlot>& labels, const LabelBand& limits, std::vector<LabelBand> blocked)
{
    std::vector<double> middles(labels.size(), std::numeric_limits<double>::quiet_NaN());
    const std::vector<LabelBand> bands = freeBands(limits, std::move(blocked));
    if (bands.empty()) return middles;
    Indices order;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (std::isfinite(labels[i].wanted)) order.push_back(i);
    }
    std::stable_sort(
        order.begin(), order.end(), [&labels](std::size_t a, std::size_t b) { return labels[a].wanted < labels[b].wanted; });
    std::vector<Indices> members(bands.size());
    for (const std::size_t i : order) {
        std::size_t nearest = 0;
        for (std::size_t b = 1; b < bands.size(); ++b) {
            if (distanceTo(bands[b], labels[i].wanted) < distanceTo(bands[nearest], labels[i].wanted)) nearest = b;
        }
        members[nearest].push_back(i);
    }
    for (std::size_t b = 0; b < bands.size(); ++b) {
        dropUntilFits(members[b], labels, bands[b].bottom - bands[b].top);
        solveBand(members[b], labels, bands[b], middles);
    }
    return middles;
}

QRectF placeBeside(const BesideOptions& options, const std::vector<QRectF>& obstacles, const std::vector<QPointF>& points)
{
    const double w = options.size.width();
    const double h = options.size.height();
    const double d = options.distance;
    const double slant = d * 0.7;
    const QPointF a = options.anchor;
    std::array<QPointF, 8> corners = {QPointF{a.x() + d, a.y() - h / 2}, QPointF{a.x() - d - w, a.y() - h / 2},
        QPointF{a.x() - w / 2, a.y() + d}, QPointF{a.x() - w / 2, a.y() - d - h}, QPointF{a.x() + slant, a.y() + slant},
        QPointF{a.x() - slant - w, a.y() + slant}, QPointF{a.x() + slant, a.y() - slant - h},
        QPointF{a.x() - slant - w, a.y() - slant - h}};
    if (options.slanted) {
        std::swap(corners[0], corners[4]);
        std::swap(corners[1], corners[7]);
    }
    QRectF best;
    auto fewest = std::numeric_limits<std::ptrdiff_t>::max();
    for (const QPointF& corner : corners) {
        const QRectF place(corner, options.size);
        if (!options.bounds.contains(place)) continue;
        if (std::any_of(obstacles.begin(), obstacles.end(), [&place](const QRectF& o) { return o.intersects(place); })) continue;
        const auto covered = std::count_if(points.begin(), points.end(), [&place](const QPointF& p) { return place.contains(p); });
        if (covered >= fewest) continue;
        best = place;
        fewest = covered;
    }
    return best;
}

} // namespace halftone
