// Bits: the board on which layers move between widths.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class BitsPage : public Page {
    Q_OBJECT
public:
    explicit BitsPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
