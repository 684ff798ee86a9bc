// Looks at the drawing of a network: zoom, pan, fit, and the way along its layers by keys.
#pragma once

#include <QGraphicsView>

#include "widgets/graph/network_scene.h"

namespace halftone {

class NetworkView : public QGraphicsView {
    Q_OBJECT
public:
    explicit NetworkView(QWidget* parent = nullptr);

    NetworkScene& network() { return *m_scene; }
    void setDrawing(std::shared_ptr<const NetworkDrawing> drawing); // begins at zoom 1 with the first layers
    double zoom() const { return transform().m11(); }
    void zoomBy(double factor, const QPointF& about); // about: in the viewport
    void zoomIn();
    void zoomOut();
    void fit();
    void reveal(int layer); // scrolls as little as it takes
    void centreOn(const QPointF& position);
    QRectF visiblePart() const;

signals:
    void layerChosen(int layer);
    void visiblePartChanged();

protected:
    void drawBackground(QPainter* painter, const QRectF& exposed) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    bool viewportEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;

private:
    void setZoom(double zoom, const QPointF& about);
    double leastZoom() const;
    void spreadScene(); // room to pan round the drawing
    void panBy(const QPoint& pixels);
    void moveCursor(int layer);
    bool walk(Qt::Key key);

    NetworkScene* m_scene;
    std::optional<QPoint> m_pressedAt;
    QPoint m_draggedTo;
    bool m_isDragging = false;
    int m_cursor = -1;
    bool m_leavesByTab = false; // after Esc
};

} // namespace halftone
