// Lays out and paints an assignment as a strip of bars.
#include "widgets/controls/bit_strip.h"

#include "widgets/controls/hint_tip.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kFaint = 0.38; // opacity of layers that are equal in a comparison

double safeShare(double share) { return std::isfinite(share) && share > 0 ? share : 0; }

} // namespace

std::vector<QRectF> stripColumns(const QRectF& rectangle, const std::vector<StripLayer>& layers, const StripLook& look)
{
    std::vector<QRectF> columns;
    if (layers.empty() || rectangle.width() <= 0) return columns;
    double gaps = 0;
    double total = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (i > 0) gaps += layers[i].stage == layers[i - 1].stage ? look.gap : look.stageGap;
        total += safeShare(layers[i].share);
    }
    const auto count = static_cast<double>(layers.size());
    // Too narrow for its gaps: the bars touch.
    const double squeeze = gaps + count * look.minimumWidth > rectangle.width() ? std::max(0.0, (rectangle.width() - count) / (gaps + 1e-9)) : 1;
    const double gapScale = std::min(1.0, squeeze);
    const double minimum = std::min(look.minimumWidth, (rectangle.width() - gaps * gapScale) / count);
    // Every layer has its minimum; what is left is shared by cost.
    const double spare = std::max(0.0, rectangle.width() - gaps * gapScale - count * minimum);
    double x = rectangle.left();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (i > 0) x += gapScale * (layers[i].stage == layers[i - 1].stage ? look.gap : look.stageGap);
        const double width = minimum + spare * (total > 0 ? safeShare(layers[i].share) / total : 1 / count);
        columns.emplace_back(x, rectangle.top(), width, rectangle.height());
        x += width;
    }
    return columns;
}

QRectF stripBar(const QRectF& column, int bits, const StripLook& look)
{
    QRectF bar = column;
    const double height = column.height() * bitHeight(bits);
    if (look.fromTop) bar.setHeight(height);
    else bar.setTop(column.bottom() - height);
    return bar;
}

void paintBitStrip(QPainter& painter, const QRectF& rectangle, const std::vector<StripLayer>& layers, const StripLook& look, const Theme& theme)
{
    const std::vector<QRectF> columns = stripColumns(rectangle, layers, look);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const BitLook colours = bitLook(layers[i].bits, theme);
        const double radius = std::min(look.radius, columns[i].width() / 3);
        if (look.tint && bitHeight(layers[i].bits) < 1) {
            painter.setBrush(colours.tint);
            painter.drawRoundedRect(columns[i], radius, radius);
        }
        QColor fill = colours.fill;
        if (layers[i].faint) fill.setAlphaF(kFaint);
        painter.setBrush(fill);
        painter.drawRoundedRect(stripBar(columns[i], layers[i].bits, look), radius, radius);
    }
    painter.restore();
}

BitStrip::BitStrip(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BitStrip::setLayers(std::vector<StripLayer> layers)
{
    m_layers = std::move(layers);
    m_hovered = -1;
    if (m_selected >= static_cast<int>(m_layers.size())) m_selected = -1;
    setAccessibleName(tr("Bit widths of %1").arg(plural(static_cast<std::int64_t>(m_layers.size()), tr("layer"), tr("layers"))));
    update();
}

void BitStrip::setLook(const StripLook& look)
{
    m_look = look;
    update();
}

void BitStrip::setSelected(int layer)
{
    m_selected = layer >= 0 && layer < static_cast<int>(m_layers.size()) ? layer : -1;
    update();
}

void BitStrip::setClickable(bool clickable)
{
    m_clickable = clickable;
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

int BitStrip::layerAt(const QPointF& position) const
{
    const std::vector<QRectF> columns = stripColumns(rect(), m_layers, m_look);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        // A gap belongs to the bar at its left, so that narrow bars can be hit; a stage's gap belongs to none.
        if (columns[i].adjusted(0, 0, m_look.gap, 0).contains(position)) return static_cast<int>(i);
    }
    return -1;
}

QRectF BitStrip::columnOf(int layer) const
{
    const std::vector<QRectF> columns = stripColumns(rect(), m_layers, m_look);
    return layer >= 0 && layer < static_cast<int>(columns.size()) ? columns[static_cast<std::size_t>(layer)] : QRectF();
}

QSize BitStrip::sizeHint() const { return {200, themeOf(this).space().control}; }

QSize BitStrip::minimumSizeHint() const { return {48, 12}; }

void BitStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    paintBitStrip(painter, rect(), m_layers, m_look, theme);
    const int ringed = m_selected >= 0 ? m_selected : m_hovered;
    if (ringed < 0) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.colour(m_selected >= 0 ? Role::Accent : Role::Ink2), m_selected >= 0 ? 2 : 1));
    painter.drawRoundedRect(columnOf(ringed).adjusted(0.5, 0.5, -0.5, -0.5), m_look.radius, m_look.radius);
}

void BitStrip::mouseMoveEvent(QMouseEvent* event) { setHovered(layerAt(event->position())); }

void BitStrip::mousePressEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position());
    if (!m_clickable || layer < 0 || event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    emit clicked(layer);
}

void BitStrip::leaveEvent(QEvent*) { setHovered(-1); }

bool BitStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int layer = layerAt(help->pos());
    if (layer < 0) {
        QToolTip::hideText();
        event->ignore();
        return true;
    }
    double total = 0;
    for (const StripLayer& other : m_layers) total += safeShare(other.share);
    const StripLayer& shown = m_layers[static_cast<std::size_t>(layer)];
    const QString share = total > 0 ? tr("%1, %2 of the cost").arg(bitName(shown.bits), percentText(safeShare(shown.share) / total)) : bitName(shown.bits);
    QToolTip::showText(help->globalPos(), tipText(shown.name, share), this, columnOf(layer).toAlignedRect());
    return true;
}

void BitStrip::setHovered(int layer)
{
    if (layer == m_hovered) return;
    m_hovered = layer;
    update();
    emit hovered(layer);
}

} // namespace halftone
