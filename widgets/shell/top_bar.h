// TopBar: the study's name, undo and redo, the way to the command palette, and the theme.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace halftone {

class SearchField;
class Session;

class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(Session& session, QWidget* parent = nullptr);

signals:
    void paletteRequested();
    void themeRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showStudy();
    void showUndo();

    Session& m_session;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_state = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_redo = nullptr;
    SearchField* m_search = nullptr;
};

} // namespace halftone
