// How a chart tells QCustomPlot its axes and the theme, and where the titles of the axes stand.
#include "widgets/plots/chart_private.h"
#include "widgets/theme/theme_host.h"

#include <QFontMetricsF>
#include <QPainter>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr int kTickLength = 4;

void applyAxis(QCPAxis* axis, const ChartAxis& settings)
{
    axis->setVisible(settings.visible);
    axis->setScaleType(settings.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis->setRange(settings.range.lower, settings.range.upper);
    const auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (const AxisTick& tick : settings.ticks) ticker->addTick(tick.value, tick.label);
    axis->setTicker(ticker);
    axis->setNumberFormat(QStringLiteral("g")); // the words of the ticks stay as they are, without raised powers
}

} // namespace

int Chart::tickWidth(const std::vector<AxisTick>& ticks) const
{
    const QFontMetricsF metrics(themeOf(this).font(TextStyle::NumberCaption));
    double widest = 0;
    for (const AxisTick& tick : ticks) widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    return static_cast<int>(std::ceil(widest));
}

void Chart::Private::applyLayout(const ChartLayout& newLayout, const QSizeF& newSize)
{
    layout = newLayout;
    size = newSize;
    plot->axisRect()->setMargins(layout.margins);
    applyAxis(plot->xAxis, layout.x);
    applyAxis(plot->yAxis, layout.y);
    plot->yAxis->grid()->setVisible(layout.y.visible);
}

void Chart::Private::applyTheme(const Theme& theme)
{
    const ChartLook& look = theme.chart();
    plot->setBackground(QBrush(theme.colour(Role::Panel)));
    const QPen axisPen(theme.colour(Role::Axis), look.axisWidth);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setTickLabelFont(theme.font(TextStyle::NumberCaption));
        axis->setTickLabelColor(theme.colour(Role::Ink2));
        axis->setSubTicks(false);
        axis->setLabel(QString());
        axis->setPadding(0);
    }
    plot->xAxis->setBasePen(axisPen);
    plot->xAxis->setTickPen(axisPen);
    plot->xAxis->setTickLength(0, kTickLength);
    plot->xAxis->setTickLabelPadding(4);
    plot->xAxis->grid()->setVisible(false);
    plot->yAxis->setBasePen(Qt::NoPen);
    plot->yAxis->setTickPen(Qt::NoPen);
    plot->yAxis->setTickLength(0, 0);
    plot->yAxis->setTickLabelPadding(8);
    plot->yAxis->grid()->setPen(QPen(theme.colour(Role::Grid), look.gridWidth));
    plot->yAxis->grid()->setZeroLinePen(Qt::NoPen);
}

void Chart::Private::paintTitles(QPainter& painter, const ChartFrame& frame) const
{
    const QFont font = frame.theme.font(TextStyle::Caption);
    const QFontMetricsF metrics(font);
    painter.save();
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.setFont(font);
    const auto write = [&](const QRectF& place, const QString& words) {
        const double left = place.left() < frame.plot.left() + 12 ? place.left() - frame.plot.left() : 3; // no stub of a grid line
        painter.fillRect(place.adjusted(-left, 0, 4, 0), frame.theme.colour(Role::Panel, 0.9));
        painter.setPen(frame.theme.colour(Role::Ink2));
        painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, words);
    };
    const double height = metrics.height();
    if (!layout.y.title.isEmpty()) {
        const double width = metrics.horizontalAdvance(layout.y.title);
        write({frame.plot.left() + 8, frame.plot.top() - height / 2 - 1, width, height}, layout.y.title);
    }
    if (!layout.x.title.isEmpty()) {
        const double width = metrics.horizontalAdvance(layout.x.title);
        const bool inside = layout.x.titlePlace == TitlePlace::Inside;
        const double top = inside ? frame.plot.bottom() - height - 3 : frame.plot.bottom() + 26;
        write({frame.plot.right() - width, top, width, height}, layout.x.title);
    }
    painter.restore();
}

} // namespace halftone
