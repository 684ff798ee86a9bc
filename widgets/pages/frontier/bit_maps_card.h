// The bit maps of the points of one kind, below the chart: the one that is selected and its relatives.
#pragma once

#include "core/studies/frontier_points.h"
#include "widgets/controls/card.h"

class QScrollArea;

namespace halftone {

class BitLegend;
class BitMapList;

class BitMapsCard : public Card {
    Q_OBJECT
public:
    explicit BitMapsCard(QWidget* parent = nullptr);

    // Nothing is shown while no point is selected (-1).
    void setPoints(const StudyOverview* study, const StudyPoints& points, int selected);

signals:
    void chosen(int point);

private:
    std::vector<int> m_mapped; // the point of each row
    BitLegend* m_legend;
    BitMapList* m_maps;
    QScrollArea* m_scroll;
};

} // namespace halftone
