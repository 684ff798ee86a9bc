// The bit board's content and places: from the document to chips, columns and rows.
#include "widgets/pages/bits/bit_board.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QScrollBar>

#include "widgets/controls/hint_tip.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/bits/board_metrics.h"
#include "widgets/pages/bits/move_words.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace board;

BitBoard::BitBoard(BitDocument& document, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("bitBoard"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setAccessibleName(tr("Bit board"));
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&m_animation, &QVariantAnimation::finished, this, [this] {
        m_from.clear();
        viewport()->update();
    });
    connect(&m_document, &BitDocument::changed, this, &BitBoard::rebuild);
    rebuild();
}

void BitBoard::setOrder(BoardOrder order)
{
    if (order == m_order) return;
    m_order = order;
    rebuild();
    showCurrent();
}

void BitBoard::setSelection(const std::set<GroupIndex>& groups)
{
    if (groups == m_selection) return;
    m_selection = groups;
    viewport()->update();
    emit selectionChanged();
}

void BitBoard::setCurrent(GroupIndex group)
{
    if (group == m_current) return;
    m_current = group;
    showCurrent();
    describe();
    viewport()->update();
    emit currentChanged();
}

std::set<GroupIndex> BitBoard::acted() const
{
    if (!m_current.valid() || m_selection.contains(m_current)) return m_selection;
    return {m_current};
}

void BitBoard::sendSelection(int bits) { m_document.move(acted(), bits); }

void BitBoard::pinSelection()
{
    std::set<GroupIndex> groups = acted();
    std::erase_if(groups, [&](GroupIndex group) { return m_document.study()->table.group(group).edge; });
    if (groups.empty()) return;
    const bool allPinned = std::ranges::all_of(groups, [&](GroupIndex group) { return m_document.isPinned(group); });
    m_document.setPinned(groups, !allPinned);
}

std::vector<GroupIndex> BitBoard::ordered() const
{
    const LayerTable& table = m_document.study()->table;
    std::vector<GroupIndex> groups;
    for (std::size_t i = 0; i < table.groups.size(); ++i) groups.emplace_back(static_cast<std::int64_t>(i));
    if (m_order == BoardOrder::Network) return groups;
    std::map<GroupIndex, double> key; // larger stands first; what has no gain stands behind, edges last
    for (const GroupIndex group : groups) {
        const LinkedGroup& linked = table.group(group);
        if (m_order == BoardOrder::Gain) {
            key[group] = linked.edge ? -HUGE_VAL : m_document.gain(group).value_or(-1e300);
        } else {
            for (const LayerIndex layer : linked.layers) key[group] += m_document.costShare(layer);
        }
    }
    std::ranges::stable_sort(groups, [&](GroupIndex a, GroupIndex b) { return key[a] > key[b]; });
    return groups;
}

BitBoard::Chip BitBoard::chipOf(GroupIndex group, double largestGain) const
{
    const LayerTable& table = m_document.study()->table;
    const LinkedGroup& linked = table.group(group);
    Chip chip{.group = group, .bits = m_document.bitsOf(linked.layers.front())};
    chip.edge = linked.edge;
    chip.pinned = m_document.isPinned(group);
    chip.linked = linked.layers.size() > 1;
    const bool anyScores = m_document.study()->scoresOf(m_document.choices().metric.toStdString()) != nullptr;
    const std::optional<double> gain = m_document.gain(group);
    chip.unscored = anyScores && !chip.edge && !gain;
    if (gain) {
        chip.fill = largestGain > 0 ? std::max(0.0, *gain) / largestGain : 0;
        chip.text = shortGainText(*gain);
    }
    return chip;
}

void BitBoard::rebuild()
{
    const std::map<GroupIndex, QRectF> before = places();
    const std::size_t chipsBefore = m_chips.size();
    m_chips.clear();
    m_columns.clear();
    m_index.clear();
    m_rows.clear();
    if (m_document.study()) {
        const LayerTable& table = m_document.study()->table;
        std::set<int, std::greater<>> rows(m_document.choices().levels.begin(), m_document.choices().levels.end());
        double largest = 0;
        for (std::size_t i = 0; i < table.groups.size(); ++i)
            largest = std::max(largest, m_document.gain(GroupIndex(static_cast<std::int64_t>(i))).value_or(0));
        for (const GroupIndex group : ordered()) {
            m_index[group] = static_cast<int>(m_chips.size());
            Chip chip = chipOf(group, largest);
            rows.insert(chip.bits);
            const LinkedGroup& linked = table.group(group);
            BoardChip column{.group = group, .name = nameParts(table.layer(linked.layers.front()).name)};
            for (const LayerIndex layer : linked.layers) column.shares.push_back(m_document.costShare(layer));
            chip.label = chip.linked ? column.name.leaf + QLatin1Char('+') : column.name.leaf;
            m_chips.push_back(std::move(chip));
            m_columns.push_back(std::move(column));
        }
        m_rows.assign(rows.begin(), rows.end());
    }
    const auto isGone = [&](GroupIndex group) { return !m_index.contains(group); };
    if (std::erase_if(m_selection, isGone) > 0) emit selectionChanged();
    if (m_current.valid() && isGone(m_current)) m_current = {};
    if (m_hovered.valid() && isGone(m_hovered)) m_hovered = {};
    layOut();
    if (chipsBefore == m_chips.size()) animateFrom(before);
    describe();
    viewport()->update();
}

void BitBoard::layOut()
{
    const double available = viewport()->width() - kLeft - kRight;
    m_layout = layOutBoard(m_columns, available, m_order == BoardOrder::Network);
    const int beyond = static_cast<int>(std::ceil(m_layout.width - available));
    horizontalScrollBar()->setRange(0, beyond > 1 ? beyond : 0);
    horizontalScrollBar()->setPageStep(static_cast<int>(std::max(1.0, available)));
    horizontalScrollBar()->setSingleStep(static_cast<int>(kNameLine) * 2);
}

std::map<GroupIndex, QRectF> BitBoard::places() const
{
    std::map<GroupIndex, QRectF> places;
    for (std::size_t i = 0; i < m_chips.size(); ++i) places[m_chips[i].group] = drawnRectangle(i);
    return places;
}

void BitBoard::animateFrom(const std::map<GroupIndex, QRectF>& places)
{
    if (!isVisible()) return;
    std::map<GroupIndex, QRectF> from;
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const auto before = places.find(m_chips[i].group);
        if (before == places.end()) continue;
        const QRectF now = cellRectangle(i, static_cast<std::size_t>(rowOf(m_chips[i].bits)));
        if ((before->second.topLeft() - now.topLeft()).manhattanLength() > 1) from[m_chips[i].group] = before->second;
    }
    m_animation.stop();
    m_from = std::move(from);
    if (m_from.empty()) return;
    m_animation.setDuration(themeOf(this).motion().move);
    m_animation.start();
}

int BitBoard::indexOf(GroupIndex group) const
{
    const auto found = m_index.find(group);
    return found == m_index.end() ? -1 : found->second;
}

int BitBoard::rowOf(int bits) const
{
    const auto found = std::ranges::find(m_rows, bits);
    return found == m_rows.end() ? 0 : static_cast<int>(found - m_rows.begin());
}

double BitBoard::rowHeight() const
{
    const double room = viewport()->height() - kHeader - kBottom;
    return std::floor(std::max(kLeastRow, room / static_cast<double>(std::max<std::size_t>(1, m_rows.size()))));
}

double BitBoard::columnsLeft() const { return kLeft - horizontalScrollBar()->value(); }

QRectF BitBoard::cellRectangle(std::size_t chip, std::size_t row) const
{
    const BoardColumn& column = m_layout.columns[chip];
    const double top = kHeader + rowHeight() * static_cast<double>(row);
    return {columnsLeft() + column.left, top + kCellTop, column.width, rowHeight() - kCellTop - kCellBottom};
}

QRectF BitBoard::drawnRectangle(std::size_t chip) const
{
    const QRectF place = cellRectangle(chip, static_cast<std::size_t>(rowOf(m_chips[chip].bits)));
    if (m_press && m_press->lifted && m_selection.contains(m_chips[chip].group) && !m_chips[chip].edge) {
        // Columns stay where they are: a chip follows the mouse up and down, and sideways only a little.
        const QPointF moved = m_mouse - m_press->position;
        return place.translated(wholePixels({std::clamp(moved.x() * 0.3, -kLiftSideways, kLiftSideways), moved.y()}));
    }
    const auto from = m_from.find(m_chips[chip].group);
    if (from == m_from.end()) return place;
    const double done = m_animation.currentValue().toDouble();
    return place.translated(wholePixels((from->second.topLeft() - place.topLeft()) * (1 - done)));
}

// A chip moves by whole pixels of the screen, so that its picture can be used again.
QPointF BitBoard::wholePixels(const QPointF& way) const
{
    const double ratio = devicePixelRatioF();
    return {std::round(way.x() * ratio) / ratio, std::round(way.y() * ratio) / ratio};
}

QRectF BitBoard::chipRectangle(GroupIndex group) const
{
    const int index = indexOf(group);
    if (index < 0) return {};
    const auto chip = static_cast<std::size_t>(index);
    return cellRectangle(chip, static_cast<std::size_t>(rowOf(m_chips[chip].bits)));
}

QRectF BitBoard::rowRectangle(int bits) const
{
    return {0, kHeader + rowHeight() * rowOf(bits), static_cast<double>(viewport()->width()), rowHeight()};
}

GroupIndex BitBoard::chipAt(const QPointF& position) const
{
    if (position.x() < kLeft - kGrab) return {};
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const QRectF place = cellRectangle(i, static_cast<std::size_t>(rowOf(m_chips[i].bits)));
        if (place.adjusted(-kGrab, -kGrab, kGrab, kGrab).contains(position)) return m_chips[i].group;
    }
    return {};
}

void BitBoard::showCurrent()
{
    const int index = indexOf(m_current);
    if (index < 0) return;
    const BoardColumn& column = m_layout.columns[static_cast<std::size_t>(index)];
    QScrollBar* bar = horizontalScrollBar();
    const double room = viewport()->width() - kLeft - kRight;
    if (column.left < bar->value()) bar->setValue(static_cast<int>(column.left) - kScrollRoom);
    else if (column.right() > bar->value() + room) bar->setValue(static_cast<int>(column.right() - room) + kScrollRoom);
}

QString BitBoard::factsOf(GroupIndex group) const
{
    const LinkedGroup& linked = m_document.study()->table.group(group);
    double share = 0;
    for (const LayerIndex layer : linked.layers) share += m_document.costShare(layer);
    QStringList facts;
    if (const auto gain = m_document.gain(group))
        facts << tr("Gain by %1: %2").arg(Theme::metricName(m_document.choices().metric), gainText(*gain));
    facts << tr("%1 MACs, %2 of the cost").arg(countText(static_cast<double>(linked.macs)), percentText(share));
    facts << tr("%1 weights").arg(wholeText(linked.weights));
    return facts.join(QLatin1Char('\n'));
}

QString BitBoard::tipFor(GroupIndex group) const
{
    const StudyOverview& study = *m_document.study();
    const LinkedGroup& linked = study.table.group(group);
    const Chip& chip = m_chips[static_cast<std::size_t>(indexOf(group))];
    QString text = factsOf(group);
    if (linked.edge) text += QLatin1Char('\n') + edgeSentence();
    if (chip.pinned) text += QLatin1Char('\n') + tr("Pinned: the solver keeps it here.");
    if (chip.unscored) {
        text += QLatin1Char('\n') + tr("Could not be scored; the solver keeps it at the highest width.");
        for (const GroupScore& score : study.scoresOf(m_document.choices().metric.toStdString())->groups)
            if (score.group == group && !score.reason.empty()) text += QLatin1Char(' ') + QString::fromStdString(score.reason);
    }
    return tipText(tr("%1, %2").arg(QString::fromStdString(linked.name), bitName(chip.bits)), text);
}

void BitBoard::describe()
{
    const int index = indexOf(m_current);
    QString words;
    if (index >= 0) {
        const Chip& chip = m_chips[static_cast<std::size_t>(index)];
        const LinkedGroup& linked = m_document.study()->table.group(chip.group);
        words = tr("%1, %2").arg(QString::fromStdString(linked.name), bitName(chip.bits));
        if (!chip.text.isEmpty()) words += tr(", gain %1").arg(gainText(*m_document.gain(chip.group)));
        if (chip.edge) words += tr(", fixed");
        if (chip.pinned) words += tr(", pinned");
        if (chip.unscored) words += tr(", not scored");
    }
    if (words == accessibleDescription()) return;
    setAccessibleDescription(words);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void BitBoard::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_animation.stop();
    m_from.clear();
    layOut();
    showCurrent();
}

void BitBoard::scrollContentsBy(int, int)
{
    // Names at the left stay, so everything is painted anew.
    m_animation.stop();
    m_from.clear();
    viewport()->update();
}

void BitBoard::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) viewport()->update();
    QAbstractScrollArea::changeEvent(event);
}

} // namespace halftone
