// The Model view's parts and how they follow the session.
#include "widgets/pages/model/model_page.h"

namespace halftone {

ModelPage::ModelPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("modelPage"));
}

} // namespace halftone
