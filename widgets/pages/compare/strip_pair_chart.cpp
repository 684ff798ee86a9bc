// Lays out and paints two strips and what changes between them.
#include "widgets/pages/compare/strip_pair_chart.h"

#include <algorithm>

#include <QPainter>

#include "widgets/format/quantity.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kStages = 22; // names of the stages, above
constexpr double kChanges = 36; // between the strips
constexpr int kLongestName = 120;
constexpr double kRing = 2;

StripLook stripLook(bool fromTop)
{
    return {.tint = false, .fromTop = fromTop, .gap = 2, .stageGap = 9, .radius = 2, .minimumWidth = 4};
}

QRectF upperStrip(const QRectF& plot) { return {plot.left(), plot.top(), plot.width(), (plot.height() - kChanges) / 2}; }
QRectF lowerStrip(const QRectF& plot)
{
    const double height = (plot.height() - kChanges) / 2;
    return {plot.left(), plot.bottom() - height, plot.width(), height};
}

} // namespace

StripPairChart::StripPairChart(QWidget* parent)
    : Chart(parent)
{
}

void StripPairChart::setData(StripPairData data)
{
    m_data = std::move(data);
    m_data.second.resize(m_data.first.size());
    m_data.macs.resize(m_data.first.size());
    dataChanged();
}

QSize StripPairChart::sizeHint() const { return {900, 226}; }
QSize StripPairChart::minimumSizeHint() const { return {480, 150}; }

bool StripPairChart::differs(int index) const
{
    const auto at = static_cast<std::size_t>(index);
    return m_data.first[at].bits != m_data.second[at].bits;
}

ChartLayout StripPairChart::layoutFor(const QSizeF&) const
{
    const QFontMetrics metrics(themeOf(this).font(TextStyle::NumberSmall));
    const int names = std::max({metrics.horizontalAdvance(m_data.firstName), metrics.horizontalAdvance(m_data.secondName), 40});
    ChartLayout layout;
    layout.x.visible = false;
    layout.y.visible = false;
    layout.x.range = {0, 1};
    layout.y.range = {0, 1};
    layout.margins = QMargins(std::min(names, kLongestName) + 24, kStages, 4, 4);
    return layout;
}

void StripPairChart::paintStages(QPainter& painter, const ChartFrame& frame, const std::vector<QRectF>& columns) const
{
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    painter.setPen(frame.theme.colour(Role::Ink2));
    double free = 0; // where the last name ended
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const QString& stage = m_data.first[i].stage;
        const bool begins = i == 0 || m_data.first[i - 1].stage != stage;
        const bool several = i + 1 < columns.size() && m_data.first[i + 1].stage == stage;
        if (!begins || !several || columns[i].left() < free) continue;
        painter.drawText(QPointF(columns[i].left(), frame.plot.top() - 9), stage);
        free = columns[i].left() + painter.fontMetrics().horizontalAdvance(stage) + 8;
    }
}

void StripPairChart::paintChanges(QPainter& painter, const ChartFrame& frame, const std::vector<QRectF>& columns) const
{
    const double middle = frame.plot.center().y();
    const auto room = [middle](const QRectF& column, double width) { return QRectF(column.center().x() - width / 2, middle - 10, width, 20); };
    painter.setFont(frame.theme.font(TextStyle::Caption));
    painter.setPen(frame.theme.colour(Role::Ink2));
    painter.drawText(QRectF(0, middle - 10, frame.plot.left() - 8, 20), Qt::AlignLeft | Qt::AlignVCenter, tr("change"));
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    double free = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int before = m_data.first[i].bits, after = m_data.second[i].bits;
        if (before == after) {
            painter.setPen(frame.theme.colour(Role::Ink3));
            painter.drawText(room(columns[i], 12), Qt::AlignCenter, QStringLiteral("·"));
            continue;
        }
        painter.setPen(frame.theme.colour(Role::Ink));
        QString words = QStringLiteral("%1→%2").arg(before).arg(after);
        double width = painter.fontMetrics().horizontalAdvance(words);
        if (columns[i].center().x() - width / 2 < free) { // too narrow: the direction alone
            words = before < after ? QStringLiteral("↑") : QStringLiteral("↓");
            width = painter.fontMetrics().horizontalAdvance(words);
        }
        painter.drawText(room(columns[i], width + 4), Qt::AlignCenter, words);
        free = columns[i].center().x() + width / 2 + 2;
    }
}

void StripPairChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    const std::vector<QRectF> columns = stripColumns(upperStrip(frame.plot), m_data.first, stripLook(false));
    paintBitStrip(painter, upperStrip(frame.plot), m_data.first, stripLook(false), frame.theme);
    paintBitStrip(painter, lowerStrip(frame.plot), m_data.second, stripLook(true), frame.theme);
    paintStages(painter, frame, columns);
    paintChanges(painter, frame, columns);
    painter.setFont(frame.theme.font(TextStyle::NumberSmall));
    painter.setPen(frame.theme.colour(Role::Ink));
    const double width = frame.plot.left() - 12;
    for (const auto& [name, strip] : {std::pair{m_data.firstName, upperStrip(frame.plot)}, std::pair{m_data.secondName, lowerStrip(frame.plot)}})
        painter.drawText(QRectF(0, strip.center().y() - 24, width, 32), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(width)));
}

void StripPairChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    const auto upper = stripColumns(upperStrip(frame.plot), m_data.first, stripLook(false));
    const auto lower = stripColumns(lowerStrip(frame.plot), m_data.second, stripLook(true));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const auto ring = [&](int index, Role role) {
        if (index < 0 || index >= pointCount()) return;
        painter.setPen(QPen(frame.theme.colour(role), 1.5));
        const auto at = static_cast<std::size_t>(index);
        for (const QRectF& bar : {stripBar(upper[at], m_data.first[at].bits, stripLook(false)), stripBar(lower[at], m_data.second[at].bits, stripLook(true))})
            painter.drawRoundedRect(bar.adjusted(-kRing, -kRing, kRing, kRing), 3, 3);
    };
    ring(selectedPoint(), Role::Accent);
    ring(hoveredPoint(), Role::Ink2);
    Chart::paintOverlay(painter, frame);
}

QPointF StripPairChart::markPosition(int index, const ChartFrame& frame) const
{
    const auto columns = stripColumns(upperStrip(frame.plot), m_data.first, stripLook(false));
    return {columns[static_cast<std::size_t>(index)].center().x(), frame.plot.center().y()};
}

int StripPairChart::hitTest(const QPointF& position, const ChartFrame& frame) const
{
    if (!frame.plot.adjusted(0, -4, 0, 4).contains(position)) return -1;
    const auto columns = stripColumns(upperStrip(frame.plot), m_data.first, stripLook(false));
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (position.x() >= columns[i].left() - 1 && position.x() <= columns[i].right() + 1) return static_cast<int>(i);
    return -1;
}

int StripPairChart::pointFrom(int index, Qt::Key key) const
{
    const int last = pointCount() - 1;
    switch (key) {
    case Qt::Key_Left:
        return std::max(0, index - 1);
    case Qt::Key_Right:
        return std::min(last, index + 1);
    case Qt::Key_Home:
        return 0;
    case Qt::Key_End:
        return last;
    case Qt::Key_Up: // the neighbours that differ
        for (int i = index - 1; i >= 0; --i)
            if (differs(i)) return i;
        return index;
    case Qt::Key_Down:
        for (int i = index + 1; i <= last; ++i)
            if (differs(i)) return i;
        return index;
    default:
        return index;
    }
}

ChartTip StripPairChart::tipOf(int index) const
{
    const auto at = static_cast<std::size_t>(index);
    const auto width = [](int bits) { return bits > 8 ? tr("full precision") : tr("%1 bit").arg(bits); };
    return {m_data.first[at].name,
        {{m_data.firstName, width(m_data.first[at].bits)}, {m_data.secondName, width(m_data.second[at].bits)}, {tr("MACs"), countText(m_data.macs[at])}}};
}

QString StripPairChart::summary() const
{
    int count = 0;
    for (int i = 0; i < pointCount(); ++i) count += differs(i);
    return tr("%1 of %2 layers differ between %3 and %4").arg(count).arg(pointCount()).arg(m_data.firstName, m_data.secondName);
}

void StripPairChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("layer"), QStringLiteral("macs"), m_data.firstName, m_data.secondName});
    for (std::size_t i = 0; i < m_data.first.size(); ++i) {
        csv.text(m_data.first[i].name).number(m_data.macs[i]).number(m_data.first[i].bits).number(m_data.second[i].bits);
        csv.endRow();
    }
}

} // namespace halftone
