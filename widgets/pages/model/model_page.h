// Model: the network as a graph and a table, and one layer closely.
#pragma once

#include "widgets/shell/page.h"

namespace halftone {

class ModelPage : public Page {
    Q_OBJECT
public:
    explicit ModelPage(Session& session, QWidget* parent = nullptr);
};

} // namespace halftone
