// Start: a place to drop a model or a study, the demo, and the recent studies.
#pragma once

#include "widgets/shell/page.h"

class QVBoxLayout;

namespace halftone {

class Card;
class NewStudyForm;
class PushButton;
class SearchField;
class StatePanel;

class StartPage : public Page {
    Q_OBJECT
public:
    explicit StartPage(Session& session, QWidget* parent = nullptr);

    // Opens a study, or begins a new one from a model file.
    void take(const QString& path);
    void openDemo();
    std::vector<PaletteAction> actions(const QString& typed) override;

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    Card* makeDropCard();
    Card* makeDemoCard();
    void chooseFile();
    void showRecent();
    void make(const QStringList& arguments, const QString& path);

    Card* m_drop = nullptr;
    QWidget* m_invitation = nullptr;
    NewStudyForm* m_form = nullptr;
    StatePanel* m_state = nullptr; // opening and making, or why it failed
    PushButton* m_demo = nullptr;
    SearchField* m_filter = nullptr;
    QVBoxLayout* m_recent = nullptr;
    QWidget* m_recentPart = nullptr;
};

} // namespace halftone
