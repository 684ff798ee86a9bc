// The Training view's parts and how they follow the session.
#include "widgets/pages/training/training_page.h"

namespace halftone {

TrainingPage::TrainingPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("trainingPage"));
}

} // namespace halftone
