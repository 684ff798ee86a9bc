// Page: one view of the window; the rail leads through them in the order of the work.
#pragma once

#include <functional>
#include <vector>

#include <QString>
#include <QWidget>

#include "widgets/session/session.h"

namespace halftone {

// Something the command palette (Ctrl+K) can do.
struct PaletteAction {
    QString title; // "Set layer3.* to 2 bit, 7 layers"
    QString icon; // of widgets/theme/icons.h; may be empty
    QString shortcut; // shown at the right; may be empty
    std::function<void()> run;
};

class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(Session& session, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_session(session)
    {
    }
    // What can be done here for what a person typed ("" for all); asked anew at every key.
    virtual std::vector<PaletteAction> actions(const QString& typed)
    {
        static_cast<void>(typed);
        return {};
    }

protected:
    Session& session() const { return m_session; }

private:
    Session& m_session;
};

} // namespace halftone
