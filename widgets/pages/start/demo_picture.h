// DemoPicture: rows of dots, fine ones above and coarse ones below, as the program's icon has them.
#pragma once

#include <QWidget>

namespace halftone {

class DemoPicture : public QWidget {
public:
    explicit DemoPicture(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace halftone
