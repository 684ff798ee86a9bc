// The verdict on the file that is looked at: working, failed, or what was checked and how it went.
#pragma once

#include "widgets/controls/card.h"
#include "widgets/controls/state_panel.h"
#include "widgets/pages/export/verdict.h"

class QStackedWidget;

namespace halftone {

class PushButton;

class VerdictCard : public Card {
    Q_OBJECT
public:
    explicit VerdictCard(QWidget* parent = nullptr);

    void showNothing();
    void showWorking(const WorkingState& state);
    void showFailed(const QString& sentence, const QString& details);
    // `when`: the caption at the right; `inFolder`: the file is where we know it.
    void showVerdict(const ExportRecord& record, const StoredVerdict& verdict, const QString& when, bool inFolder);

signals:
    void showInFolderRequested();
    void copyRequested();
    void stopRequested();
    void retryRequested();
    void dismissRequested();

private:
    void showPage(int page);
    void rebuild(const StoredVerdict& verdict);

    QStackedWidget* m_stack = nullptr;
    StatePanel* m_state = nullptr;
    QWidget* m_result = nullptr;
    PushButton* m_folder = nullptr;
    PushButton* m_copy = nullptr;
    QString m_shown; // what stands there, so that it is not built anew at every signal
};

} // namespace halftone
