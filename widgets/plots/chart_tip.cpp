// The words of a chart's dark tip: a title and rows of a word and a number.
#include "widgets/plots/chart_tip.h"

#include <QStringList>

namespace halftone {

QString ChartTip::spoken() const
{
    QStringList parts;
    if (!title.isEmpty()) parts << title;
    for (const ChartTipRow& row : rows) parts << (row.label + QLatin1Char(' ') + row.value).trimmed();
    return parts.join(QStringLiteral(". "));
}

} // namespace halftone
