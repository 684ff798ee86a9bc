// The program's own line icons, tinted with a colour of the theme.
#pragma once

#include "widgets/theme/theme.h"

#include <QIcon>
#include <QRectF>
#include <QStringList>

class QPainter;

namespace halftone {

// By name ("undo", "search"), without folder or ending; see iconNames(). Crisp at every density, follows the program's theme when
// `theme` is the one in use, grey when disabled. An unknown name gives a null icon.
QIcon icon(QStringView name, const Theme& theme, Role role = Role::Ink2);
// The icon in one colour inside the rectangle, for widgets that paint themselves.
void paintIcon(QPainter& painter, const QRectF& rectangle, QStringView name, const QColor& colour);
// The program's own icon, in its colours.
QIcon programIcon();
QStringList iconNames();

} // namespace halftone
