// What the command palette can do in the Bits view.
#include <algorithm>

#include <QComboBox>
#include <QRegularExpression>

#include "widgets/format/quantity.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/bits_page.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/pages/bits/totals_panel.h"

namespace halftone {

namespace {

constexpr int kMostShown = 8; // layers that are offered one by one

} // namespace

// "layer3" means what begins with it, when no layer is called just that.
std::set<GroupIndex> BitsPage::groupsLike(const QString& pattern, QString& matched) const
{
    if (pattern.isEmpty()) return {};
    const LayerTable& table = m_document.study()->table;
    for (const QString& shape : {QStringLiteral("%1"), QStringLiteral("%1.*"), QStringLiteral("%1*"), QStringLiteral("*%1*")}) {
        matched = shape.arg(pattern);
        const auto layers = table.match(matched.toStdString());
        if (!layers.ok()) continue;
        std::set<GroupIndex> groups;
        for (const LayerIndex layer : *layers)
            if (!table.group(table.layer(layer).group).edge) groups.insert(table.layer(layer).group);
        return groups;
    }
    return {};
}

void BitsPage::addPatternActions(std::vector<PaletteAction>& found, const QString& pattern, std::optional<int> bits)
{
    QString matched;
    const std::set<GroupIndex> groups = groupsLike(pattern, matched);
    if (groups.empty()) return;
    const QString layers = plural(layersOf(m_document, groups, true), tr("layer"), tr("layers"));
    const auto select = [this, groups] {
        m_board->setSelection(groups);
        m_board->setCurrent(*groups.begin());
    };
    for (const int width : m_document.choices().levels) {
        if (bits && *bits != width) continue;
        found.push_back({tr("Set %1 to %2 bit, %3").arg(matched).arg(width).arg(layers), QStringLiteral("bits"), QString::number(width),
            [this, groups, width, select] {
                select();
                m_document.move(groups, width);
            }});
    }
    const bool allPinned = std::ranges::all_of(groups, [&](GroupIndex group) { return m_document.isPinned(group); });
    if (allPinned)
        found.push_back({tr("Unpin %1, %2").arg(matched, layers), QStringLiteral("unpin"), QStringLiteral("P"),
            [this, groups] { m_document.setPinned(groups, false); }});
    else
        found.push_back({tr("Pin %1 at its bits, %2").arg(matched, layers), QStringLiteral("pin"), QStringLiteral("P"),
            [this, groups] { m_document.setPinned(groups, true); }});
    found.push_back({tr("Select %1, %2").arg(matched, layers), QStringLiteral("target"), {}, select});
}

void BitsPage::addPlainActions(std::vector<PaletteAction>& found, const QString& typed)
{
    const auto offer = [&](const QString& title, const QString& icon, const QString& keys, std::function<void()> run) {
        if (typed.isEmpty() || title.contains(typed, Qt::CaseInsensitive)) found.push_back({title, icon, keys, std::move(run)});
    };
    if (!m_document.study()->scores.empty())
        offer(tr("Solve for %1").arg(percentText(m_document.choices().budget)), QStringLiteral("target"), {}, [this] { m_document.solve(); });
    offer(tr("Fine-tune these bits"), QStringLiteral("training"), {}, [this] { m_totals->askFineTune(); });
    offer(tr("Save these bits"), QStringLiteral("save"), {}, [this] { m_totals->askSave(); });
    const std::set<GroupIndex> selection = m_board->acted();
    if (!selection.empty()) {
        const QString title = groupsTitle(m_document, selection);
        for (const int width : m_document.choices().levels)
            offer(tr("Set %1 to %2 bit").arg(title).arg(width), QStringLiteral("bits"), QString::number(width),
                [this, width] { m_board->sendSelection(width); });
        offer(tr("Pin or unpin %1").arg(title), QStringLiteral("pin"), QStringLiteral("P"), [this] { m_board->pinSelection(); });
    }
    if (!m_document.choices().pins.empty())
        offer(tr("Release all pins"), QStringLiteral("unpin"), {}, [this] {
            std::set<GroupIndex> pinned;
            for (const auto& [group, bits] : m_document.choices().pins) pinned.insert(group);
            m_document.setPinned(pinned, false);
        });
}

void BitsPage::addComparisons(std::vector<PaletteAction>& found, const QString& typed)
{
    if (typed.isEmpty()) return;
    for (int i = 0; i < m_compare->count(); ++i) {
        if (m_compare->itemData(i).isNull()) continue;
        const QString title = tr("Compare with %1").arg(m_compare->itemText(i));
        if (!title.contains(typed, Qt::CaseInsensitive)) continue;
        found.push_back({title, QStringLiteral("compare"), {}, [this, i] {
                             m_compare->setCurrentIndex(i);
                             m_totals->setReference(m_compare->itemData(i).toString());
                         }});
        if (found.size() > kMostShown) return;
    }
}

std::vector<PaletteAction> BitsPage::actions(const QString& typed)
{
    std::vector<PaletteAction> found;
    if (!m_document.study()) return found;
    static const QRegularExpression set(
        QStringLiteral(R"(^\s*(?:set\s+|pin\s+|unpin\s+)?(\S+?)(?:\s+(?:to|at)?\s*(\d)?(?:\s*b(?:i(?:t)?)?)?)?\s*$)"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression budget(QStringLiteral(R"(^\s*(?:budget|solve(?:\s+for)?)\s+([0-9]+(?:[.,][0-9]+)?)\s*%?\s*$)"),
        QRegularExpression::CaseInsensitiveOption);
    if (const auto match = budget.match(typed); match.hasMatch()) {
        const double percent = match.captured(1).replace(QLatin1Char(','), QLatin1Char('.')).toDouble();
        if (percent > 0 && percent <= 400)
            found.push_back({tr("Solve for a budget of %1").arg(percentText(percent / 100)), QStringLiteral("target"), {},
                [this, percent] { m_document.setBudget(percent / 100); }});
        return found;
    }
    if (const auto match = set.match(typed); match.hasMatch()) {
        const QString width = match.captured(2);
        addPatternActions(found, match.captured(1), width.isEmpty() ? std::nullopt : std::optional(width.toInt()));
    }
    addPlainActions(found, typed.trimmed());
    addComparisons(found, typed.trimmed());
    return found;
}

} // namespace halftone
