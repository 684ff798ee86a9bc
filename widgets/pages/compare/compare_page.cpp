// The Compare view's parts and how they follow the session.
#include "widgets/pages/compare/compare_page.h"

#include <algorithm>
#include <set>

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/bit_legend.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/text_label.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/compare/compare_models.h"
#include "widgets/pages/compare/mean_curve.h"
#include "widgets/pages/compare/strip_pair_chart.h"
#include "widgets/pages/frontier/assignment_strip.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/curve_chart.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kKeyRole = Qt::UserRole;
constexpr int kPickerLetters = 16; // longer names are cut in the closed picker
constexpr int kPickerList = 280;

QString groupName(ComparedKind kind)
{
    switch (kind) {
    case ComparedKind::Assignment:
        return ComparePage::tr("Saved assignments");
    case ComparedKind::Width:
        return ComparePage::tr("One width");
    case ComparedKind::Point:
        return ComparePage::tr("Frontier points");
    case ComparedKind::Run:
        break;
    }
    return ComparePage::tr("Runs");
}

QTableView* makeTable(QAbstractItemModel* model, const QString& name, bool hover)
{
    auto* view = new QTableView;
    view->setModel(model);
    view->setAccessibleName(name);
    setUpTable(*view, {.rowHover = hover, .edgePadding = 16});
    view->setSortingEnabled(false);
    view->horizontalHeader()->setStretchLastSection(false);
    return view;
}

} // namespace

ComparePage::ComparePage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("comparePage"));
    const Spacing& space = themeOf(this).space();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space.page, 14, space.page, space.page);
    column->setSpacing(space.gap);
    column->addWidget(buildToolbar());
    m_stack = new QStackedWidget;
    auto* full = new QWidget;
    auto* rows = new QVBoxLayout(full);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(space.gap);
    rows->addWidget(buildStrips(), 2);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(space.gap);
    cards->addWidget(buildTotals(), 34);
    cards->addWidget(buildLayers(), 39);
    cards->addWidget(buildCurves(), 34);
    rows->addLayout(cards, 3);
    m_empty = new StatePanel;
    auto* emptyCard = new Card;
    emptyCard->body()->addWidget(m_empty, 1);
    m_stack->addWidget(full);
    m_stack->addWidget(emptyCard);
    column->addWidget(m_stack, 1);
    connect(m_empty, &StatePanel::actionChosen, this, [this] { this->session().show(View::Bits); });
    connect(&session, &Session::overviewChanged, this, &ComparePage::changed);
    connect(&session, &Session::closed, this, &ComparePage::changed);
    connect(&session, &Session::layerSelected, m_strips, &Chart::setSelectedPoint);
    changed();
}

QWidget* ComparePage::buildToolbar()
{
    const Spacing& space = themeOf(this).space();
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space.gap);
    const auto picker = [this](const QString& objectName, const QString& accessible) {
        auto* box = new QComboBox;
        box->setObjectName(objectName);
        box->setAccessibleName(accessible);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(kPickerLetters);
        box->view()->setMinimumWidth(kPickerList);
        box->setModel(new QStandardItemModel(box));
        setNumbersFont(*box);
        connect(box, &QComboBox::activated, this, &ComparePage::showPair);
        return box;
    };
    m_first = picker(QStringLiteral("compareFirst"), tr("First"));
    m_second = picker(QStringLiteral("compareSecond"), tr("Second"));
    auto* exchange = new PushButton(tr("Swap"), ButtonKind::Quiet);
    exchange->setObjectName(QStringLiteral("compareSwap"));
    connect(exchange, &QPushButton::clicked, this, &ComparePage::swap);
    row->addWidget(makeLabel(tr("Compare"), TextStyle::Title));
    row->addSpacing(space.grid);
    row->addWidget(m_first);
    row->addWidget(makeLabel(tr("with"), TextStyle::Small, Role::Ink2));
    row->addWidget(m_second);
    row->addWidget(exchange);
    row->addStretch(1);
    m_strips = new StripPairChart;
    m_strips->setObjectName(QStringLiteral("compareStrips"));
    m_curves = new CurveChart;
    m_curves->setObjectName(QStringLiteral("compareCurves"));
    auto* save = new ChartSaveButton({m_strips, m_curves}, tr("Save charts"));
    connect(save, &ChartSaveButton::failed, this, [this](const QString& sentence) { emit session().failed(sentence); });
    row->addWidget(save);
    return bar;
}

QWidget* ComparePage::buildStrips()
{
    m_stripsCard = new Card(tr("Bits, layer by layer"));
    m_legend = new BitLegend;
    m_stripsCard->addHeaderWidget(m_legend);
    m_stripsCard->body()->addWidget(m_strips, 1);
    connect(m_strips, &Chart::pointClicked, this, [this](int layer) { session().selectLayer(layer); });
    return m_stripsCard;
}

QWidget* ComparePage::buildTotals()
{
    auto* card = new Card(tr("Totals"));
    card->setFlush(true);
    m_totals = new TotalsModel(this);
    m_totalsView = makeTable(m_totals, tr("Totals"), false);
    m_totalsView->setObjectName(QStringLiteral("compareTotals"));
    m_totalsView->setSelectionMode(QAbstractItemView::NoSelection);
    m_totalsView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    card->body()->addWidget(m_totalsView, 1);
    return card;
}

QWidget* ComparePage::buildLayers()
{
    const Spacing& space = themeOf(this).space();
    auto* card = new Card(tr("Layers that differ"));
    card->setFlush(true);
    m_layers = new DifferingLayersModel(this);
    m_layersView = makeTable(m_layers, tr("Layers that differ"), true);
    m_layersView->setObjectName(QStringLiteral("compareLayers"));
    card->body()->addWidget(m_layersView, 1);
    connect(m_layersView, &QTableView::activated, this, [this](const QModelIndex& index) { session().selectLayer(m_layers->layerAt(index.row()).value); });
    connect(m_layersView, &QTableView::clicked, this, [this](const QModelIndex& index) { session().selectLayer(m_layers->layerAt(index.row()).value); });
    m_alike = makeSentence(tr("Both give every layer the same width."));
    m_alike->setAlignment(Qt::AlignCenter);
    card->body()->addWidget(m_alike, 1);
    auto* below = new QWidget;
    auto* column = new QVBoxLayout(below);
    column->setContentsMargins(space.card, 0, space.card, space.card);
    column->setSpacing(space.grid);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(space.grid);
    heading->addWidget(makeLabel(tr("Bit transitions"), TextStyle::Heading));
    m_transitionWords = new ElidedLabel({}, TextStyle::Small, Role::Ink3);
    heading->addWidget(m_transitionWords, 1);
    column->addLayout(heading);
    m_transitions = new TransitionMatrix;
    m_transitions->setObjectName(QStringLiteral("compareTransitions"));
    column->addWidget(m_transitions);
    card->body()->addWidget(below);
    return card;
}

QWidget* ComparePage::buildCurves()
{
    const Spacing& space = themeOf(this).space();
    m_curvesCard = new Card(tr("Test accuracy"));
    m_curvesStack = new QStackedWidget;
    m_curvesStack->addWidget(m_curves);
    m_noCurves = makeSentence(tr("Curves of both runs stand here once they have been trained."));
    m_noCurves->setAlignment(Qt::AlignCenter);
    m_curvesStack->addWidget(m_noCurves);
    m_curvesCard->body()->addWidget(m_curvesStack, 1);
    m_curvesCard->addRule();
    m_sentence = makeSentence({});
    m_sentence->setObjectName(QStringLiteral("compareSentence"));
    m_curvesCard->body()->addWidget(m_sentence);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space.grid);
    m_loadFirst = new PushButton({});
    m_loadFirst->setObjectName(QStringLiteral("compareLoadFirst"));
    m_loadSecond = new PushButton({});
    m_loadSecond->setObjectName(QStringLiteral("compareLoadSecond"));
    buttons->addWidget(m_loadFirst);
    buttons->addWidget(m_loadSecond);
    buttons->addStretch(1);
    m_curvesCard->body()->addLayout(buttons);
    connect(m_loadFirst, &QPushButton::clicked, this, [this] { if (m_pair) load(m_pair->first); });
    connect(m_loadSecond, &QPushButton::clicked, this, [this] { if (m_pair) load(m_pair->second); });
    return m_curvesCard;
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_stale) update();
}

void ComparePage::changed()
{
    m_stale = true;
    if (isVisible()) update();
}

void ComparePage::update()
{
    m_stale = false;
    const QString first = m_first->currentData(kKeyRole).toString(), second = m_second->currentData(kKeyRole).toString();
    m_all = session().isOpen() ? comparedOf(*session().overview()) : std::vector<Compared>();
    // At first what was measured is of interest, else what was saved.
    std::vector<const Compared*> likely;
    for (const Compared& one : m_all)
        if (one.kind == ComparedKind::Assignment) likely.push_back(&one);
    for (const Compared& one : m_all)
        if (one.kind == ComparedKind::Point || (one.kind == ComparedKind::Width && one.key.endsWith(QLatin1Char('4')))) likely.push_back(&one);
    fillPicker(*m_first, first.isEmpty() && !likely.empty() ? likely.front()->key : first);
    fillPicker(*m_second, second.isEmpty() && likely.size() > 1 ? likely[1]->key : second);
    showPair();
}

void ComparePage::fillPicker(QComboBox& picker, const QString& key)
{
    auto* model = static_cast<QStandardItemModel*>(picker.model());
    model->clear();
    std::optional<ComparedKind> group;
    int current = -1;
    for (const Compared& one : m_all) {
        if (group != one.kind) {
            auto* heading = new QStandardItem(groupName(one.kind)); // the model owns it
            heading->setFlags(Qt::NoItemFlags);
            heading->setFont(themeOf(this).font(TextStyle::Caption));
            model->appendRow(heading);
            group = one.kind;
        }
        auto* item = new QStandardItem(one.name);
        item->setData(one.key, kKeyRole);
        model->appendRow(item);
        if (one.key == key || current < 0) current = model->rowCount() - 1;
    }
    picker.setCurrentIndex(current);
}

const Compared* ComparePage::chosen(const QComboBox& picker) const
{
    const auto found = std::ranges::find(m_all, picker.currentData(kKeyRole).toString(), &Compared::key);
    return found == m_all.end() ? nullptr : &*found;
}

void ComparePage::choose(QComboBox& picker, const QString& nameOrKey)
{
    const auto found = std::ranges::find_if(m_all, [&](const Compared& one) { return one.key == nameOrKey || one.name == nameOrKey; });
    if (found != m_all.end()) picker.setCurrentIndex(picker.findData(found->key, kKeyRole));
}

void ComparePage::compare(const QString& first, const QString& second)
{
    if (m_stale) update();
    choose(*m_first, first);
    choose(*m_second, second);
    showPair();
}

void ComparePage::swap()
{
    const QString first = m_first->currentData(kKeyRole).toString(), second = m_second->currentData(kKeyRole).toString();
    compare(second, first);
}

void ComparePage::showPair()
{
    const Compared *first = chosen(*m_first), *second = chosen(*m_second);
    m_stack->setCurrentIndex(first && second ? 0 : 1);
    if (!first || !second) {
        m_pair.reset();
        m_empty->showEmpty({.iconName = QStringLiteral("compare"),
            .title = tr("Nothing to compare yet"),
            .sentence = tr("Two assignments stand here side by side: their bits, their totals and their runs. Save one in Bits first."),
            .button = session().isOpen() ? tr("Open Bits") : QString()});
        return;
    }
    m_pair = pairOf(*first, *second);
    const StudyOverview& study = *session().overview();
    StripPairData strips{.firstName = first->name, .secondName = second->name,
        .first = stripLayersOf(study, first->bits, &second->bits), .second = stripLayersOf(study, second->bits, &first->bits)};
    for (const Layer& layer : study.table.layers) strips.macs.push_back(static_cast<double>(layer.macs));
    m_strips->setData(std::move(strips));
    m_strips->setSelectedPoint(session().selectedLayer());
    m_strips->setTitle(tr("Bits, layer by layer"), tr("%1 with %2").arg(first->name, second->name));
    m_stripsCard->setSubtitle(tr("%1 of %2 differ · width is share of MACs · equal layers are faint").arg(m_pair->differing.size()).arg(study.table.layers.size()));
    showTables();
    m_sentence->setText(effortSentence(study, *m_pair));
    const auto buttonText = [this](const QString& name) {
        return tr("Load %1 into Bits").arg(fontMetrics().elidedText(name, Qt::ElideMiddle, 90));
    };
    m_loadFirst->setText(buttonText(first->name));
    m_loadFirst->setToolTip(first->name);
    m_loadSecond->setText(buttonText(second->name));
    m_loadSecond->setToolTip(second->name);
    readCurves();
}

void ComparePage::showTables()
{
    const StudyOverview& study = *session().overview();
    const QString metric = session().bits().choices().metric;
    m_totals->setPair(study, *m_pair, metric);
    m_layers->setPair(study, *m_pair, metric);
    m_totalsView->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_layers->columnCount(); ++column) m_layersView->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_layersView->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_layersView->setVisible(!m_pair->differing.empty());
    m_alike->setVisible(m_pair->differing.empty());
    std::set<int, std::greater<>> widths;
    std::map<std::pair<int, int>, int> counts;
    for (std::size_t i = 0; i < study.table.layers.size(); ++i) {
        const int before = m_pair->first.bits.layers[i].weight, after = m_pair->second.bits.layers[i].weight;
        widths.insert({before, after});
        ++counts[{before, after}];
    }
    m_legend->setWidths({widths.begin(), widths.end()});
    m_transitions->setWidths({widths.begin(), widths.end()});
    m_transitions->setCounts(std::move(counts));
    static_cast<ElidedLabel*>(m_transitionWords)->setFullText(tr("layers, %1 to %2").arg(m_pair->first.name, m_pair->second.name));
}

void ComparePage::readCurves()
{
    const int question = ++m_question;
    if (!m_pair->bothMeasured()) {
        m_curves->clear();
        m_curvesStack->setCurrentIndex(1);
        return;
    }
    using Both = std::pair<std::vector<SeriesByName>, std::vector<SeriesByName>>;
    session().read(
        [first = m_pair->firstPoint->runs, second = m_pair->secondPoint->runs](StudyFile& file, const TaskContext&) -> Result<Both> {
            Both both;
            HALFTONE_TRY(both.first, storedCurves(file, first));
            HALFTONE_TRY(both.second, storedCurves(file, second));
            return both;
        },
        this, [this, question](const Result<Both>& both) {
            if (question != m_question) return;
            if (!both.ok()) {
                m_noCurves->setText(QString::fromStdString(both.error().message));
                m_curvesStack->setCurrentIndex(1);
                return;
            }
            showCurves(both->first, both->second);
        });
}

void ComparePage::showCurves(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second)
{
    m_curves->clear();
    const QString name = sharedSeries(first, second);
    const std::vector<CurvePoint> one = meanCurve(first, name), other = meanCurve(second, name);
    m_curvesStack->setCurrentIndex(one.empty() || other.empty() ? 1 : 0);
    m_noCurves->setText(tr("No curves are stored of these runs."));
    if (one.empty() || other.empty()) return;
    const bool accuracy = name == QLatin1String("test accuracy");
    const auto seeds = static_cast<qsizetype>(std::max(first.size(), second.size()));
    m_curvesCard->setHeading(accuracy ? tr("Test accuracy") : tr("Training loss"));
    const QString unit = accuracy ? QStringLiteral("%") : tr("cross-entropy");
    m_curvesCard->setSubtitle(seeds > 1 ? tr("%1, mean of %2 seeds").arg(unit).arg(seeds) : unit);
    m_curves->setTitle(m_curvesCard->heading(), tr("%1 with %2").arg(m_pair->first.name, m_pair->second.name));
    const Role role = roleOfMetric(m_pair->first.metric), otherRole = roleOfMetric(m_pair->second.metric);
    const bool same = role == otherRole;
    m_curves->setOptions({.epochs = static_cast<double>(std::max(m_pair->firstPoint->effort.epochs, m_pair->secondPoint->effort.epochs))});
    m_curves->setCurve(QStringLiteral("first"), {.label = m_pair->first.name, .colour = same ? Role::SeriesAlps : role, .group = m_pair->first.name});
    m_curves->setCurve(QStringLiteral("second"), {.label = m_pair->second.name, .colour = same ? Role::SeriesEagl : otherRole, .group = m_pair->second.name});
    m_curves->setPoints(QStringLiteral("first"), one);
    m_curves->setPoints(QStringLiteral("second"), other);
}

void ComparePage::load(const Compared& compared)
{
    session().bits().load(compared.bits, compared.name);
    session().show(View::Bits);
}

std::vector<PaletteAction> ComparePage::actions(const QString& typed)
{
    std::vector<PaletteAction> found;
    if (!session().isOpen()) return found;
    if (m_stale) update();
    const QString swapTitle = tr("Swap the compared");
    if (m_pair && swapTitle.contains(typed, Qt::CaseInsensitive))
        found.push_back({.title = swapTitle, .icon = QStringLiteral("swap"), .shortcut = {}, .run = [this] { swap(); }});
    for (const Compared& one : m_all) {
        if (typed.isEmpty() && one.kind != ComparedKind::Assignment) continue;
        const QString title = tr("Compare with %1").arg(one.name);
        if (!title.contains(typed, Qt::CaseInsensitive)) continue;
        found.push_back({.title = title, .icon = QStringLiteral("compare"), .shortcut = {}, .run = [this, key = one.key] {
                             choose(*m_second, key);
                             showPair();
                             session().show(View::Compare);
                         }});
    }
    return found;
}

} // namespace halftone
