// Export: the written file, its verdict, and an image to try.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class ExportPage : public Page {
    Q_OBJECT
public:
    explicit ExportPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
