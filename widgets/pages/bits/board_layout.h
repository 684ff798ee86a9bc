// Where the chips of the bit board stand: columns by share of cost, stages and blocks from the layers' names.
#pragma once

#include <vector>

#include <QString>

#include "core/graph/layers.h"

namespace halftone {

// "layer1.0.conv2" in parts: stage "layer1", block ".0", leaf "conv2".
struct LayerNameParts {
    QString stage, block, leaf;
};
LayerNameParts nameParts(const std::string& layer);

// One chip: the layers of a linked group, side by side.
struct BoardChip {
    GroupIndex group;
    std::vector<double> shares; // of the cost, by layer
    LayerNameParts name; // of its first layer; "conv1+" when there are more
};

struct BoardColumn {
    double left = 0, width = 0;
    std::vector<double> layerLefts, layerWidths; // inside of it, absolute too
    double right() const { return left + width; }
    double centre() const { return left + width / 2; }
    bool operator==(const BoardColumn&) const = default;
};

// A name over several columns.
struct BoardHeading {
    QString text;
    double left = 0, right = 0;
    bool operator==(const BoardHeading&) const = default;
};

struct BoardLayout {
    double width = 0; // may be more than there was: the board scrolls
    std::vector<BoardColumn> columns; // one a chip, in the chips' order
    std::vector<BoardHeading> stages, blocks;
    bool operator==(const BoardLayout&) const = default;
};

// `staged`: in network order, where chips of one stage stand together under its name.
BoardLayout layOutBoard(const std::vector<BoardChip>& chips, double available, bool staged);

} // namespace halftone
