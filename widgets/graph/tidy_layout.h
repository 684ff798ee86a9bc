// Makes a layout calmer: frames in a row of one height, shortcuts as straight lanes with round corners.
#pragma once

#include "widgets/graph/graph_layout.h"

namespace halftone {

// Changes only what stays free of overlaps; sets the bounds.
void tidy(GraphLayout& layout, const NetworkParts& parts);

} // namespace halftone
