// Paints the thin line of progress.
#include "widgets/controls/progress_line.h"

#include "widgets/theme/theme_host.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {
constexpr double kThickness = 4;
} // namespace

ProgressLine::ProgressLine(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ProgressLine::setFraction(std::optional<double> fraction)
{
    if (fraction) fraction = std::isfinite(*fraction) ? std::optional(std::clamp(*fraction, 0.0, 1.0)) : std::nullopt;
    if (fraction == m_fraction) return;
    m_fraction = fraction;
    setAccessibleDescription(fraction ? tr("%1 percent done").arg(std::lround(*fraction * 100)) : QString());
    update();
}

void ProgressLine::setPaused(bool paused)
{
    m_paused = paused;
    update();
}

QSize ProgressLine::sizeHint() const { return {120, 12}; }

QSize ProgressLine::minimumSizeHint() const { return {24, 4}; }

void ProgressLine::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QRectF line(0, (height() - kThickness) / 2, width(), kThickness);
    painter.setBrush(theme.colour(Role::Border));
    painter.drawRoundedRect(line, kThickness / 2, kThickness / 2);
    if (!m_fraction || *m_fraction <= 0) return;
    line.setWidth(std::max(kThickness, line.width() * *m_fraction));
    painter.setBrush(theme.colour(m_paused ? Role::Axis : Role::Accent));
    painter.drawRoundedRect(line, kThickness / 2, kThickness / 2);
}

} // namespace halftone
