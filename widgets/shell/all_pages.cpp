// Which page stands behind each view.
#include "widgets/shell/all_pages.h"

#include "widgets/pages/bits/bits_page.h"
#include "widgets/pages/compare/compare_page.h"
#include "widgets/pages/export/export_page.h"
#include "widgets/pages/frontier/frontier_page.h"
#include "widgets/pages/model/model_page.h"
#include "widgets/pages/sensitivity/sensitivity_page.h"
#include "widgets/pages/start/start_page.h"
#include "widgets/pages/training/training_page.h"

namespace halftone {

Page* makePage(View view, Session& session, QWidget* parent)
{
    switch (view) {
    case View::Start:
        return new StartPage(session, parent);
    case View::Model:
        return new ModelPage(session, parent);
    case View::Sensitivity:
        return new SensitivityPage(session, parent);
    case View::Bits:
        return new BitsPage(session, parent);
    case View::Training:
        return new TrainingPage(session, parent);
    case View::Frontier:
        return new FrontierPage(session, parent);
    case View::Export:
        return new ExportPage(session, parent);
    case View::Compare:
        return new ComparePage(session, parent);
    }
    return nullptr;
}

} // namespace halftone
