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

void GroupCard::showWidths(const std::set<GroupIndex>& groups, std::optional<int> bits)
{
    std::set<int, std::greater<>> widths;
    for (const GroupIndex group : groups) widths.insert(m_document.bitsOf(m_document.study()->table.group(group).layers.front()));
    const bool moves = bits && widths != std::set<int, std::greater<>>{*bits};
    m_from->setWidths(std::vector<int>(widths.begin(), widths.end()));
    if (bits) m_to->setWidths({*bits});
    m_from->setVisible(!groups.empty());
    m_arrow->setVisible(moves);
    m_to->setVisible(moves);
}

void GroupCard::showGroups(const std::set<GroupIndex>& groups, std::optional<int> bits)
{
    const bool any = m_document.study() && !groups.empty();
    const QString title = !any ? tr("Nothing selected")
        : bits                 ? tr("Moving %1").arg(groupsTitle(m_document, groups))
                               : tr("Selected %1").arg(groupsTitle(m_document, groups));
    if (title != heading()) setHeading(title);
    showWidths(any ? groups : std::set<GroupIndex>{}, bits);
    QString sentence;
    if (any && groups.size() == 1) {
        const LinkedGroup& linked = m_document.study()->table.group(*groups.begin());
        const QString source = codeSpan(inputName(m_document, *groups.begin()));
        if (linked.edge) sentence = edgeSentence();
        else if (linked.layers.size() == 2) sentence = tr("One decision, because both read the output of %1.").arg(source);
        else if (linked.layers.size() > 2) sentence = tr("One decision, because all read the output of %1.").arg(source);
        else sentence = tr("A decision of its own; it reads the output of %1.").arg(source);
    } else if (any) {
        sentence = tr("%1 decisions; linked layers go together.").arg(groups.size());
    }
    m_sentence->setText(sentence);
    m_sentence->setVisible(any);
    m_hint->setVisible(!any);
    m_view->setVisible(any);
    m_table->setGroups(m_document, any ? groups : std::set<GroupIndex>{});
    QHeaderView* header = m_view->horizontalHeader();
    if (any) {
        header->setSectionResizeMode(QHeaderView::ResizeToContents);
        header->setSectionResizeMode(0, QHeaderView::Stretch);
    }
    m_keys->setVisible(!m_isCompact);
}

} // namespace halftone
