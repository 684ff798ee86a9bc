// The drawn runs as a table: where each stands now, how fast it is, and its bits as a strip.
#pragma once

#include <QAbstractTableModel>
#include <optional>

#include "widgets/controls/bit_strip.h"
#include "widgets/format/metric_words.h"
#include "widgets/theme/theme.h"

namespace halftone {

struct RunTableRow {
    QString key, title;
    std::optional<double> loss, train, test, best; // fractions, but for the loss
    std::optional<double> stepMs, imagesPerSecond, seconds;
    std::vector<StripLayer> strip;
    Role colour = Role::Ink;
};

class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    enum Column { Run, Loss, Train, Test, Best, Step, Images, Time, Bits, Columns };

    void setRows(std::vector<RunTableRow> rows);
    void setMetric(const MetricWords& words);
    const std::vector<RunTableRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RunTableRow> m_rows;
    const MetricWords* m_words = &metricWords(Task::Classification);
};

} // namespace halftone
