// The strip, and the way between its places and the graph's.
#include "widgets/graph/network_minimap.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr double kPaddingX = 12, kPaddingY = 14;
constexpr double kFrameReach = 6; // of the frame above and below the strip

double interpolated(double x, const std::vector<std::pair<double, double>>& anchors, bool back)
{
    const auto key = [back](const auto& anchor) { return back ? anchor.second : anchor.first; };
    const auto value = [back](const auto& anchor) { return back ? anchor.first : anchor.second; };
    if (anchors.empty()) return 0;
    const auto after = std::ranges::upper_bound(anchors, x, {}, key);
    if (after == anchors.begin()) return value(anchors.front());
    if (after == anchors.end()) return value(anchors.back());
    const auto before = after - 1;
    const double span = key(*after) - key(*before);
    const double share = span > 0 ? (x - key(*before)) / span : 0;
    return value(*before) + share * (value(*after) - value(*before));
}

} // namespace

NetworkMinimap::NetworkMinimap(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("minimap"));
    setAccessibleName(tr("Overview of the network"));
    setToolTip(tr("The whole network, width by cost; drag to look elsewhere"));
    setCursor(Qt::PointingHandCursor);
    resize(sizeHint());
}

void NetworkMinimap::setLayers(std::vector<StripLayer> layers)
{
    m_layers = std::move(layers);
    findAnchors();
    update();
}

void NetworkMinimap::setPlaces(const std::vector<double>& centres, double from, double to)
{
    m_centres = centres;
    m_graphFrom = from;
    m_graphTo = to;
    findAnchors();
    update();
}

void NetworkMinimap::setVisible(double from, double to)
{
    if (from == m_from && to == m_to) return;
    m_from = from;
    m_to = to;
    update();
}

QRectF NetworkMinimap::strip() const { return QRectF(rect()).adjusted(kPaddingX, kPaddingY, -kPaddingX, -kPaddingY); }

// Layers side by side in the graph are one after the other in the strip: both orders rise, so places can be found between them.
void NetworkMinimap::findAnchors()
{
    m_anchors.clear();
    const std::vector<QRectF> columns = stripColumns(strip(), m_layers, {});
    if (columns.size() != m_centres.size() || columns.empty()) return;
    std::vector<double> places = m_centres;
    std::ranges::sort(places);
    m_anchors.emplace_back(std::min(m_graphFrom, places.front()), strip().left());
    for (std::size_t i = 0; i < columns.size(); ++i) m_anchors.emplace_back(places[i], columns[i].center().x());
    m_anchors.emplace_back(std::max(m_graphTo, places.back()), strip().right());
}

double NetworkMinimap::stripAt(double graphX) const { return interpolated(graphX, m_anchors, false); }
double NetworkMinimap::graphAt(double x) const { return interpolated(x, m_anchors, true); }

QRectF NetworkMinimap::frame() const
{
    const QRectF all = strip().adjusted(0, -kFrameReach, 0, kFrameReach);
    const double left = stripAt(m_from), right = stripAt(m_to);
    return {left, all.top(), std::max(right - left, 3.0), all.height()};
}

void NetworkMinimap::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.colour(Role::Border), theme.border()));
    painter.setBrush(theme.colour(Role::Panel));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius().card, theme.radius().card);
    paintBitStrip(painter, strip(), m_layers, {}, theme);
    if (m_anchors.empty()) return;
    painter.setPen(QPen(theme.colour(Role::Accent), 1.5));
    painter.setBrush(theme.colour(Role::Accent, 0.06));
    painter.drawRoundedRect(frame(), 2, 2);
}

void NetworkMinimap::mousePressEvent(QMouseEvent* event)
{
    const QPointF at = event->position();
    m_grabbedAt = frame().contains(at) ? at.x() - frame().center().x() : 0;
    mouseMoveEvent(event);
}

void NetworkMinimap::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) emit placeChosen(graphAt(event->position().x() - m_grabbedAt));
}

void NetworkMinimap::resizeEvent(QResizeEvent*) { findAnchors(); }

} // namespace halftone
