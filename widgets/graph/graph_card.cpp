// Layouts in the background, and the graph's overlays.
#include "widgets/graph/graph_card.h"

#include <algorithm>

#include <QLabel>
#include <QVBoxLayout>

#include "widgets/controls/push_button.h"
#include "widgets/graph/network_items.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kOverlayMargin = 16;

} // namespace

GraphCard::GraphCard(GraphBoxes boxes, QWidget* parent)
    : QFrame(parent)
    , m_boxes(boxes)
    , m_view(new NetworkView(this))
    , m_minimap(new NetworkMinimap(this))
    , m_buttons(new QFrame(this))
    , m_state(new StatePanel(this))
{
    setObjectName(QStringLiteral("graphCard"));
    setProperty("halftone", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(m_view);
    addButtons();
    m_state->hide();
    showOverlays(false);
    connect(m_view, &NetworkView::layerChosen, this, &GraphCard::layerChosen);
    connect(m_view, &NetworkView::visiblePartChanged, this, &GraphCard::followView);
    connect(m_minimap, &NetworkMinimap::placeChosen, this,
        [this](double x) { m_view->centreOn({x, m_view->visiblePart().center().y()}); });
    connect(m_state, &StatePanel::actionChosen, this, &GraphCard::startLayout);
}

void GraphCard::addButtons()
{
    m_buttons->setProperty("halftone", QStringLiteral("popup"));
    auto* column = new QVBoxLayout(m_buttons);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    const auto add = [&](const char* name, const char* iconName, const QString& tip, void (NetworkView::*act)()) {
        PushButton* button = makeIconButton(QString::fromLatin1(iconName), tip, ButtonKind::Quiet, m_buttons);
        button->setObjectName(QString::fromLatin1(name));
        connect(button, &QPushButton::clicked, m_view, act);
        column->addWidget(button);
    };
    add("zoomIn", "plus", tr("Zoom in (+)"), &NetworkView::zoomIn);
    add("zoomOut", "minus", tr("Zoom out (−)"), &NetworkView::zoomOut);
    add("fit", "fit", tr("Show the whole network (F)"), &NetworkView::fit);
}

void GraphCard::setStudy(const std::shared_ptr<const StudyOverview>& study)
{
    const bool isSame = m_study && study && m_study->modelHash == study->modelHash && m_study->path == study->path;
    m_study = study;
    if (isSame) return;
    m_drawn = false;
    m_selected = -1;
    m_layers = {};
    m_view->setDrawing(nullptr);
    showOverlays(false);
    m_background.cancelAll();
    ++m_layoutNumber;
    m_state->hide();
    if (m_study) startLayout();
}

void GraphCard::startLayout()
{
    if (!m_study) return;
    WorkingState working{.title = tr("Laying out the network"), .canStop = false};
    m_state->showWorking(working);
    m_state->show();
    placeOverlays();
    const Theme& theme = themeOf(this);
    const PartFonts fonts{.name = theme.font(TextStyle::NumberCaption), .detail = theme.font(TextStyle::Caption), .pill = theme.font(TextStyle::Caption)};
    PartMetrics metrics;
    if (m_boxes == GraphBoxes::Compared) metrics.glyph = kPairGlyphs;
    m_background.run(
        [study = m_study, fonts, metrics, words = tr("linked: same input")](
            const TaskContext&) -> Result<std::shared_ptr<const NetworkDrawing>> {
            auto made = std::make_shared<NetworkDrawing>();
            made->parts = networkParts(*study->network, study->table, words);
            measureParts(made->parts, fonts, metrics);
            auto layout = layOut(made->parts);
            if (!layout.ok()) return layout.error();
            made->layout = std::move(*layout);
            return std::shared_ptr<const NetworkDrawing>(std::move(made));
        },
        this,
        [this, number = ++m_layoutNumber](Result<std::shared_ptr<const NetworkDrawing>> made) {
            if (number == m_layoutNumber) takeLayout(std::move(made));
        });
}

void GraphCard::takeLayout(Result<std::shared_ptr<const NetworkDrawing>> drawing)
{
    if (!drawing.ok()) {
        m_state->showFailed({.title = tr("The graph could not be drawn."),
            .sentence = QString::fromStdString(drawing.error().message),
            .buttons = {tr("Try again")}});
        m_state->show();
        placeOverlays();
        return;
    }
    m_state->hide();
    m_view->setDrawing(*drawing);
    m_drawn = true;
    const GraphLayout& layout = (*drawing)->layout;
    std::vector<double> centres;
    for (int layer = 0; layer < m_view->network().layerCount(); ++layer) centres.push_back(m_view->network().layerRect(layer).center().x());
    m_minimap->setPlaces(centres, layout.bounds.left(), layout.bounds.right());
    showLayers();
    showOverlays(true);
    select(m_selected, true);
    followView();
    emit drawn();
}

void GraphCard::setLayers(std::vector<DrawnLayer> layers)
{
    m_layers = std::move(layers);
    showLayers();
}

void GraphCard::showLayers()
{
    if (!m_drawn || static_cast<int>(m_layers.size()) != m_view->network().layerCount()) return;
    std::vector<StripLayer> strip;
    for (const DrawnLayer& layer : m_layers)
        strip.push_back({.name = layer.name, .share = layer.cost, .bits = layer.bits, .stage = stageOf(layer.name), .faint = layer.otherBits == layer.bits});
    m_view->network().setLayers(m_layers);
    m_minimap->setLayers(std::move(strip));
}

void GraphCard::setColour(GraphColour colour, const QString& metric)
{
    m_view->network().setColour(colour, themeOf(this).series(metric));
}

void GraphCard::select(int layer, bool reveal)
{
    m_selected = layer;
    if (!m_drawn) return;
    m_view->network().setSelected(layer);
    if (reveal && layer >= 0) m_view->reveal(layer);
}

void GraphCard::showOverlays(bool shown)
{
    m_minimap->QWidget::setVisible(shown);
    m_buttons->setVisible(shown);
    placeOverlays();
}

void GraphCard::followView()
{
    const QRectF seen = m_view->visiblePart();
    m_minimap->setVisible(seen.left(), seen.right());
}

void GraphCard::placeOverlays()
{
    m_minimap->resize(std::min(m_minimap->sizeHint().width(), width() / 2), m_minimap->sizeHint().height());
    m_minimap->move(kOverlayMargin, height() - kOverlayMargin - m_minimap->height());
    m_buttons->adjustSize();
    m_buttons->move(width() - kOverlayMargin - m_buttons->width(), height() - kOverlayMargin - m_buttons->height());
    const QSize room(std::min(360, width() - 2 * kOverlayMargin), std::min(height(), m_state->sizeHint().height()));
    m_state->setGeometry(QRect(QPoint((width() - room.width()) / 2, (height() - room.height()) / 2), room));
}

void GraphCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    placeOverlays();
}

} // namespace halftone
