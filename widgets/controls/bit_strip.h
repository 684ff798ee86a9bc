// An assignment as a strip: one bar a layer in network order, width by share of cost, height and colour by bit width.
#pragma once

#include "widgets/theme/theme.h"

#include <QMetaType>
#include <QRectF>
#include <QWidget>
#include <vector>

class QPainter;

namespace halftone {

struct StripLayer {
    QString name; // as in the state_dict
    double share = 0; // of the cost; only proportions count
    int bits = 0;
    QString stage; // layers of one stage stand together, with a gap before the next
    bool faint = false; // drawn pale: equal in a comparison
};

struct StripLook {
    bool tint = true; // the empty part above each bar
    bool fromTop = false; // bars hang down: the lower strip of a comparison
    double gap = 1; // between layers
    double stageGap = 4; // between stages
    double radius = 1;
    double minimumWidth = 2; // of a layer
};

// Where each layer stands, as wide and as high as the strip; the bar itself is the lower part by bitHeight().
std::vector<QRectF> stripColumns(const QRectF& rectangle, const std::vector<StripLayer>& layers, const StripLook& look);
QRectF stripBar(const QRectF& column, int bits, const StripLook& look);
void paintBitStrip(QPainter& painter, const QRectF& rectangle, const std::vector<StripLayer>& layers, const StripLook& look, const Theme& theme);

class BitStrip : public QWidget {
    Q_OBJECT

public:
    explicit BitStrip(QWidget* parent = nullptr);

    void setLayers(std::vector<StripLayer> layers);
    const std::vector<StripLayer>& layers() const { return m_layers; }
    void setLook(const StripLook& look);
    // A ring round one layer; -1: none.
    void setSelected(int layer);
    // Bars answer clicks; off by default.
    void setClickable(bool clickable);

    int layerAt(const QPointF& position) const; // -1: none
    QRectF columnOf(int layer) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void hovered(int layer); // -1 when the mouse leaves
    void clicked(int layer);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void setHovered(int layer);

    std::vector<StripLayer> m_layers;
    StripLook m_look;
    int m_selected = -1;
    int m_hovered = -1;
    bool m_clickable = false;
};

} // namespace halftone

Q_DECLARE_METATYPE(std::vector<halftone::StripLayer>)
