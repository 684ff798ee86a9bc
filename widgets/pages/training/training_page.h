// Training: the queue, the history of runs and their curves.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class TrainingPage : public Page {
    Q_OBJECT
public:
    explicit TrainingPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
