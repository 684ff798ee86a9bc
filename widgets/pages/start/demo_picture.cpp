// Paints the dots in the colours of 8, 4 and 2 bit.
#include "widgets/pages/start/demo_picture.h"

#include <QPainter>

#include "widgets/theme/bit_look.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

struct DotRow {
    int bits;
    int count;
    double y, radius;
};
constexpr DotRow kRows[] = {{8, 14, 6, 2.6}, {8, 14, 15, 2.6}, {4, 8, 29, 4.6}, {2, 4, 53, 11}};

} // namespace

DemoPicture::DemoPicture(QWidget* parent)
    : QWidget(parent)
{
    setFixedSize(120, 66);
}

void DemoPicture::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (const DotRow& row : kRows) {
        painter.setBrush(bitLook(row.bits, themeOf(this)).fill);
        const double step = (width() - 2 * row.radius - 2) / (row.count - 1);
        for (int i = 0; i < row.count; ++i)
            painter.drawEllipse(QPointF(1 + row.radius + i * step, row.y), row.radius, row.radius);
    }
}

} // namespace halftone
