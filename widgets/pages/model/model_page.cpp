// The Model view's parts and how they follow the session.
#include "widgets/pages/model/model_page.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/bit_legend.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/model/drawn_layers.h"
#include "widgets/pages/model/shade_legend.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kPanelWidth = 336, kNarrowPanelWidth = 328;
constexpr int kNarrowPage = 1260; // below it the panel is narrow
constexpr std::size_t kMostActions = 5;

} // namespace

ModelPage::ModelPage(Session& session, QWidget* parent)
    : Page(session, parent)
    , m_stack(new QStackedLayout(this))
{
    setObjectName(QStringLiteral("modelPage"));
    setSurface(*this, Surface::Window);
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(makeContents());
    followSession();
    takeStudy();
}

QWidget* ModelPage::makeEmpty()
{
    auto* empty = new QWidget;
    auto* column = new QVBoxLayout(empty);
    auto* state = new StatePanel;
    state->setObjectName(QStringLiteral("noStudy"));
    state->showEmpty({.iconName = QStringLiteral("model"),
        .title = tr("No study is open"),
        .sentence = tr("Here stands the network as a graph and a table, once a study is open."),
        .button = tr("Go to Start")});
    connect(state, &StatePanel::actionChosen, this, [this] { session().show(View::Start); });
    column->addStretch(1);
    column->addWidget(state, 0, Qt::AlignCenter);
    column->addStretch(2);
    return empty;
}

QWidget* ModelPage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(themeOf(this).space().gap);
    m_search = new SearchField(tr("Find a layer, as in the state_dict"));
    m_search->setObjectName(QStringLiteral("layerSearch"));
    m_search->setMaximumWidth(264);
    m_search->setMinimumWidth(150);
    m_search->setToolTip(tr("A part of a name, or a pattern as layer2.*; Enter goes to the next one"));
    m_search->installEventFilter(this);
    m_colour = new SegmentedControl({tr("Colour by bits"), tr("Cost"), tr("Gain")});
    m_colour->setObjectName(QStringLiteral("graphColour"));
    m_colour->setAccessibleName(tr("Colour of the graph"));
    m_bitLegend = new BitLegend;
    m_bitLegend->setWidths({8, 4, 2, kFullPrecision});
    m_shadeLegend = new ShadeLegend;
    m_shadeLegend->hide();
    row->addWidget(makeLabel(tr("Model"), TextStyle::Title));
    row->addSpacing(8);
    row->addWidget(m_search, 3);
    row->addWidget(m_colour);
    row->addStretch(1);
    row->addWidget(m_bitLegend);
    row->addWidget(m_shadeLegend);
    connect(m_search, &QLineEdit::textChanged, this, &ModelPage::search);
    connect(m_colour, &SegmentedControl::chosen, this, &ModelPage::setColour);
    return header;
}

QWidget* ModelPage::makeContents()
{
    auto* contents = new QWidget;
    auto* row = new QHBoxLayout(contents);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    const int margin = themeOf(this).space().page;
    column->setContentsMargins(margin, 14, margin, margin);
    column->setSpacing(14);
    column->addWidget(makeHeader());
    m_graph = new GraphCard;
    m_table = new TableCard;
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setHandleWidth(themeOf(this).space().gap);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_graph);
    splitter->addWidget(m_table);
    m_graph->setMinimumHeight(180);
    m_table->setMinimumHeight(120);
    splitter->setSizes({405, 317});
    column->addWidget(splitter, 1);
    row->addWidget(left, 1);
    row->addWidget(makeRule(Qt::Vertical));
    m_panel = new LayerPanel(session());
    m_panelArea = new QScrollArea;
    m_panelArea->setFrameShape(QFrame::NoFrame);
    m_panelArea->setWidgetResizable(true);
    m_panelArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_panelArea->setFocusPolicy(Qt::NoFocus);
    m_panelArea->setWidget(m_panel);
    row->addWidget(m_panelArea);
    m_note = new QLabel(m_graph);
    setTextLook(*m_note, TextStyle::Small, Role::Ink2);
    m_note->setObjectName(QStringLiteral("searchNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->hide();
    return contents;
}

void ModelPage::followSession()
{
    connect(&session(), &Session::overviewChanged, this, &ModelPage::takeStudy);
    connect(&session(), &Session::closed, this, &ModelPage::takeStudy);
    connect(&session().bits(), &BitDocument::changed, this, &ModelPage::refresh);
    connect(&session(), &Session::layerSelected, this, &ModelPage::showSelected);
    connect(m_graph, &GraphCard::layerChosen, this, &ModelPage::choose);
    connect(m_graph, &GraphCard::drawn, this, [this] { search(m_search->text()); });
    connect(m_table, &TableCard::layerChosen, this, &ModelPage::choose);
    connect(m_table, &TableCard::failed, &session(), &Session::failed);
}

void ModelPage::takeStudy()
{
    const StudyOverview* study = session().overview();
    m_stack->setCurrentIndex(study ? 1 : 0);
    m_graph->setStudy(session().sharedOverview());
    m_panel->setStudy(study);
    if (!study) m_search->clear();
    m_layers = {};
    if (!study) return m_table->setLayers({});
    showLayers();
    const int selected = session().selectedLayer();
    m_graph->select(selected, false); // a study that is only read anew does not move what a person looks at
    m_table->select(selected);
    m_panel->showLayer(selected);
}

void ModelPage::refresh()
{
    m_isStale = true;
    if (isVisible()) showLayers();
}

void ModelPage::showLayers()
{
    if (!session().isOpen()) return;
    m_isStale = false;
    m_layers = modelLayers(*session().overview(), session().bits());
    m_graph->setLayers(drawnLayers(m_layers));
    m_table->setLayers(m_layers);
    m_panel->setLayers(m_layers);
    setColour(m_colour->current());
}

void ModelPage::showSelected(int layer)
{
    m_graph->select(layer, true);
    m_table->select(layer);
    m_panel->showLayer(layer);
}

void ModelPage::choose(int layer)
{
    if (layer < 0 || layer >= static_cast<int>(m_layers.layers.size())) return;
    session().noteCommand({QStringLiteral("inspect"), QStringLiteral("STUDY"), QStringLiteral("--layer"),
        m_layers.layers[static_cast<std::size_t>(layer)].name});
    session().selectLayer(layer);
}

void ModelPage::search(const QString& text)
{
    const bool isActive = session().isOpen() && !text.trimmed().isEmpty();
    m_found = isActive ? searchLayers(session().overview()->table, text) : LayerSearch{};
    m_graph->view().network().setMatches(m_found.matches, isActive);
    if (isActive) m_table->showOnly(m_found.matches);
    else m_table->showAll();
    const auto count = static_cast<std::int64_t>(m_found.matches.size());
    const QString found = tr("%1 · Enter goes to the next").arg(plural(count, tr("layer matches"), tr("layers match")));
    m_note->setText(m_found.sentence.isEmpty() ? found : m_found.sentence);
    setTextLook(*m_note, TextStyle::Small, m_found.sentence.isEmpty() ? Role::Ink2 : Role::Warn);
    m_note->setVisible(isActive);
    m_note->adjustSize();
    m_note->move(16, 10);
    setRefused(*m_search, isActive && count == 0);
    if (!m_found.matches.empty()) m_graph->view().reveal(m_found.matches.front());
    m_table->select(session().selectedLayer());
}

void ModelPage::goToNextMatch()
{
    if (m_found.matches.empty()) return;
    const auto next = std::ranges::upper_bound(m_found.matches, session().selectedLayer());
    choose(next == m_found.matches.end() ? m_found.matches.front() : *next);
}

bool ModelPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            goToNextMatch();
            return true;
        }
        if (key == Qt::Key_Down) {
            m_table->table().setFocus(Qt::OtherFocusReason);
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

void ModelPage::setColour(int choice)
{
    const QString metric = m_layers.shownMetric < 0 ? QString() : m_layers.metrics[static_cast<std::size_t>(m_layers.shownMetric)].name;
    m_colour->setChoiceEnabled(2, !metric.isEmpty());
    m_colour->setChoiceTip(2,
        metric.isEmpty() ? tr("No metric is scored yet; Sensitivity does it") : tr("Gain by %1, the metric of the assignment").arg(Theme::metricName(metric)));
    m_colour->setChoiceTip(1, tr("Multiply-accumulates for one image"));
    if (choice == 2 && metric.isEmpty()) m_colour->setCurrent(choice = 0);
    m_graph->setColour(static_cast<GraphColour>(choice), metric);
    showLegend();
}

void ModelPage::showLegend()
{
    const auto colour = static_cast<GraphColour>(m_colour->current());
    m_bitLegend->setVisible(colour == GraphColour::Bits);
    m_shadeLegend->setVisible(colour != GraphColour::Bits);
    if (colour == GraphColour::Cost) {
        double most = 0;
        for (const ModelLayer& layer : m_layers.layers) most = std::max(most, layer.share);
        m_shadeLegend->setShades(tr("0 %"), tr("%1 of the MACs").arg(percentText(most)));
    } else if (colour == GraphColour::Gain && m_layers.shownMetric >= 0) {
        const auto metric = static_cast<std::size_t>(m_layers.shownMetric);
        double most = 0;
        for (const ModelLayer& layer : m_layers.layers) most = std::max(most, layer.gains[metric].value_or(0));
        m_shadeLegend->setShades(tr("0"), tr("%1 %2, %3").arg(gainText(most), m_layers.metrics[metric].unit,
                                              Theme::metricName(m_layers.metrics[metric].name)), m_layers.metrics[metric].name);
    }
}

std::vector<PaletteAction> ModelPage::actions(const QString& typed)
{
    std::vector<PaletteAction> made;
    if (!session().isOpen()) return made;
    const auto goTo = [this](const std::function<void()>& act) {
        return [this, act] {
            session().show(View::Model);
            act();
        };
    };
    const auto offer = [&](const QString& title, const char* iconName, const QString& shortcut, const std::function<void()>& act) {
        if (title.contains(typed, Qt::CaseInsensitive)) made.push_back({title, QString::fromLatin1(iconName), shortcut, goTo(act)});
    };
    if (!typed.isEmpty()) {
        const LayerSearch found = searchLayers(session().overview()->table, typed);
        for (std::size_t i = 0; i < std::min(found.matches.size(), kMostActions); ++i) {
            const int layer = found.matches[i];
            const QString name = QString::fromStdString(session().overview()->table.layers[static_cast<std::size_t>(layer)].name);
            made.push_back({tr("Show %1 in Model").arg(name), QStringLiteral("model"), {}, goTo([this, layer] { choose(layer); })});
        }
    }
    offer(tr("Find a layer in Model"), "search", {}, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    offer(tr("Show the whole network"), "fit", tr("F"), [this] { m_graph->view().fit(); });
    return made;
}

void ModelPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_isStale) showLayers();
}

void ModelPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    m_panelArea->setFixedWidth(width() < kNarrowPage ? kNarrowPanelWidth : kPanelWidth);
}

void ModelPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() != QEvent::StyleChange || m_stack->count() < 2 || !session().isOpen()) return;
    setColour(m_colour->current());
    m_panel->setStudy(session().overview()); // its marks have the theme's colours
}

} // namespace halftone
