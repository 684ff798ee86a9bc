// The signal to noise of every layer as dots in rows, against the gate that an export must reach.
#include "widgets/plots/noise_chart.h"

#include "widgets/plots/chart_words.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/curve_pyramid.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kRowHeight = 20;
constexpr int kLeastRowHeight = 14;
constexpr int kTop = 22; // ticks' words
constexpr int kBottom = 20; // words of the gate
constexpr int kGlyph = 12;
constexpr int kNameLeft = 20;
constexpr int kValueColumn = 56;
constexpr double kDot = 4;
constexpr double kLongestName = 200;

double lowestOf(const NoiseRow& row)
{
    double lowest = std::numeric_limits<double>::quiet_NaN();
    for (const double value : row.values) {
        if (!std::isnan(value)) lowest = std::isnan(lowest) ? value : std::min(lowest, value);
    }
    return lowest;
}

QString decibelText(double value)
{
    if (std::isnan(value)) return QStringLiteral("n/a");
    return std::isinf(value) ? QStringLiteral("equal") : QString::number(value, 'f', 1);
}

} // namespace

NoiseChart::NoiseChart(QWidget* parent)
    : Chart(parent)
{
}

NoiseChart::~NoiseChart() = default;

void NoiseChart::setData(NoiseData data)
{
    m_data = std::move(data);
    updateGeometry();
    dataChanged();
}

const NoiseData& NoiseChart::data() const { return m_data; }
int NoiseChart::pointCount() const { return static_cast<int>(m_data.rows.size()); }
QSize NoiseChart::sizeHint() const { return {600, kTop + kBottom + kRowHeight * pointCount()}; }
QSize NoiseChart::minimumSizeHint() const { return {360, kTop + kBottom + kLeastRowHeight * pointCount()}; }

ChartLayout NoiseChart::layoutFor(const QSizeF& size) const
{
    CurveExtent values;
    values.include(0.0);
    values.include(m_data.gate.value_or(0));
    double widest = 0;
    const QFontMetricsF metrics(themeOf(this).font(TextStyle::NumberCaption));
    for (const NoiseRow& row : m_data.rows) {
        for (const double value : row.values) values.include(value);
        widest = std::max(widest, std::min(kLongestName, metrics.horizontalAdvance(row.layer)));
    }
    ChartLayout layout;
    layout.x.visible = false;
    layout.y.visible = false;
    const double names = std::min(widest, 0.4 * size.width());
    layout.margins = QMargins(kNameLeft + static_cast<int>(names) + 24, kTop, kValueColumn, kBottom);
    layout.x.range = drawableRange(values.lowest, std::max(values.highest * 1.08, 1.0), false);
    layout.y.range = {0, std::max(1.0, static_cast<double>(pointCount()))};
    return layout;
}

QPointF NoiseChart::markPosition(int index, const ChartFrame& frame) const
{
    const NoiseRow& row = m_data.rows[static_cast<std::size_t>(index)];
    const double height = frame.plot.height() / std::max(1, pointCount());
    const double lowest = lowestOf(row);
    const double x = std::isfinite(lowest) ? frame.x.toPixel(lowest) : std::isnan(lowest) ? frame.plot.left() : frame.plot.right();
    return {x, frame.plot.top() + (index + 0.5) * height};
}

void NoiseChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(frame.theme.font(TextStyle::NumberCaption));
    const QPen grid(frame.theme.colour(Role::Grid), 1);
    for (const AxisTick& tick : linearTicks({frame.x.lower, frame.x.upper}, std::max(2, static_cast<int>(frame.plot.width() / 80)))) {
        const double x = std::round(frame.x.toPixel(tick.value));
        painter.setPen(tick.value == 0 ? QPen(frame.theme.colour(Role::Axis), 1) : grid);
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        painter.setPen(frame.theme.colour(Role::Ink2));
        painter.drawText(QRectF(x - 40, 0, 80, kTop - 4), Qt::AlignCenter, tick.label);
    }
    for (int row = 0; row < pointCount(); ++row) paintRow(painter, frame, row);
    if (!m_data.gate) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    QPen dashed(frame.theme.colour(Role::Fail), 1);
    dashed.setDashPattern({3, 3});
    painter.setPen(dashed);
    const double x = std::round(frame.x.toPixel(*m_data.gate));
    painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom() + 4));
    const QFont font = frame.theme.font(TextStyle::Caption);
    const QSizeF size = wordsSize(m_data.gateLabel, font);
    const double left = std::min(x + 6, frame.whole.right() - size.width());
    paintWords(painter, {QRectF(QPointF(left, frame.plot.bottom() + 2), size), m_data.gateLabel, Role::Fail, font, {}}, frame.theme);
}

void NoiseChart::paintRow(QPainter& painter, const ChartFrame& frame, int index) const
{
    const NoiseRow& row = m_data.rows[static_cast<std::size_t>(index)];
    const double y = markPosition(index, frame).y();
    const QFont font = frame.theme.font(TextStyle::NumberCaption);
    const double nameWidth = frame.plot.left() - kNameLeft - 16;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(frame.theme.colour(Role::Grid), 1));
    painter.drawLine(QPointF(frame.plot.left(), std::round(y)), QPointF(frame.plot.right(), std::round(y)));
    painter.setRenderHint(QPainter::Antialiasing);
    if (row.bits > 0) paintBitGlyph(painter, QRectF(0, y - kGlyph / 2.0, kGlyph, kGlyph), row.bits, frame.theme);
    painter.setFont(font);
    painter.setPen(frame.theme.colour(Role::Ink));
    painter.drawText(QRectF(kNameLeft, y - 10, nameWidth, 20), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetricsF(font).elidedText(row.layer, Qt::ElideMiddle, nameWidth));
    const double lowest = lowestOf(row);
    const bool below = m_data.gate && lowest < *m_data.gate;
    const QColor colour = frame.theme.colour(below ? Role::Fail : Role::Ink2);
    for (std::size_t i = row.values.size(); i-- > 0;) {
        if (std::isnan(row.values[i])) continue;
        const QPointF at(std::isinf(row.values[i]) ? frame.plot.right() : frame.x.toPixel(row.values[i]), y);
        painter.setPen(i == 0 ? QPen(Qt::NoPen) : QPen(colour, 1.3));
        painter.setBrush(i == 0 ? QBrush(colour) : QBrush(frame.theme.colour(Role::Panel)));
        painter.drawEllipse(at, i == 0 ? kDot : kDot - 0.5, i == 0 ? kDot : kDot - 0.5);
    }
    painter.setPen(frame.theme.colour(below ? Role::Fail : std::isnan(lowest) ? Role::Ink3 : Role::Ink));
    painter.drawText(QRectF(frame.whole.right() - kValueColumn, y - 10, kValueColumn - 4, 20), Qt::AlignRight | Qt::AlignVCenter,
        decibelText(lowest));
}

void NoiseChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    const double height = frame.plot.height() / std::max(1, pointCount());
    const auto band = [&](int row) { return QRectF(0, frame.plot.top() + row * height, frame.whole.width(), height); };
    if (selectedPoint() >= 0) painter.fillRect(band(selectedPoint()), frame.theme.colour(Role::Accent, 0.14));
    const int hovered = hoveredPoint();
    if (hovered < 0) return;
    if (hovered != selectedPoint()) painter.fillRect(band(hovered), frame.theme.colour(Role::Ink, 0.05));
    Chart::paintOverlay(painter, frame);
}

ChartTip NoiseChart::tipOf(int index) const
{
    const NoiseRow& row = m_data.rows[static_cast<std::size_t>(index)];
    ChartTip tip{row.layer, {}};
    for (std::size_t i = 0; i < row.values.size(); ++i) {
        const QString name = static_cast<qsizetype>(i) < m_data.names.size() ? m_data.names[static_cast<qsizetype>(i)] : tr("Signal to noise");
        const QString unit = std::isfinite(row.values[i]) ? QLatin1Char(' ') + m_data.unit : QString();
        tip.rows.push_back({name, decibelText(row.values[i]) + unit});
    }
    return tip;
}

int NoiseChart::pointFrom(int index, Qt::Key key) const
{
    const int last = pointCount() - 1;
    if (index < 0 || key == Qt::Key_Home) return 0;
    if (key == Qt::Key_End) return last;
    return std::clamp(index + (key == Qt::Key_Down || key == Qt::Key_Right ? 1 : -1), 0, last);
}

int NoiseChart::hitTest(const QPointF& position, const ChartFrame& frame) const
{
    const bool inRows = position.y() >= frame.plot.top() && position.y() < frame.plot.bottom();
    if (!inRows || pointCount() == 0 || position.x() < 0 || position.x() > frame.whole.right()) return -1;
    const double height = frame.plot.height() / pointCount();
    return std::min(pointCount() - 1, static_cast<int>((position.y() - frame.plot.top()) / height));
}

void NoiseChart::writeCsv(CsvWriter& csv) const
{
    csv.text(QStringLiteral("layer")).text(QStringLiteral("bits"));
    std::size_t columns = static_cast<std::size_t>(m_data.names.size());
    for (const NoiseRow& row : m_data.rows) columns = std::max(columns, row.values.size());
    for (std::size_t i = 0; i < columns; ++i) {
        const auto at = static_cast<qsizetype>(i);
        csv.text(at < m_data.names.size() ? m_data.names[at] + QLatin1String(", ") + m_data.unit : m_data.unit);
    }
    csv.endRow();
    for (const NoiseRow& row : m_data.rows) {
        csv.text(row.layer).integer(row.bits);
        for (std::size_t i = 0; i < columns; ++i) {
            const double value = i < row.values.size() ? row.values[i] : std::nan("");
            if (std::isinf(value)) csv.text(QStringLiteral("inf"));
            else csv.number(value);
        }
        csv.endRow();
    }
}

QString NoiseChart::summary() const
{
    double lowest = std::numeric_limits<double>::infinity();
    for (const NoiseRow& row : m_data.rows) {
        const double value = lowestOf(row);
        if (!std::isnan(value)) lowest = std::min(lowest, value);
    }
    return tr("%n layers, lowest %1 %2", nullptr, pointCount()).arg(decibelText(lowest), m_data.unit);
}

} // namespace halftone
