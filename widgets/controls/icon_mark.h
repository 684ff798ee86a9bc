// An icon in a layout, painted so that it follows the theme.
#pragma once

#include <QWidget>

#include "widgets/theme/theme.h"

namespace halftone {

class IconMark : public QWidget {
public:
    IconMark(QString iconName, int side, Role role, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Role m_role;
};

} // namespace halftone
