// The card about the groups that are chosen or on their way: names, numbers, why they are one decision, keys.
#pragma once

#include <optional>
#include <set>

#include "widgets/controls/card.h"
#include "widgets/pages/bits/group_table.h"

class QLabel;
class QTableView;

namespace halftone {

class BitLegend;

class GroupCard : public Card {
    Q_OBJECT

public:
    explicit GroupCard(const BitDocument& document, QWidget* parent = nullptr);

    // `bits`: where they would land; none: they stand where they are.
    void showGroups(const std::set<GroupIndex>& groups, std::optional<int> bits);
    // The study was read anew: what is shown next is shown even when groups and widths are the same.
    void forget() { m_shown.reset(); }
    void setCompact(bool compact); // without the keys

signals:
    void layerChosen(const QString& layer); // a row of the table

private:
    struct Shown { // all that changes while one study is edited
        std::set<GroupIndex> groups;
        std::optional<int> bits;
        std::set<int, std::greater<>> widths; // that the groups have now
        bool operator==(const Shown&) const = default;
    };
    void showWidths(const Shown& shown);
    QString sentenceOf(const std::set<GroupIndex>& groups) const;

    const BitDocument& m_document;
    GroupTable* m_table = nullptr;
    QTableView* m_view = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_arrow = nullptr;
    QLabel* m_hint = nullptr;
    BitLegend* m_from = nullptr;
    BitLegend* m_to = nullptr;
    QWidget* m_keys = nullptr;
    std::optional<Shown> m_shown;
    bool m_isCompact = false;
};

} // namespace halftone
