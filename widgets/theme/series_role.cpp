// Roles of the metrics.
#include "widgets/theme/series_role.h"

namespace halftone {

Role seriesRole(const QString& metric)
{
    if (metric.compare(QLatin1String("eagl"), Qt::CaseInsensitive) == 0) return Role::SeriesEagl;
    if (metric.compare(QLatin1String("alps"), Qt::CaseInsensitive) == 0) return Role::SeriesAlps;
    if (metric.startsWith(QLatin1String("hawq"), Qt::CaseInsensitive)) return Role::SeriesHawq;
    return Role::SeriesBase;
}

} // namespace halftone
