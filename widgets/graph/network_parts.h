// What the drawing of a network is made of: boxes of layers, pills of other operations, edges, frames of stages, linked groups.
#pragma once

#include <vector>

#include <QFont>
#include <QSizeF>
#include <QString>
#include <QStringList>

#include "core/graph/layers.h"

namespace halftone {

enum class PartKind {
    Layer, // a box with glyph, name and shape
    Pill, // "relu", "+"
    Caption, // room for the words of a linked group; no operation
};

struct GraphPart {
    PartKind kind = PartKind::Pill;
    QString name; // the operation's, as in the state_dict
    QString text; // as drawn; a layer's is short, the frame says the rest
    QString detail; // "16×32, 3×3, /2"
    QStringList folded; // batch norms that are drawn as part of the layer
    LayerIndex layer;
    GroupIndex group;
    int frame = -1; // into NetworkParts::frames; -1: none
    int link = -1; // into NetworkParts::links; -1: none
    QSizeF size; // in pixels at zoom 1
};

struct GraphEdge {
    int from = 0, to = 0; // into NetworkParts::parts
    bool main = false; // of the longest way through the network, which is drawn straight
    bool drawn = true; // others only hold a caption in place
};

// Layers that share one input and stand in one frame.
struct GraphLink {
    GroupIndex group;
    int frame = -1;
    int caption = -1; // its part
};

struct NetworkParts {
    std::vector<GraphPart> parts; // in the network's order, captions last
    std::vector<GraphEdge> edges;
    QStringList frames; // their titles, prefixes of names: "layer2.0"
    std::vector<GraphLink> links;
    std::vector<int> partOfLayer; // by LayerIndex
};

struct PartFonts {
    QFont name, detail, pill;
};

// Pixels at zoom 1.
struct PartMetrics {
    double layerHeight = 36;
    double leastLayerWidth = 88;
    double glyph = 12;
    double padding = 12; // at the left and right of a box; between glyph and words it is two thirds
    double pillHeight = 20;
    double pillPadding = 11;
};

NetworkParts networkParts(const Network& network, const LayerTable& table, const QString& linkWords);
void measureParts(NetworkParts& parts, const PartFonts& fonts, const PartMetrics& metrics = {});

// "layer2.0" of "layer2.0.downsample.0", "features" of "features.3", nothing of "conv1".
QString stageOf(const QString& name);
// "conv2d 3×3, stride 2" is "Conv 3×3 /2" in a table: kernel, stride, groups and dilation where they are not 1.
QString layerKindText(const Network& network, const Operation& operation);

} // namespace halftone
