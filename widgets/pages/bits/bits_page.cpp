// The Bits view's parts and how they follow the session.
#include "widgets/pages/bits/bits_page.h"

namespace halftone {

BitsPage::BitsPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("bitsPage"));
}

} // namespace halftone
