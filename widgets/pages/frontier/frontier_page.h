// Frontier: accuracy against cost, and the point that a person looks at.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class FrontierPage : public Page {
    Q_OBJECT
public:
    explicit FrontierPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
