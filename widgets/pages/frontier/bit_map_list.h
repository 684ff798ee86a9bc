// Bit strips in rows, one a point, of which one is selected by mouse or keys.
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/controls/bit_strip.h"

namespace halftone {

struct BitMapRow {
    QString label; // "75 %"
    std::vector<StripLayer> layers;
    QString value; // "89.8 %"
    QString spoken; // for screen readers and the tip
};

class BitMapList : public QWidget {
    Q_OBJECT
public:
    explicit BitMapList(QWidget* parent = nullptr);

    void setRows(std::vector<BitMapRow> rows);
    int count() const { return static_cast<int>(m_rows.size()); }
    void setSelected(int row); // without the signal; -1: none
    int selected() const { return m_selected; }
    QRect rowRect(int row) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void chosen(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    void choose(int row);
    void paintRow(QPainter& painter, int row) const;
    int labelWidth() const;
    int valueWidth() const;

    std::vector<BitMapRow> m_rows;
    int m_selected = -1;
    int m_hovered = -1;
};

} // namespace halftone
