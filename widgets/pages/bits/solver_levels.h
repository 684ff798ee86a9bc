// Sets of widths to choose from, as the data of a combo box.
#pragma once

#include <vector>

#include <QVariant>

namespace halftone {

inline QVariant levelsData(const std::vector<int>& levels)
{
    QVariantList list;
    for (const int level : levels) list << level;
    return list;
}

inline std::vector<int> levelsOf(const QVariant& data)
{
    std::vector<int> levels;
    for (const QVariant& level : data.toList()) levels.push_back(level.toInt());
    return levels;
}

} // namespace halftone
