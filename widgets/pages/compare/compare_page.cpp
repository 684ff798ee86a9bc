// The Compare view's parts and how they follow the session.
#include "widgets/pages/compare/compare_page.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/card.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/compare/compare_models.h"
#include "widgets/pages/compare/compared_picker.h"
#include "widgets/pages/compare/differing_card.h"
#include "widgets/pages/compare/pair_bits_card.h"
#include "widgets/pages/compare/pair_curves_card.h"
#include "widgets/pages/compare/strip_pair_chart.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kStripShare = 2, kGraphShare = 4; // of the height, against kCardsShare
constexpr int kCardsShare = 3;

} // namespace

ComparePage::ComparePage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("comparePage"));
    const Spacing& space = themeOf(this).space();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space.page, 14, space.page, space.page);
    column->setSpacing(space.gap);
    m_bits = new PairBitsCard;
    m_curves = new PairCurvesCard(session);
    column->addWidget(buildToolbar());
    m_stack = new QStackedWidget;
    m_stack->addWidget(buildCards());
    m_empty = new StatePanel;
    auto* emptyCard = new Card;
    emptyCard->body()->addWidget(m_empty, 1);
    m_stack->addWidget(emptyCard);
    column->addWidget(m_stack, 1);
    connect(m_empty, &StatePanel::actionChosen, this, [this] { this->session().show(View::Bits); });
    connect(&session, &Session::overviewChanged, this, &ComparePage::changed);
    connect(&session, &Session::closed, this, &ComparePage::changed);
    connect(&session, &Session::layerSelected, m_bits, &PairBitsCard::select);
    connect(&session, &Session::layerSelected, m_differing, &DifferingCard::select);
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
        auto* box = new ComparedPicker;
        box->setObjectName(objectName);
        box->setAccessibleName(accessible);
        connect(box, &QComboBox::activated, this, &ComparePage::showPair);
        return box;
    };
    m_first = picker(QStringLiteral("compareFirst"), tr("First"));
    m_second = picker(QStringLiteral("compareSecond"), tr("Second"));
    auto* exchange = new PushButton(tr("Swap"), ButtonKind::Quiet);
    exchange->setObjectName(QStringLiteral("compareSwap"));
    connect(exchange, &QPushButton::clicked, this, &ComparePage::swap);
    m_form = new SegmentedControl({tr("Strip"), tr("Graph")});
    m_form->setObjectName(QStringLiteral("compareForm"));
    m_form->setAccessibleName(tr("Bits as a strip or on the graph"));
    connect(m_form, &SegmentedControl::chosen, this, [this](int index) { showGraph(index == 1); });
    row->addWidget(makeLabel(tr("Compare"), TextStyle::Title));
    row->addSpacing(space.grid);
    row->addWidget(m_first);
    row->addWidget(makeLabel(tr("with"), TextStyle::Small, Role::Ink2));
    row->addWidget(m_second);
    row->addWidget(exchange);
    row->addStretch(1);
    row->addWidget(m_form);
    auto* save = new ChartSaveButton({&m_bits->strips(), &m_curves->chart()}, tr("Save charts"));
    connect(save, &ChartSaveButton::failed, this, [this](const QString& sentence) { emit session().failed(sentence); });
    row->addWidget(save);
    return bar;
}

QWidget* ComparePage::buildCards()
{
    const Spacing& space = themeOf(this).space();
    auto* cards = new QWidget;
    m_rows = new QVBoxLayout(cards);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(space.gap);
    m_rows->addWidget(m_bits, kStripShare);
    m_differing = new DifferingCard;
    auto* below = new QHBoxLayout;
    below->setSpacing(space.gap);
    below->addWidget(buildTotals(), 37);
    below->addWidget(m_differing, 38);
    below->addWidget(m_curves, 32);
    m_rows->addLayout(below, kCardsShare);
    const auto choose = [this](int layer) { session().selectLayer(layer); };
    connect(m_bits, &PairBitsCard::layerChosen, this, choose);
    connect(m_differing, &DifferingCard::layerChosen, this, choose);
    connect(m_curves, &PairCurvesCard::loadRequested, this, [this](bool second) {
        if (m_pair) load(second ? m_pair->second : m_pair->first);
    });
    return cards;
}

QWidget* ComparePage::buildTotals()
{
    auto* card = new Card(tr("Totals"));
    card->setFlush(true);
    m_totals = new TotalsModel(this);
    QTableView* view = makeCompareTable(m_totals, tr("Totals"), false);
    view->setObjectName(QStringLiteral("compareTotals"));
    view->setSelectionMode(QAbstractItemView::NoSelection);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    card->body()->addWidget(view, 1);
    return card;
}

void ComparePage::showGraph(bool shown)
{
    m_form->setCurrent(shown ? 1 : 0);
    m_rows->setStretch(0, shown ? kGraphShare : kStripShare);
    m_differing->showTransitions(!shown); // the graph needs the height more
    m_bits->showGraph(shown);
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
    const QString first = m_first->key(), second = m_second->key();
    m_all = session().isOpen() ? comparedOf(*session().overview()) : std::vector<Compared>();
    // At first what was measured is of interest, else what was saved.
    std::vector<const Compared*> likely;
    for (const Compared& one : m_all)
        if (one.kind == ComparedKind::Assignment) likely.push_back(&one);
    for (const Compared& one : m_all)
        if (one.kind == ComparedKind::Point || (one.kind == ComparedKind::Width && one.key.endsWith(QLatin1Char('4')))) likely.push_back(&one);
    m_first->setChoices(m_all, first.isEmpty() && !likely.empty() ? likely.front()->key : first);
    m_second->setChoices(m_all, second.isEmpty() && likely.size() > 1 ? likely[1]->key : second);
    showPair();
}

const Compared* ComparePage::chosen(const ComparedPicker& picker) const
{
    const auto found = std::ranges::find(m_all, picker.key(), &Compared::key);
    return found == m_all.end() ? nullptr : &*found;
}

void ComparePage::choose(ComparedPicker& picker, const QString& nameOrKey)
{
    const auto found = std::ranges::find_if(m_all, [&](const Compared& one) { return one.key == nameOrKey || one.name == nameOrKey; });
    if (found != m_all.end()) picker.choose(found->key);
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
    const QString first = m_first->key(), second = m_second->key();
    compare(second, first);
}

void ComparePage::showPair()
{
    const Compared *first = chosen(*m_first), *second = chosen(*m_second);
    m_stack->setCurrentIndex(first && second ? 0 : 1);
    if (!first || !second) {
        m_pair.reset();
        m_bits->clear();
        m_empty->showEmpty({.iconName = QStringLiteral("compare"),
            .title = tr("Nothing to compare yet"),
            .sentence = tr("Two assignments stand here side by side: their bits, their totals and their runs. Save one in Bits first."),
            .button = session().isOpen() ? tr("Open Bits") : QString()});
        return;
    }
    m_pair = pairOf(*first, *second);
    const StudyOverview& study = *session().overview();
    const QString metric = session().bits().choices().metric;
    m_totals->setPair(study, *m_pair, metric);
    m_bits->setPair(session().sharedOverview(), *m_pair);
    m_differing->setPair(study, *m_pair, metric);
    m_curves->setPair(*m_pair);
    m_bits->select(session().selectedLayer());
    m_differing->select(session().selectedLayer());
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
    const QString formTitle = m_bits->isGraph() ? tr("Compare as strips") : tr("Compare on the graph");
    if (m_pair && formTitle.contains(typed, Qt::CaseInsensitive))
        found.push_back({.title = formTitle, .icon = QStringLiteral("model"), .shortcut = {}, .run = [this] {
                             showGraph(!m_bits->isGraph());
                             session().show(View::Compare);
                         }});
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
