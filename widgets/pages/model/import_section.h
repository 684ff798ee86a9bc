// What the study's import found: which keys matched, and in words which did not.
#pragma once

#include <QStringList>
#include <QWidget>

#include "core/studies/study_overview.h"

class QLabel;
class QVBoxLayout;

namespace halftone {

class PushButton;
class Session;

struct ImportWords {
    bool complete = true; // nothing unmatched
    QString verdict; // "124 of 124 keys matched"
    QString sentence; // format, wrappers
    QStringList lines; // what was mapped by hand and what was left out, a sentence each, with markup
    QString source; // the file to import again; empty: not known
};
ImportWords importWords(const StudyOverview& study);

class ImportSection : public QWidget {
public:
    explicit ImportSection(Session& session, QWidget* parent = nullptr);

    void setStudy(const StudyOverview* study);

private:
    void showLines();

    Session& m_session;
    QLabel* m_mark;
    QLabel* m_verdict;
    QLabel* m_sentence;
    QVBoxLayout* m_lines;
    PushButton* m_more; // shows the lines that are folded
    PushButton* m_again;
    QStringList m_shown; // all lines
    bool m_isOpen = false;
    QString m_source;
};

} // namespace halftone
