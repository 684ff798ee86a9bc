// What the graph needs of each layer.
#include "widgets/pages/model/drawn_layers.h"

#include <algorithm>

#include <QCoreApplication>

#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("DrawnLayers", text); }

QStringList factsOf(const ModelLayer& layer)
{
    QStringList facts{layer.wholeKind + QStringLiteral(", ") + layer.output,
        tr("%1 MACs, %2 of the network").arg(countText(static_cast<double>(layer.macs)), percentText(layer.share)),
        tr("%1 weights at %2").arg(wholeText(layer.weights), bitName(layer.bits))};
    if (!layer.linked.isEmpty())
        facts << tr("Linked with %1: they read the same input and have one bit width").arg(layer.linked.join(QStringLiteral(", ")));
    if (layer.edge) facts << tr("First and last layers stay at 8 bit");
    return facts;
}

} // namespace

std::vector<DrawnLayer> drawnLayers(const ModelLayers& layers)
{
    const auto gainOf = [&layers](const ModelLayer& layer) -> std::optional<double> {
        if (layers.shownMetric < 0) return std::nullopt;
        return layer.gains[static_cast<std::size_t>(layers.shownMetric)];
    };
    double mostMacs = 1, mostGain = 0;
    for (const ModelLayer& layer : layers.layers) {
        mostMacs = std::max(mostMacs, static_cast<double>(layer.macs));
        mostGain = std::max(mostGain, gainOf(layer).value_or(0));
    }
    std::vector<DrawnLayer> drawn;
    for (const ModelLayer& layer : layers.layers) {
        DrawnLayer look{.name = layer.name, .bits = layer.bits, .pinned = layer.pinned,
            .cost = static_cast<double>(layer.macs) / mostMacs, .edge = layer.edge, .facts = factsOf(layer)};
        if (const auto gain = gainOf(layer)) look.gain = mostGain > 0 ? std::max(0.0, *gain / mostGain) : 0;
        drawn.push_back(std::move(look));
    }
    return drawn;
}

} // namespace halftone
