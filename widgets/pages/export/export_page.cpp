// The Export view's parts and how they follow the session.
#include "widgets/pages/export/export_page.h"

namespace halftone {

ExportPage::ExportPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("exportPage"));
}

} // namespace halftone
