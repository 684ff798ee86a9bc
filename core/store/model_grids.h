// The grids of an already quantized model as rows of a study file. Internal to store/.
#pragma once

#include "core/base/content_hash.h"
#include "core/graph/named_grids.h"
#include "core/store/database.h"

namespace halftone {

// 2 to 8 bits, codes of a byte, and scales that are positive and finite. That they fit the network is not the
// store's to know. Errors: BadInput.
Status checkGrids(const NamedGrids& grids);
void saveGrids(SQLite::Database& database, const NamedGrids& grids); // checked; throws as Query does
Result<NamedGrids> loadGrids(SQLite::Database& database); // Corrupt where checkGrids would refuse
void addGrids(ContentHasher& hasher, const NamedGrids& grids); // adds nothing when there are none

} // namespace halftone
