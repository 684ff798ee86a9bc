// What the Model view says of each layer, put together from the study and the assignment that is being edited.
#pragma once

#include <optional>
#include <vector>

#include <QStringList>

#include "widgets/session/bit_document.h"

namespace halftone {

struct ModelLayer {
    QString name; // as in the state_dict
    QString kind; // "Conv 3×3"
    QString wholeKind; // "Conv 3×3, stride 2"
    QString output; // "32×16×16"
    std::int64_t outputSize = 0; // its elements
    std::int64_t macs = 0;
    std::int64_t weights = 0;
    double share = 0; // of the network's multiply-accumulates
    int bits = 0; // of the weights
    bool edge = false; // first or last: fixed
    bool pinned = false;
    GroupIndex group;
    QStringList linked; // the other layers of its group
    std::vector<std::optional<double>> gains; // of its group, as ModelLayers::metrics; none: could not be scored
    bool operator==(const ModelLayer&) const = default;
};

struct ModelMetric {
    QString name; // "eagl"
    QString unit; // "bits of entropy"
    bool operator==(const ModelMetric&) const = default;
};

struct ModelLayers {
    std::vector<ModelLayer> layers; // by LayerIndex
    std::vector<ModelMetric> metrics; // those that are scored
    int shownMetric = -1; // the document's: colours the graph
};

ModelLayers modelLayers(const StudyOverview& study, const BitDocument& bits);
// "with downsample.0": names without what they share with the layer's own.
QString linkedText(const ModelLayer& layer);

// The layers that a search finds: by a part of their name, or by a pattern with * and ?.
struct LayerSearch {
    std::vector<int> matches;
    QString sentence; // when nothing is found: names the nearest
};
LayerSearch searchLayers(const LayerTable& table, const QString& text);

} // namespace halftone
