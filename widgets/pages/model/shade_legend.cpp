// Five shades between two words.
#include "widgets/pages/model/shade_legend.h"

#include <QPainter>

#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kShades = 5;
constexpr double kSide = 12, kGap = 2, kWordGap = 6;

} // namespace

ShadeLegend::ShadeLegend(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ShadeLegend::setShades(const QString& least, const QString& most, const QString& metric)
{
    m_least = least;
    m_most = most;
    m_metric = metric;
    setAccessibleName(least + QStringLiteral(" – ") + most);
    updateGeometry();
    update();
}

QSize ShadeLegend::sizeHint() const
{
    const QFontMetricsF words(themeOf(this).font(TextStyle::Small));
    const double wide = words.horizontalAdvance(m_least) + words.horizontalAdvance(m_most) + 2 * kWordGap + kShades * (kSide + kGap);
    return {static_cast<int>(wide) + 2, 20};
}

void ShadeLegend::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextStyle::Small));
    painter.setPen(theme.colour(Role::Ink2));
    double x = painter.fontMetrics().horizontalAdvance(m_least);
    painter.drawText(QRectF(0, 0, x + 1, height()), Qt::AlignLeft | Qt::AlignVCenter, m_least);
    x += kWordGap;
    QColor colour = m_metric.isEmpty() ? theme.colour(Role::Ink2) : theme.series(m_metric);
    for (int i = 0; i < kShades; ++i) {
        colour.setAlphaF(0.05F + 0.4F * static_cast<float>(i) / (kShades - 1));
        painter.setBrush(colour);
        painter.setPen(QPen(theme.colour(Role::Axis), 1));
        painter.drawRoundedRect(QRectF(x + 0.5, (height() - kSide) / 2 + 0.5, kSide - 1, kSide - 1), 2, 2);
        x += kSide + kGap;
    }
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRectF(x + kWordGap - kGap, 0, width() - x, height()), Qt::AlignLeft | Qt::AlignVCenter, m_most);
}

} // namespace halftone
