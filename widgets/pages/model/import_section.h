// What the study's import found: which keys matched, and in words which did not.
#pragma once

#include <QWidget>

#include "core/studies/study_overview.h"

class QLabel;

namespace halftone {

struct ImportWords {
    bool complete = true; // nothing unmatched
    QString verdict; // "124 of 124 keys matched"
    QString sentence; // format, wrappers, what did not fit and the nearest names
};
ImportWords importWords(const StudyOverview& study);

class ImportSection : public QWidget {
public:
    explicit ImportSection(QWidget* parent = nullptr);

    void setStudy(const StudyOverview* study);

private:
    QLabel* m_mark;
    QLabel* m_verdict;
    QLabel* m_sentence;
};

} // namespace halftone
