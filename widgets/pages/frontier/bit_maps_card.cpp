// Chooses the points whose maps are shown.
#include "widgets/pages/frontier/bit_maps_card.h"

#include <algorithm>
#include <set>

#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/controls/bit_legend.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/frontier/bit_map_list.h"
#include "widgets/pages/frontier/point_words.h"
#include "widgets/session/assignment_strip.h"

namespace halftone {

namespace {

constexpr int kRows = 6; // more scroll

// Of the same metric, the most expensive first.
std::vector<int> relativesOf(const StudyPoints& points, const StudyPoint& chosen)
{
    std::vector<int> found;
    for (std::size_t i = 0; i < points.points.size(); ++i) {
        const StudyPoint& point = points.points[i];
        if (point.kind == chosen.kind && (point.kind != PointKind::Method || point.metric == chosen.metric)) found.push_back(static_cast<int>(i));
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, [&](int i) { return points.points[static_cast<std::size_t>(i)].costFraction; });
    return found;
}

} // namespace

BitMapsCard::BitMapsCard(QWidget* parent)
    : Card(parent)
    , m_legend(new BitLegend)
    , m_maps(new BitMapList)
    , m_scroll(new QScrollArea)
{
    addHeaderWidget(m_legend);
    m_maps->setObjectName(QStringLiteral("bitMaps"));
    m_maps->setProperty("scrolled", true);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_maps);
    body()->addWidget(m_scroll);
    setSubtitle(tr("network order, width is share of MACs"));
    connect(m_maps, &BitMapList::chosen, this, [this](int row) { emit chosen(m_mapped[static_cast<std::size_t>(row)]); });
}

void BitMapsCard::setPoints(const StudyOverview* study, const StudyPoints& points, int selected)
{
    m_mapped.clear();
    setVisible(study && selected >= 0);
    if (!study || selected < 0) return;
    const StudyPoint& chosen = points.points[static_cast<std::size_t>(selected)];
    m_mapped = relativesOf(points, chosen);
    std::vector<BitMapRow> rows;
    std::set<int, std::greater<>> widths;
    for (const int index : m_mapped) {
        const StudyPoint& point = points.points[static_cast<std::size_t>(index)];
        for (const auto& [bits, layers] : layersByWidth(point.assignment)) widths.insert(bits);
        const QString label = point.kind == PointKind::Method ? QStringLiteral("%1 %").arg(QString::number(100 * point.budget, 'g', 3)) : shortPointTitle(point);
        rows.push_back({.label = label,
            .layers = stripLayersOf(study->table, point.assignment),
            .value = percentText(point.mean),
            .spoken = tr("%1: %2 %3").arg(pointTitle(point), metricWords(study->task).name, percentText(point.mean))});
    }
    setHeading(chosen.kind == PointKind::Method ? tr("Bit maps along %1").arg(Theme::metricName(QString::fromStdString(chosen.metric)))
            : chosen.kind == PointKind::End     ? tr("Bit maps of the ends")
                                                : tr("Bit maps of fine-tunes"));
    m_legend->setWidths({widths.begin(), widths.end()});
    m_maps->setRows(std::move(rows));
    m_maps->setSelected(static_cast<int>(std::ranges::find(m_mapped, selected) - m_mapped.begin()));
    m_scroll->setFixedHeight(std::min(m_maps->sizeHint().height(), kRows * m_maps->rowRect(0).height()));
    const QRect row = m_maps->rowRect(m_maps->selected());
    m_scroll->ensureVisible(0, row.center().y(), 0, row.height());
}

} // namespace halftone
