// How many layers go from each bit width to each other one between two assignments.
#pragma once

#include <QRectF>
#include <QWidget>
#include <map>
#include <utility>
#include <vector>

namespace halftone {

class TransitionMatrix : public QWidget {
    Q_OBJECT

public:
    explicit TransitionMatrix(QWidget* parent = nullptr);

    // Rows are the widths before, columns after, in this order.
    void setWidths(std::vector<int> widths);
    // Layers by {before, after}; those that are missing are none.
    void setCounts(std::map<std::pair<int, int>, int> counts);
    int countAt(int before, int after) const;
    // Words at the side of the rows ("was").
    void setRowWord(const QString& word);

    QRectF cellRect(int row, int column) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    // A cell with layers in it.
    void chosen(int before, int after);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    std::pair<int, int> cellAt(const QPointF& position) const; // row, column; -1: none

    std::vector<int> m_widths{8, 4, 2};
    std::map<std::pair<int, int>, int> m_counts;
    QString m_rowWord;
};

} // namespace halftone
