// What the Bits view says about groups of layers: names, why they move together, what a move costs.
#pragma once

#include <set>

#include <QString>

#include "widgets/session/bit_document.h"

namespace halftone {

struct MoveWords {
    QString title; // "2 linked layers, 4 → 2 bit"
    QString reason; // one sentence, may hold codeSpan(); empty for a layer that stands alone
    QString cost; // "Cost −1.6 points · gain −0.021"
};

// Layers of the groups, those at the network's edge left out when `inner`.
int layersOf(const BitDocument& document, const std::set<GroupIndex>& groups, bool inner);
// "2 linked layers", "layer1.0.conv1", "9 layers in 6 groups".
QString groupsTitle(const BitDocument& document, const std::set<GroupIndex>& groups);
// Where a group's layers read from: "layer2.2", "the network's input".
QString inputName(const BitDocument& document, GroupIndex group);
// "Both read the output of layer2.2, so they share one activation width." Empty for groups of one layer.
QString linkSentence(const BitDocument& document, const std::set<GroupIndex>& groups);
QString edgeSentence();
MoveWords moveWords(const BitDocument& document, const std::set<GroupIndex>& groups, int bits);
// "linear" -> "Linear, bits × MACs"; the word for what a chip's width shows: "MACs", "weights".
QString costTitle(const QString& cost);
QString costWord(const QString& cost);

} // namespace halftone
