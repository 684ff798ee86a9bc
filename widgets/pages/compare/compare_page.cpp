// The Compare view's parts and how they follow the session.
#include "widgets/pages/compare/compare_page.h"

namespace halftone {

ComparePage::ComparePage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("comparePage"));
}

} // namespace halftone
