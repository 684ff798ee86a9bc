// What the list of metrics says of one: scored, being scored or how long it would take.
#pragma once

#include <QStringList>

#include "core/sensitivity/all_metrics.h"
#include "widgets/pages/sensitivity/metric_row.h"

namespace halftone {

class Session;
class TimeEstimates;

QString metricOf(const MetricInfo& info); // "eagl"
QStringList scoreArguments(const QString& metric);
// `estimates` null: nobody looks, so no time is asked for.
MetricState stateOfMetric(const Session& session, const QString& metric, TimeEstimates* estimates);

} // namespace halftone
