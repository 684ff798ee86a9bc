// The Frontier view's parts and how they follow the session.
#include "widgets/pages/frontier/frontier_page.h"

namespace halftone {

FrontierPage::FrontierPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("frontierPage"));
}

} // namespace halftone
