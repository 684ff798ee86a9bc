// Sensitivity: gains of every layer by each metric, and how far metrics agree.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class SensitivityPage : public Page {
    Q_OBJECT
public:
    explicit SensitivityPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
