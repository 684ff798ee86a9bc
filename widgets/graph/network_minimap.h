// The whole network as a strip of bits, with the part that the graph shows in a frame.
#pragma once

#include <QWidget>

#include "widgets/controls/bit_strip.h"

namespace halftone {

class NetworkMinimap : public QWidget {
    Q_OBJECT
public:
    explicit NetworkMinimap(QWidget* parent = nullptr);

    void setLayers(std::vector<StripLayer> layers);
    // Where the layers stand in the graph, in the same order, and from where to where the graph reaches.
    void setPlaces(const std::vector<double>& centres, double from, double to);
    void setVisible(double from, double to); // in the graph
    using QWidget::setVisible;

    QRectF frame() const; // round what is visible, in this widget
    double graphAt(double x) const; // the place of the graph that a place of the strip stands for

    QSize sizeHint() const override { return {264, 54}; }

signals:
    void placeChosen(double graphX);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QRectF strip() const;
    double stripAt(double graphX) const;
    void findAnchors();

    std::vector<StripLayer> m_layers;
    std::vector<double> m_centres;
    std::vector<std::pair<double, double>> m_anchors; // graph, strip; both rising
    double m_graphFrom = 0, m_graphTo = 0;
    double m_from = 0, m_to = 0;
    double m_grabbedAt = 0; // within the frame
};

} // namespace halftone
