// Builds and fills the table and the matrix, and keeps the selection of layers.
#include "widgets/pages/compare/differing_card.h"

#include <set>

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/text_label.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/pages/compare/compare_models.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

DifferingCard::DifferingCard(QWidget* parent)
    : Card(tr("Layers that differ"), parent)
    , m_layers(new DifferingLayersModel(this))
    , m_view(makeCompareTable(m_layers, tr("Layers that differ"), true))
    , m_alike(makeSentence(tr("Both give every layer the same width.")))
{
    setFlush(true);
    m_view->setObjectName(QStringLiteral("compareLayers"));
    m_alike->setAlignment(Qt::AlignCenter);
    body()->addWidget(m_view, 1);
    body()->addWidget(m_alike, 1);
    m_below = buildTransitions();
    body()->addWidget(m_below);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        if (row.isValid() && !m_isSelecting) emit layerChosen(static_cast<int>(m_layers->layerAt(row.row()).value));
    });
}

QWidget* DifferingCard::buildTransitions()
{
    const Spacing& space = themeOf(this).space();
    auto* below = new QWidget;
    auto* column = new QVBoxLayout(below);
    column->setContentsMargins(space.card, 0, space.card, space.card);
    column->setSpacing(space.grid);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(space.grid);
    heading->addWidget(makeLabel(tr("Bit transitions"), TextStyle::Heading));
    m_words = new ElidedLabel({}, TextStyle::Small, Role::Ink3);
    heading->addWidget(m_words, 1);
    column->addLayout(heading);
    m_transitions = new TransitionMatrix;
    m_transitions->setObjectName(QStringLiteral("compareTransitions"));
    column->addWidget(m_transitions);
    return below;
}

void DifferingCard::setPair(const StudyOverview& study, const ComparedPair& pair, const QString& metric)
{
    m_isSelecting = true;
    m_layers->setPair(study, pair, metric);
    m_isSelecting = false;
    for (int column = 1; column < m_layers->columnCount(); ++column)
        m_view->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_view->setVisible(!pair.differing.empty());
    m_alike->setVisible(pair.differing.empty());
    std::set<int, std::greater<>> widths;
    std::map<std::pair<int, int>, int> counts;
    for (std::size_t i = 0; i < study.table.layers.size(); ++i) {
        const int before = pair.first.bits.layers[i].weight, after = pair.second.bits.layers[i].weight;
        widths.insert({before, after});
        ++counts[{before, after}];
    }
    m_transitions->setWidths({widths.begin(), widths.end()});
    m_transitions->setCounts(std::move(counts));
    m_words->setFullText(tr("layers, %1 to %2").arg(pair.first.name, pair.second.name));
    select(m_selected);
}

void DifferingCard::showTransitions(bool shown) { m_below->setVisible(shown); }

void DifferingCard::select(int layer)
{
    m_selected = layer;
    m_isSelecting = true;
    const int row = m_layers->rowOf(LayerIndex{layer});
    if (row < 0) {
        m_view->selectionModel()->clear(); // setCurrentIndex() would keep Tab from marking a row
    } else if (m_view->currentIndex().row() != row || m_view->selectionModel()->selectedRows().isEmpty()) {
        m_view->setCurrentIndex(m_layers->index(row, 0));
        m_view->scrollTo(m_view->currentIndex());
    }
    m_isSelecting = false;
}

} // namespace halftone
