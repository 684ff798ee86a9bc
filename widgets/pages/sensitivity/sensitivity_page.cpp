// The Sensitivity view's parts and how they follow the session.
#include "widgets/pages/sensitivity/sensitivity_page.h"

namespace halftone {

SensitivityPage::SensitivityPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("sensitivityPage"));
}

} // namespace halftone
