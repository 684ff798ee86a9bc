// Fills the card about the chosen groups.
#include "widgets/pages/bits/group_card.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/controls/bit_legend.h"
#include "widgets/controls/key_hint.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kRow = 26; // a linked pair, its sum and the keys fit below each other

QWidget* makeKeys()
{
    auto* keys = new QWidget;
    auto* row = new QHBoxLayout(keys);
    row->setContentsMargins(0, 4, 0, 0);
    row->setSpacing(16);
    row->addWidget(new KeyHint({QStringLiteral("8"), QStringLiteral("4"), QStringLiteral("2")}, GroupCard::tr("set")));
    row->addWidget(new KeyHint({QStringLiteral("P")}, GroupCard::tr("pin")));
    row->addWidget(new KeyHint({QStringLiteral("Esc")}, GroupCard::tr("cancel the move")));
    row->addStretch(1);
    return keys;
}

} // namespace

GroupCard::GroupCard(const BitDocument& document, QWidget* parent)
    : Card(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("groupCard"));
    m_from = new BitLegend;
    m_arrow = makeLabel(QStringLiteral("\u203a"), TextStyle::Small, Role::Ink3);
    m_to = new BitLegend;
    addHeaderWidget(m_from);
    addHeaderWidget(m_arrow);
    addHeaderWidget(m_to);
    m_sentence = makeSentence({}, TextStyle::Small, Role::Ink3);
    m_table = new GroupTable(this);
    m_view = new QTableView;
    setUpTable(*m_view, {.padding = 6, .edgePadding = 0});
    m_view->verticalHeader()->setMinimumSectionSize(kRow);
    m_view->verticalHeader()->setDefaultSectionSize(kRow);
    m_view->setModel(m_table);
    m_view->setObjectName(QStringLiteral("groupTable"));
    m_view->setAccessibleName(tr("Layers of the selection"));
    m_view->horizontalHeader()->setStretchLastSection(false);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hint = makeSentence(tr("Click a chip or draw a box round several, then drag them to another row. Linked layers go together."));
    m_keys = makeKeys();
    body()->setSpacing(2);
    body()->setContentsMargins(16, 0, 16, 12);
    body()->addWidget(m_sentence);
    body()->addWidget(m_view, 1);
    body()->addWidget(m_hint);
    body()->addStretch(0);
    body()->addWidget(m_keys);
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const QString layer = m_table->layerAt(index.row()); !layer.isEmpty()) emit layerChosen(layer);
    });
    showGroups({}, std::nullopt);
}

void GroupCard::setCompact(bool compact)
{
    m_isCompact = compact;
    m_keys->setVisible(!compact);
}

void GroupCard::showWidths(const Shown& shown)
{
    const bool moves = shown.bits && shown.widths != std::set<int, std::greater<>>{*shown.bits};
    m_from->setWidths(std::vector<int>(shown.widths.begin(), shown.widths.end()));
    if (shown.bits) m_to->setWidths({*shown.bits});
    m_from->setVisible(!shown.groups.empty());
    m_arrow->setVisible(moves);
    m_to->setVisible(moves);
}

QString GroupCard::sentenceOf(const std::set<GroupIndex>& groups) const
{
    if (groups.empty()) return {};
    if (groups.size() > 1) return tr("%1 decisions; linked layers go together.").arg(groups.size());
    const LinkedGroup& linked = m_document.study()->table.group(*groups.begin());
    if (linked.edge) return edgeSentence();
    const QString source = codeSpan(inputName(m_document, *groups.begin()));
    if (linked.layers.size() == 2) return tr("One decision, because both read the output of %1.").arg(source);
    if (linked.layers.size() > 2) return tr("One decision, because all read the output of %1.").arg(source);
    return tr("A decision of its own; it reads the output of %1.").arg(source);
}

void GroupCard::showGroups(const std::set<GroupIndex>& groups, std::optional<int> bits)
{
    Shown shown{.groups = m_document.study() ? groups : std::set<GroupIndex>{}, .bits = bits};
    for (const GroupIndex group : shown.groups) shown.widths.insert(m_document.bitsOf(m_document.study()->table.group(group).layers.front()));
    if (m_shown == shown) return; // the table and its layout are not made again with every step of the mouse
    m_shown = shown;
    const bool any = !shown.groups.empty();
    const QString title = !any ? tr("Nothing selected")
        : bits                 ? tr("Moving %1").arg(groupsTitle(m_document, shown.groups))
                               : tr("Selected %1").arg(groupsTitle(m_document, shown.groups));
    if (title != heading()) setHeading(title);
    showWidths(shown);
    m_sentence->setText(sentenceOf(shown.groups));
    m_sentence->setVisible(any);
    m_hint->setVisible(!any);
    m_view->setVisible(any);
    m_table->setGroups(m_document, shown.groups);
    QHeaderView* header = m_view->horizontalHeader();
    if (any) {
        header->setSectionResizeMode(QHeaderView::ResizeToContents);
        header->setSectionResizeMode(0, QHeaderView::Stretch);
    }
    m_keys->setVisible(!m_isCompact);
}

} // namespace halftone
