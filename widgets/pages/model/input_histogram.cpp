// Asks for a layer's activations and shows them.
#include "widgets/pages/model/input_histogram.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/controls/hint_tip.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kImages = 512;
constexpr int kPauseMs = 600;
constexpr int kChartHeight = 84;

QStringList question(const QString& layer)
{
    return {QStringLiteral("inspect"), QStringLiteral("STUDY"), QStringLiteral("--layer"), layer, QStringLiteral("--images"),
        QString::number(kImages)};
}

} // namespace

QWidget* makeChartSaver(Chart* chart)
{
    auto* button = new ChartSaveButton({chart}, QString());
    button->setProperty("kind", QStringLiteral("quiet"));
    button->setProperty("square", true);
    button->setAccessibleName(InputHistogram::tr("Save the chart"));
    return button;
}

InputHistogram::InputHistogram(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_caption(makeLabel({}, TextStyle::Caption, Role::Ink3))
    , m_chart(new HistogramChart)
    , m_state(new StatePanel)
{
    setObjectName(QStringLiteral("inputHistogram"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(themeOf(this).space().unit);
    auto* row = new QHBoxLayout;
    auto* heading = makeLabel(tr("Input activations"), TextStyle::Heading);
    heading->setToolTip(tipText(tr("Input activations"), tr("The values that reach this layer, before they are quantized, over some images of the study.")));
    row->addWidget(heading);
    row->addStretch(1);
    row->addWidget(m_caption);
    row->addWidget(makeChartSaver(m_chart));
    column->addLayout(row);
    m_chart->setFixedHeight(kChartHeight);
    column->addWidget(m_chart);
    column->addWidget(m_state);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &InputHistogram::considerMeasuring);
    connect(m_state, &StatePanel::actionChosen, this, &InputHistogram::measure);
    connect(&m_session, &Session::jobsChanged, this, [this] {
        if (!m_layer.isEmpty() && !inputs()) m_pause.start(); // the machine may be free now
    });
    present();
}

void InputHistogram::showLayer(const QString& layer, int bits)
{
    m_bits = bits;
    if (layer != m_layer) {
        m_layer = layer;
        if (!layer.isEmpty()) m_pause.start();
    }
    present();
}

void InputHistogram::setBits(int bits)
{
    m_bits = bits;
    m_chart->setLinesOf(bits);
}

void InputHistogram::forgetAll()
{
    ++m_studyNumber;
    m_known.clear();
    m_failures.clear();
    m_asked.clear();
    m_layer.clear();
    m_pause.stop();
    present();
}

const LayerInputs* InputHistogram::inputs() const
{
    const auto found = m_known.find(m_layer);
    return found == m_known.end() ? nullptr : &found->second;
}

void InputHistogram::present()
{
    const LayerInputs* known = inputs();
    m_chart->setVisible(known != nullptr);
    m_state->setVisible(known == nullptr && !m_layer.isEmpty());
    m_caption->clear();
    if (m_layer.isEmpty()) return;
    if (known) {
        HistogramData shown = known->histogram;
        shown.grids.clear(); // the lines over the bars are enough here
        for (const HistogramGrid& grid : known->histogram.grids)
            if (grid.bits == m_bits) shown.grids = {grid};
        shown.linesOf = m_bits;
        m_chart->setTitle(tr("Input activations of %1").arg(m_layer));
        m_chart->setData(std::move(shown));
        m_caption->setText(tr("%1, %2").arg(known->value, plural(known->images, tr("image"), tr("images"))));
    } else if (m_asked == m_layer) {
        m_state->showWorking({.title = tr("Measuring on %1 images").arg(kImages), .canStop = false});
    } else if (const auto failure = m_failures.find(m_layer); failure != m_failures.end()) {
        m_state->showFailed({.title = tr("The input could not be measured."), .sentence = failure->second, .buttons = {tr("Try again")}});
    } else {
        m_state->showEmpty({.sentence = m_session.currentJob() ? tr("Not measured while other work runs.") : tr("Not measured yet."),
            .button = tr("Measure on %1 images").arg(kImages)});
    }
}

void InputHistogram::considerMeasuring()
{
    if (m_layer.isEmpty() || !isVisible() || inputs() || m_failures.contains(m_layer) || m_session.currentJob()) return;
    measure();
}

void InputHistogram::measure()
{
    if (m_layer.isEmpty() || !m_asked.isEmpty()) return; // the next one is asked for when this one is answered
    m_asked = m_layer;
    m_failures.erase(m_layer);
    present();
    m_session.ask(question(m_layer), this, [this, layer = m_layer, study = m_studyNumber](const Result<std::string>& answer) {
        if (study == m_studyNumber) take(layer, answer);
    });
}

void InputHistogram::take(const QString& layer, const Result<std::string>& answer)
{
    m_asked.clear();
    auto inputs = answer.ok() ? readLayerInputs(*answer) : Result<LayerInputs>(answer.error());
    if (inputs.ok()) m_known[layer] = std::move(*inputs);
    else m_failures[layer] = QString::fromStdString(inputs.error().message);
    present();
    if (layer == m_layer) emit measured();
    else m_pause.start();
}

void InputHistogram::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!inputs() && !m_layer.isEmpty()) m_pause.start();
}

} // namespace halftone
