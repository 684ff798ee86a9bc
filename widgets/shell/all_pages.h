// The views' pages, one a view; a new one is a folder of its own under pages/ and a line here.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

Page* makePage(View view, Session& session, QWidget* parent);

} // namespace halftone
