// The legend of a colouring by a quantity: from little to much.
#pragma once

#include <QWidget>

#include "widgets/theme/theme.h"

namespace halftone {

class ShadeLegend : public QWidget {
public:
    explicit ShadeLegend(QWidget* parent = nullptr);

    // "0 %", "9.1 % of MACs"; the metric colours gains, none is the grey of costs.
    void setShades(const QString& least, const QString& most, const QString& metric = {});
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_least, m_most, m_metric;
};

} // namespace halftone
