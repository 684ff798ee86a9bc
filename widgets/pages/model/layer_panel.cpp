// The right panel of the Model view.
#include "widgets/pages/model/layer_panel.h"

#include <array>

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/controls/card.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr std::array kWidths{8, 4, 2};
constexpr int kBins = 64;
constexpr int kWeightsHeight = 190;
constexpr double kFloatBytes = 4;

HistogramData chartData(const LayerWeights& weights, int bits)
{
    HistogramData data{.lower = weights.histogram.lowest, .upper = weights.histogram.highest};
    data.counts.assign(weights.histogram.counts.begin(), weights.histogram.counts.end());
    for (auto width = weights.widths.rbegin(); width != weights.widths.rend(); ++width)
        data.grids.push_back({width->grid.bits, width->grid.levels});
    data.linesOf = bits;
    return data;
}

QVBoxLayout* blockLayout(QWidget* widget)
{
    auto* column = new QVBoxLayout(widget);
    const int padding = themeOf(widget).space().card;
    column->setContentsMargins(padding, 12, padding, 12);
    column->setSpacing(themeOf(widget).space().grid);
    return column;
}

} // namespace

LayerPanel::LayerPanel(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("layerPanel"));
    setSurface(*this, Surface::Panel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_nothing = new QWidget;
    auto* empty = blockLayout(m_nothing);
    empty->addWidget(makeLabel(tr("No layer is selected"), TextStyle::Heading));
    empty->addWidget(makeSentence(tr("Choose a box of the graph or a row of the table to see its weights and its numbers.")));
    column->addWidget(m_nothing);
    m_body = new QWidget;
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    body->addWidget(makeHead());
    body->addWidget(makeWeights());
    body->addWidget(makeRule());
    body->addWidget(makeFacts());
    column->addWidget(m_body);
    column->addWidget(makeRule());
    m_import = new ImportSection(m_session);
    m_import->layout()->setContentsMargins(themeOf(this).space().card, 12, themeOf(this).space().card, 16);
    column->addWidget(m_import);
    column->addStretch(1);
    present();
}

QWidget* LayerPanel::makeHead()
{
    auto* head = new QWidget;
    QVBoxLayout* column = blockLayout(head);
    column->setSpacing(themeOf(this).space().unit);
    column->setContentsMargins(column->contentsMargins().left(), 16, column->contentsMargins().right(), 4);
    auto* name = new ElidedLabel({}, TextStyle::NumberBody, Role::Ink);
    name->setObjectName(QStringLiteral("layerName"));
    m_name = name;
    m_kind = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_kind->setObjectName(QStringLiteral("layerKind"));
    column->addWidget(m_name);
    column->addWidget(m_kind);
    column->addSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(themeOf(this).space().grid);
    m_bits = new SegmentedControl;
    m_bits->setObjectName(QStringLiteral("layerBits"));
    m_bits->setAccessibleName(tr("Bit width of the layer"));
    for (const int bits : kWidths) m_bits->addBitChoice(bits);
    m_pin = new PushButton(tr("Pin"));
    m_pin->setObjectName(QStringLiteral("pinLayer"));
    m_pin->setIconName(QStringLiteral("pin"));
    m_pin->setCheckable(true);
    m_pin->setToolTip(tipText(tr("Pin"), tr("Holds the layer's group at its bit width; the solver works round it.")));
    row->addWidget(m_bits);
    row->addWidget(m_pin);
    row->addStretch(1);
    column->addLayout(row);
    m_fixed = makeSentence({}, TextStyle::Caption, Role::Ink3);
    column->addWidget(m_fixed);
    connect(m_bits, &SegmentedControl::chosen, this, &LayerPanel::choose);
    connect(m_pin, &QPushButton::clicked, this, &LayerPanel::pin);
    return head;
}

QWidget* LayerPanel::makeWeights()
{
    auto* block = new QWidget;
    QVBoxLayout* column = blockLayout(block);
    auto* row = new QHBoxLayout;
    auto* heading = makeLabel(tr("Weights"), TextStyle::Heading);
    heading->setToolTip(tipText(tr("Weights"), tr("How the layer's weights are spread, and the values that each bit width can take with its best step.")));
    m_weightsCaption = makeLabel({}, TextStyle::Caption, Role::Ink3);
    m_weightsChart = new HistogramChart;
    m_weightsChart->setObjectName(QStringLiteral("weightsChart"));
    m_weightsChart->setFixedHeight(kWeightsHeight);
    m_weightsFailure = makeSentence({}, TextStyle::Small, Role::Fail);
    row->addWidget(heading);
    row->addStretch(1);
    row->addWidget(m_weightsCaption);
    row->addWidget(makeChartSaver(m_weightsChart));
    column->addLayout(row);
    column->addWidget(m_weightsChart);
    column->addWidget(m_weightsFailure);
    column->addSpacing(themeOf(this).space().unit);
    m_inputs = new InputHistogram(m_session);
    column->addWidget(m_inputs);
    connect(m_inputs, &InputHistogram::measured, this, &LayerPanel::present);
    return block;
}

QWidget* LayerPanel::makeFacts()
{
    auto* block = new QWidget;
    QVBoxLayout* column = blockLayout(block);
    column->setContentsMargins(column->contentsMargins().left(), 8, column->contentsMargins().right(), 8);
    m_facts = new FactList;
    m_facts->setObjectName(QStringLiteral("layerFacts"));
    column->addWidget(m_facts);
    return block;
}

void LayerPanel::setStudy(const StudyOverview* study)
{
    m_import->setStudy(study);
    const std::string hash = study ? study->modelHash : std::string();
    if (study && hash == m_modelHash) return;
    m_modelHash = hash;
    ++m_studyNumber;
    m_weights.clear();
    m_inputs->forgetAll();
    m_layers = {};
    m_layer = -1;
    present();
}

void LayerPanel::setLayers(const ModelLayers& layers)
{
    m_layers = layers;
    present();
}

void LayerPanel::showLayer(int layer)
{
    m_layer = layer;
    fetchWeights();
    present();
}

const ModelLayer* LayerPanel::layer() const
{
    if (m_layer < 0 || m_layer >= static_cast<int>(m_layers.layers.size())) return nullptr;
    return &m_layers.layers[static_cast<std::size_t>(m_layer)];
}

void LayerPanel::present()
{
    const ModelLayer* shown = layer();
    m_body->setVisible(shown != nullptr);
    m_nothing->setVisible(shown == nullptr);
    if (!shown) return m_inputs->showLayer({}, 0);
    static_cast<ElidedLabel*>(m_name)->setFullText(shown->name);
    QString kind = shown->wholeKind;
    if (!shown->linked.isEmpty()) {
        QStringList names;
        for (const QString& name : shown->linked) names << codeSpan(name);
        kind += tr(" · linked with %1").arg(names.join(QStringLiteral(", ")));
    }
    m_kind->setText(kind);
    presentBits(*shown);
    presentWeights(*shown);
    presentFacts(*shown);
    m_inputs->showLayer(shown->name, shown->bits);
}

void LayerPanel::presentBits(const ModelLayer& shown)
{
    const auto current = std::ranges::find(kWidths, shown.bits);
    m_bits->setCurrent(current == kWidths.end() ? -1 : static_cast<int>(current - kWidths.begin()));
    for (int i = 0; i < m_bits->count(); ++i) m_bits->setChoiceEnabled(i, !shown.edge);
    m_pin->setEnabled(!shown.edge);
    m_pin->setChecked(shown.pinned);
    m_pin->setText(shown.pinned ? tr("Pinned") : tr("Pin"));
    m_fixed->setVisible(shown.edge);
    m_fixed->setText(tr("First and last layers stay at 8 bit."));
}

void LayerPanel::presentWeights(const ModelLayer& shown)
{
    const auto found = m_weights.find(shown.name);
    const bool isKnown = found != m_weights.end() && found->second.ok();
    const bool isFailed = found != m_weights.end() && !found->second.ok();
    m_weightsFailure->setVisible(isFailed);
    m_weightsChart->setVisible(!isFailed);
    m_weightsCaption->setText(tr("%1 values").arg(wholeText(shown.weights)));
    m_weightsChart->setTitle(tr("Weights of %1").arg(shown.name));
    if (isFailed) m_weightsFailure->setText(QString::fromStdString(found->second.error().message));
    m_weightsChart->setData(isKnown ? chartData(*found->second, shown.bits) : HistogramData{});
}

const WeightsAtWidth* LayerPanel::weightsAt(int bits) const
{
    const ModelLayer* shown = layer();
    const auto found = shown ? m_weights.find(shown->name) : m_weights.end();
    if (found == m_weights.end() || !found->second.ok()) return nullptr;
    for (const WeightsAtWidth& width : found->second->widths)
        if (width.grid.bits == bits) return &width;
    return nullptr;
}

void LayerPanel::presentFacts(const ModelLayer& shown)
{
    const bool isFull = shown.bits >= kFullPrecision;
    const QString width = isFull ? tr("full precision") : bitName(shown.bits);
    const WeightsAtWidth* weights = weightsAt(shown.bits);
    m_facts->clear();
    m_facts->addFact(tr("MACs"), tr("%1, %2").arg(countText(static_cast<double>(shown.macs)), percentText(shown.share)),
        tr("Multiply-accumulates for one image, and their share of the network's."));
    const double bytes = static_cast<double>(shown.weights) * (isFull ? kFloatBytes : shown.bits / 8.0);
    m_facts->addFact(tr("Size at %1").arg(width), sizeText(weights ? static_cast<double>(weights->bytes) : bytes),
        tr("Bytes of the packed weights at this bit width."));
    const QString entropyTip = tr("Entropy of the weights' codes in bits a weight; low entropy says that fewer bits are enough.");
    const QString noiseTip = tr("10 log10 of the weights' power over the power of their rounding errors, in decibels; 6 dB more are one bit.");
    if (weights) {
        m_facts->addFact(tr("EAGL entropy at %1").arg(width), tr("%1 bits").arg(numberText(weights->entropyBits, 2)), entropyTip);
    }
    presentGains(shown);
    if (!weights) return;
    const int noise = m_facts->addFact(tr("Signal to noise at %1").arg(width), noiseTip);
    if (weights->grid.signalToNoiseDb) m_facts->setValue(noise, decibelText(*weights->grid.signalToNoiseDb));
    else m_facts->setMissing(noise, tr("exact"));
}

void LayerPanel::presentGains(const ModelLayer& shown)
{
    if (m_layers.metrics.empty()) m_facts->setMissing(m_facts->addFact(tr("Gain, group")), tr("no metric scored yet"));
    for (std::size_t i = 0; i < m_layers.metrics.size(); ++i) {
        const ModelMetric& metric = m_layers.metrics[i];
        const int row = m_facts->addFact(tr("%1 gain, group").arg(Theme::metricName(metric.name)),
            tr("What keeping the layer's linked group at the higher width is worth by this metric, in %1; larger is more sensitive.").arg(metric.unit));
        if (shown.gains[i]) m_facts->setValue(row, gainText(*shown.gains[i]));
        else m_facts->setMissing(row, shown.edge ? tr("fixed at 8 bit") : tr("could not be scored"));
    }
}

void LayerPanel::fetchWeights()
{
    const ModelLayer* shown = layer();
    if (!shown || m_weights.contains(shown->name)) return;
    m_session.read(
        [name = shown->name.toStdString()](
            StudyFile& file, const TaskContext& task) { return layerWeights(file, {.layer = name, .bins = kBins}, task); },
        this, [this, name = shown->name, study = m_studyNumber](Result<LayerWeights> weights) {
            if (study != m_studyNumber) return;
            m_weights.insert_or_assign(name, std::move(weights));
            const ModelLayer* now = layer();
            if (!now || now->name != name) return;
            present();
            emit weightsShown();
        });
}

void LayerPanel::choose(int index)
{
    const ModelLayer* shown = layer();
    if (!shown || index < 0 || index >= static_cast<int>(kWidths.size())) return;
    m_session.bits().move({shown->group}, kWidths[static_cast<std::size_t>(index)]);
}

void LayerPanel::pin(bool pinned)
{
    if (const ModelLayer* shown = layer()) m_session.bits().setPinned({shown->group}, pinned);
}

} // namespace halftone
