// RecentStudies: the studies that were opened lately, with enough of each to show it without opening it.
#pragma once

#include <vector>

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>

#include "core/studies/study_overview.h"

class QSettings;

namespace halftone {

struct RecentStudy {
    QString path;
    QString network; // "cifar_resnet20"
    QString data; // "cifar10"
    int layers = 0;
    std::vector<int> bits; // of the newest assignment, one a layer; empty: none saved
    std::vector<double> shares; // of the multiply-accumulates
    std::vector<QString> stages;
    QString state; // "12 runs"
    QString headline; // "89.8 % at 75.0 %": of the newest trained assignment; may be empty
    QDateTime openedAt;
};

// What the list keeps of an open study.
RecentStudy recentStudyOf(const StudyOverview& study);

class RecentStudies : public QObject {
    Q_OBJECT
public:
    // `settings` may be absent: then nothing is kept.
    explicit RecentStudies(QSettings* settings, QObject* parent = nullptr);

    const std::vector<RecentStudy>& studies() const { return m_studies; } // the last opened first
    void note(const RecentStudy& study);
    void forget(const QString& path);

signals:
    void changed();

private:
    void save();

    QSettings* m_settings = nullptr;
    std::vector<RecentStudy> m_studies;
};

} // namespace halftone
