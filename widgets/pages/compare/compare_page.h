// Compare: two assignments or runs side by side.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
