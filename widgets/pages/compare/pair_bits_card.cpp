// Fills the strips and the graph of a pair.
#include "widgets/pages/compare/pair_bits_card.h"

#include <algorithm>
#include <set>

#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/controls/bit_legend.h"
#include "widgets/format/quantity.h"
#include "widgets/graph/graph_card.h"
#include "widgets/pages/compare/strip_pair_chart.h"
#include "widgets/session/assignment_strip.h"
#include "widgets/theme/bit_look.h"

namespace halftone {

std::vector<DrawnLayer> drawnPair(const StudyOverview& study, const ComparedPair& pair)
{
    double mostMacs = 1;
    for (const Layer& layer : study.table.layers) mostMacs = std::max(mostMacs, static_cast<double>(layer.macs));
    std::vector<DrawnLayer> drawn;
    for (std::size_t i = 0; i < study.table.layers.size(); ++i) {
        const Layer& layer = study.table.layers[i];
        const int first = pair.first.bits.layers[i].weight, second = pair.second.bits.layers[i].weight;
        const auto macs = static_cast<double>(layer.macs);
        drawn.push_back({.name = QString::fromStdString(layer.name), .bits = first, .otherBits = second, .cost = macs / mostMacs, .edge = layer.edge,
            .facts = {PairBitsCard::tr("%1 in %2, %3 in %4").arg(bitName(first), pair.first.name, bitName(second), pair.second.name),
                layerKindText(*study.network, study.network->operation(layer.operation)),
                PairBitsCard::tr("%1 MACs").arg(countText(macs))}});
    }
    return drawn;
}

PairBitsCard::PairBitsCard(QWidget* parent)
    : Card(tr("Bits, layer by layer"), parent)
    , m_legend(new BitLegend)
    , m_stack(new QStackedWidget)
    , m_strips(new StripPairChart)
    , m_graph(new GraphCard(GraphBoxes::Compared))
{
    addHeaderWidget(m_legend);
    m_strips->setObjectName(QStringLiteral("compareStrips"));
    m_graph->setObjectName(QStringLiteral("compareGraph"));
    m_graph->setProperty("halftone", QVariant()); // the card round it has the frame
    m_stack->addWidget(m_strips);
    m_stack->addWidget(m_graph);
    body()->addWidget(m_stack, 1);
    connect(m_strips, &Chart::pointClicked, this, &PairBitsCard::layerChosen);
    connect(m_graph, &GraphCard::layerChosen, this, &PairBitsCard::layerChosen);
    connect(m_graph, &GraphCard::drawn, this, &PairBitsCard::revealChange);
}

void PairBitsCard::setPair(std::shared_ptr<const StudyOverview> study, const ComparedPair& pair)
{
    const bool isOther = pair.first.key != m_pair.first.key || pair.second.key != m_pair.second.key;
    m_study = std::move(study);
    m_pair = pair;
    StripPairData strips{.firstName = pair.first.name, .secondName = pair.second.name,
        .first = stripLayersOf(m_study->table, pair.first.bits, &pair.second.bits), .second = stripLayersOf(m_study->table, pair.second.bits, &pair.first.bits)};
    for (const Layer& layer : m_study->table.layers) strips.macs.push_back(static_cast<double>(layer.macs));
    m_strips->setData(std::move(strips));
    m_strips->setTitle(tr("Bits, layer by layer"), tr("%1 with %2").arg(pair.first.name, pair.second.name));
    std::set<int, std::greater<>> widths;
    for (const BitAssignment* bits : {&pair.first.bits, &pair.second.bits})
        for (const LayerBits& layer : bits->layers) widths.insert(layer.weight);
    m_legend->setWidths({widths.begin(), widths.end()});
    showGraph(isGraph());
    if (isOther && m_graph->isDrawn()) revealChange(); // a study that is only read anew does not move what a person looks at
}

void PairBitsCard::clear()
{
    m_study.reset();
    m_pair = {};
    m_graph->setStudy(nullptr);
}

bool PairBitsCard::isGraph() const { return m_stack->currentIndex() == 1; }

void PairBitsCard::showGraph(bool shown)
{
    m_stack->setCurrentIndex(shown ? 1 : 0);
    setFlush(shown);
    if (!m_study) return;
    const QString differ = tr("%1 of %2 differ").arg(m_pair.differing.size()).arg(m_study->table.layers.size());
    setSubtitle(shown ? tr("%1 · left half is %2, right half is %3 · equal layers are faint").arg(differ, m_pair.first.name, m_pair.second.name)
                      : tr("%1 · width is share of MACs · equal layers are faint").arg(differ));
    if (!shown) return;
    m_graph->setStudy(m_study); // laid out when somebody wants to see it, not before
    m_graph->setLayers(drawnPair(*m_study, m_pair));
    m_graph->select(m_selected, false);
}

void PairBitsCard::revealChange()
{
    if (m_selected < 0 && !m_pair.differing.empty()) m_graph->view().reveal(static_cast<int>(m_pair.differing.front().value));
}

void PairBitsCard::select(int layer)
{
    const bool isOther = std::exchange(m_selected, layer) != layer;
    m_strips->setSelectedPoint(layer);
    m_graph->select(layer, isOther);
}

} // namespace halftone
