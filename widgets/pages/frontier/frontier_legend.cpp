// Paints the frontier's legend.
#include "widgets/pages/frontier/frontier_legend.h"

#include <QPainter>

#include "widgets/theme/markers.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kMark = 16; // a mark and the room after it
constexpr int kGap = 18; // between entries
constexpr int kHeight = 20;

} // namespace

FrontierLegend::FrontierLegend(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void FrontierLegend::setSeeds(int seeds)
{
    m_seeds = seeds;
    setAccessibleName(words().join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QStringList FrontierLegend::words() const
{
    QStringList all{tr("best at its cost"), tr("dominated")};
    if (m_seeds > 1) all << tr("95 % interval, %1 seeds").arg(m_seeds);
    return all;
}

QSize FrontierLegend::sizeHint() const
{
    const QFontMetrics metrics(themeOf(this).font(TextStyle::Caption));
    int width = -kGap;
    for (const QString& word : words()) width += kMark + metrics.horizontalAdvance(word) + kGap;
    return {width, kHeight};
}

void FrontierLegend::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextStyle::Caption));
    const double middle = height() / 2.0;
    double x = 0;
    int entry = 0;
    for (const QString& word : words()) {
        const QPointF mark(x + 4.5, middle);
        if (entry < 2) {
            paintMarker(painter, mark, Marker::Circle,
                {.colour = theme.colour(entry == 0 ? Role::SeriesEagl : Role::SeriesBase), .paper = theme.colour(Role::Panel), .filled = entry == 0, .across = 8});
        } else {
            painter.setPen(QPen(theme.colour(Role::Ink2), 1));
            painter.drawLine(QPointF(x + 6.5, middle - 6), QPointF(x + 6.5, middle + 6));
        }
        painter.setPen(theme.colour(Role::Ink2));
        const double wide = painter.fontMetrics().horizontalAdvance(word);
        painter.drawText(QRectF(x + kMark - 1, 0, wide + 2, height()), Qt::AlignVCenter, word);
        x += kMark + wide + kGap;
        ++entry;
    }
}

} // namespace halftone
