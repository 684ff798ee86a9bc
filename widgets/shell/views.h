// The views in the order of the work, as the rail, the shortcuts and the window's stack need them.
#pragma once

#include <array>

#include <QCoreApplication>
#include <QString>

#include "widgets/session/session.h"

namespace halftone {

struct ViewInfo {
    View view;
    const char* name; // translated by viewName()
    const char* icon;
};

inline constexpr std::array kViews{ViewInfo{View::Start, QT_TRANSLATE_NOOP("View", "Start"), "start"},
    ViewInfo{View::Model, QT_TRANSLATE_NOOP("View", "Model"), "model"},
    ViewInfo{View::Sensitivity, QT_TRANSLATE_NOOP("View", "Sensitivity"), "sensitivity"},
    ViewInfo{View::Bits, QT_TRANSLATE_NOOP("View", "Bits"), "bits"},
    ViewInfo{View::Training, QT_TRANSLATE_NOOP("View", "Training"), "training"},
    ViewInfo{View::Frontier, QT_TRANSLATE_NOOP("View", "Frontier"), "frontier"},
    ViewInfo{View::Export, QT_TRANSLATE_NOOP("View", "Export"), "export"},
    ViewInfo{View::Compare, QT_TRANSLATE_NOOP("View", "Compare"), "compare"}};

inline QString viewName(const ViewInfo& view) { return QCoreApplication::translate("View", view.name); }

} // namespace halftone
