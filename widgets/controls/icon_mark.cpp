// Paints the icon in the colour of its role.
#include "widgets/controls/icon_mark.h"

#include <QPainter>

#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

IconMark::IconMark(QString iconName, int side, Role role, QWidget* parent)
    : QWidget(parent)
    , m_name(std::move(iconName))
    , m_role(role)
{
    setFixedSize(side, side);
}

void IconMark::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintIcon(painter, rect(), m_name, themeOf(this).colour(m_role));
}

} // namespace halftone
