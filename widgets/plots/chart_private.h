// The inside of Chart that its own files share: what QCustomPlot is told, and when.
#pragma once

#include "widgets/plots/chart.h"

#include <QElapsedTimer>
#include <QTimer>
#include <functional>

class QCustomPlot;

namespace halftone {

enum class ChartWork { None, Overlay, Everything }; // each includes those before it

struct Chart::Private {
    QCustomPlot* plot = nullptr;
    QString title;
    QString subtitle;
    ChartLayout layout;
    QSizeF size; // that the layout was made for
    bool saving = false;
    bool restyle = true;
    bool empty = true; // as emptied() told last
    ChartWork work = ChartWork::Everything;
    QTimer timer;
    QElapsedTimer sinceRepaint;
    int interval = 0;
    int hovered = -1;
    int selected = -1;
    bool ringVisible = false; // the focus came by the keyboard
    std::optional<QPointF> pressedAt;

    void plan(ChartWork more);
    void applyLayout(const ChartLayout& newLayout, const QSizeF& newSize);
    void applyTheme(const Theme& theme);
    void paintTitles(QPainter& painter, const ChartFrame& frame) const;
};

ChartFrame frameOf(const ChartLayout& layout, const QSizeF& size, const Theme& theme, bool saving);

} // namespace halftone
