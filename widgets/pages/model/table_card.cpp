// The table of layers, its columns' widths and its files.
#include "widgets/pages/model/table_card.h"

#include <algorithm>

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSaveFile>
#include <QScrollBar>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/push_button.h"
#include "widgets/controls/tables.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kEdge = 16;
constexpr int kBitsWidth = 64, kMetricWidth = 96, kLinkedWidth = 140, kLeastName = 130;
constexpr int kButtonsWidth = 64;

} // namespace

TableCard::TableCard(QWidget* parent)
    : QFrame(parent)
    , m_model(new LayerTableModel(this))
    , m_order(new LayerOrder(this))
    , m_table(new QTableView(this))
    , m_buttons(new QWidget(this))
{
    setObjectName(QStringLiteral("tableCard"));
    setProperty("halftone", QStringLiteral("card"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    m_order->setSourceModel(m_model);
    m_table->setObjectName(QStringLiteral("layerTable"));
    m_table->setAccessibleName(tr("Layers"));
    m_table->setModel(m_order);
    setUpTable(*m_table, {.edgePadding = kEdge});
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder); // the network's order
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    column->addWidget(m_table);
    addButtons();
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (!m_isSelecting && current.isValid()) emit layerChosen(current.data(LayerTableModel::kLayerRole).toInt());
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, &TableCard::shareWidth);
    auto* copy = new QShortcut(QKeySequence::Copy, m_table);
    copy->setContext(Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, &TableCard::copyAsCsv);
}

void TableCard::addButtons()
{
    auto* row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    PushButton* copy = makeIconButton(QStringLiteral("copy"), tr("Copy the table as CSV (Ctrl+C)"), ButtonKind::Quiet, m_buttons);
    copy->setObjectName(QStringLiteral("copyTable"));
    PushButton* save = makeIconButton(QStringLiteral("save"), tr("Save the table as CSV"), ButtonKind::Quiet, m_buttons);
    save->setObjectName(QStringLiteral("saveTable"));
    row->addWidget(copy);
    row->addWidget(save);
    connect(copy, &QPushButton::clicked, this, &TableCard::copyAsCsv);
    connect(save, &QPushButton::clicked, this, &TableCard::chooseFile);
}

void TableCard::setLayers(ModelLayers layers) { m_model->setLayers(std::move(layers)); }

void TableCard::select(int layer)
{
    m_isSelecting = true;
    const QModelIndex row = m_order->mapFromSource(m_model->index(layer, 0));
    if (!row.isValid()) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
    } else if (m_table->currentIndex().row() != row.row() || m_table->selectionModel()->selectedRows().isEmpty()) {
        m_table->setCurrentIndex(row);
        m_table->scrollTo(row);
    }
    m_isSelecting = false;
}

void TableCard::copyAsCsv() { QGuiApplication::clipboard()->setText(tableAsCsv(*m_order)); }

Status TableCard::saveAsCsv(const QString& path) const
{
    QSaveFile file(path);
    const QByteArray text = tableAsCsv(*m_order).toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return Error{ErrorCode::Io,
            "The table could not be saved as " + path.toStdString() + " (" + file.errorString().toStdString() + "); choose another folder."};
    return {};
}

void TableCard::chooseFile()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the table"), QStringLiteral("layers.csv"), tr("Numbers (*.csv)"));
    if (path.isEmpty()) return;
    const Status status = saveAsCsv(path);
    if (!status.ok()) emit failed(QString::fromStdString(status.error().message));
}

// Names and links take what the numbers leave.
void TableCard::shareWidth()
{
    const int metrics = static_cast<int>(m_model->layers().metrics.size());
    QHeaderView* header = m_table->horizontalHeader();
    const int room = width() - 2 - m_table->verticalScrollBar()->sizeHint().width(); // the table itself is resized later
    if (room <= 0 || m_model->columnCount() != header->count()) return;
    const bool isNarrow = room < 900;
    const int output = isNarrow ? 92 : 104, macs = isNarrow ? 70 : 84, weights = isNarrow ? 74 : 84;
    const int metric = isNarrow ? 80 : kMetricWidth, bits = isNarrow ? 56 : kBitsWidth;
    int longest = kLeastName; // names and links are as wide as their words, when there is room
    const QFontMetrics words(themeOf(this).font(TextStyle::NumberSmall));
    for (const ModelLayer& layer : m_model->layers().layers) longest = std::max(longest, words.horizontalAdvance(layer.name) + kEdge + 20);
    const int rest = room - output - macs - weights - metrics * metric - bits;
    const int kind = std::clamp(rest / 5, 90, 130);
    header->resizeSection(LayerTableModel::Name, std::clamp(longest + (rest - longest - kind) / 4, kLeastName, std::max(rest - kind - kLinkedWidth, kLeastName)));
    header->resizeSection(LayerTableModel::Kind, kind);
    header->resizeSection(LayerTableModel::Output, output);
    header->resizeSection(LayerTableModel::Macs, macs);
    header->resizeSection(LayerTableModel::Weights, weights);
    for (int i = 0; i < metrics; ++i) header->resizeSection(LayerTableModel::FirstMetric + i, metric);
    header->resizeSection(m_model->bitsColumn(), bits);
}

void TableCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    shareWidth();
    const int high = m_table->horizontalHeader()->height();
    m_buttons->setGeometry(width() - kButtonsWidth - 4, 1 + (high - 28) / 2, kButtonsWidth, 28);
    m_buttons->raise();
}

} // namespace halftone
