// Session: what the window knows of the open study, and the one place through which views ask for anything to be done.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/studies/command_runner.h"
#include "core/studies/job_queue.h"
#include "core/studies/study_overview.h"
#include "widgets/session/background.h"
#include "widgets/session/bit_document.h"
#include "widgets/session/recent_studies.h"

class QSettings;

namespace halftone {

enum class View { Start, Model, Sensitivity, Bits, Training, Frontier, Export, Compare };

struct JobProgressState {
    Progress progress;
    double secondsLeft = -1; // unknown when negative
};

class JobSignals; // a JobListener that brings the queue's calls to the window's thread

class Session : public QObject {
    Q_OBJECT
public:
    // `settings` keeps the recent studies; it may be absent and must outlive the session.
    explicit Session(CommandRunner runner, QSettings* settings = nullptr, QObject* parent = nullptr);
    ~Session() override; // the running job stops at its next chance and goes on when the study is opened again

    // Opens a study in the background: opened() or openFailed() follows. When another program runs its jobs, noted() tells so;
    // everything else can be done, and its queue is taken over as soon as it is free.
    void open(const QString& path);
    void close();
    bool isOpen() const { return m_overview != nullptr; }
    const StudyOverview* overview() const { return m_overview.get(); } // null: none open
    std::shared_ptr<const StudyOverview> sharedOverview() const { return m_overview; }
    QString studyPath() const;
    QString studyName() const; // the file's name without its ending
    void refresh(); // reads the study anew; overviewChanged() follows

    BitDocument& bits() { return m_bits; }
    RecentStudies& recentStudies() { return m_recent; }

    int selectedLayer() const { return m_selectedLayer; } // -1: none
    void selectLayer(int layer); // LayerIndex; the same in every view

    // Long work: goes into the study's queue. `arguments` as on the command line with "STUDY" for the study's path.
    // Answers the job's id, or 0 after failed() told why not.
    std::int64_t enqueue(const QStringList& arguments, const QString& title);
    bool runsJobs() const { return m_queue != nullptr; } // false: no study is open, or another program runs its jobs
    const std::vector<JobRecord>& jobs() const { return m_jobs; }
    std::optional<JobRecord> currentJob() const; // the one that has begun and has not ended, paused or not
    JobProgressState progressOf(std::int64_t job) const;
    void pauseJob(std::int64_t job);
    void resumeJob(std::int64_t job);
    void stopJob(std::int64_t job);
    void retryJob(std::int64_t job);
    void removeJob(std::int64_t job);
    void moveJob(std::int64_t job, int place); // among the waiting ones

    // Short work that shows something and stores nothing of weight (a layer's histograms, an image's classes, estimates): one
    // command after the other on another thread. `then` gets the JSON document, unless `receiver` is gone.
    void ask(const QStringList& arguments, QObject* receiver, std::function<void(Result<std::string>)> then);
    // A plain function of the study file on the reading thread, its result by value.
    template <typename Work, typename Then> void read(Work work, QObject* receiver, Then then)
    {
        m_reader.run(
            [path = studyPath().toStdString(), work = std::move(work)](const TaskContext& task) -> decltype(work(
                                                                                                 std::declval<StudyFile&>(), task)) {
                auto file = StudyFile::open(path, {.access = StudyAccess::ReadOnly});
                if (!file.ok()) return file.error();
                return work(*file, task);
            },
            receiver, std::move(then));
    }
    // Saves the Bits view's assignment; saved() or failed() follows.
    void saveAssignment(const QString& name, bool replace);

    // The command line that equals what was done last; "STUDY" is already replaced.
    QString lastCommand() const { return m_lastCommand; }
    void noteCommand(const QStringList& arguments);
    static QString commandLine(const QStringList& arguments, const QString& studyPath); // quoted for a shell

    void show(View view) { emit viewRequested(view); }
    // Leads to Export, which takes the assignment's name when it is shown.
    void showExport(const QString& assignment)
    {
        m_wantedExport = assignment;
        show(View::Export);
    }
    QString takeWantedExport() { return std::exchange(m_wantedExport, QString()); }
    // Leads to Start, which begins a new study of this model file; empty: none is wanted.
    void showImport(const QString& file)
    {
        m_wantedImport = file;
        show(View::Start);
    }
    QString takeWantedImport() { return std::exchange(m_wantedImport, QString()); }

signals:
    void opening(const QString& path);
    void opened();
    void openFailed(const QString& sentence);
    void closed();
    void overviewChanged();
    void layerSelected(int layer);
    void jobsChanged();
    void jobProgressed(qint64 job);
    void jobFinished(qint64 job);
    void curveSampled(const halftone::CurveSample& sample);
    void commandChanged(const QString& commandLine);
    void viewRequested(halftone::View view);
    void noted(const QString& sentence); // what running work wants the person to know
    void failed(const QString& sentence); // something that was asked for could not be done
    void saved(const QString& assignment);

private:
    friend class JobSignals;
    struct Opened;
    void finishOpening(JobSignals* listener, Result<std::shared_ptr<Opened>> opened);
    void tell(const Status& status);
    void retireQueue();
    void lookForQueue();
    void takeQueue(std::unique_ptr<JobQueue> queue, std::vector<JobRecord> jobs);
    void changeJobs(const std::function<Status(JobQueue&)>& here, std::function<Status(std::vector<JobRecord>&)> there);
    void drop(JobSignals* listener);
    void takeJobs();
    void takeProgress(std::int64_t job, const JobProgressState& progress);
    void takeFinished(const JobRecord& job);
    QStringList withStudyPath(const QStringList& arguments) const;

    CommandRunner m_runner;
    std::shared_ptr<const StudyOverview> m_overview;
    BitDocument m_bits;
    RecentStudies m_recent;
    int m_selectedLayer = -1;
    QString m_lastCommand;
    QString m_wantedExport;
    QString m_wantedImport;
    std::vector<JobRecord> m_jobs;
    QHash<std::int64_t, JobProgressState> m_progress;
    std::vector<std::unique_ptr<JobSignals>> m_listeners; // of this study's queue, and of those that are ending
    JobSignals* m_listener = nullptr; // of this study's; null: none open
    std::unique_ptr<JobQueue> m_queue; // null: none open, or another program runs the jobs
    QTimer m_look; // whether that program has ended
    Background m_asker; // engine commands
    Background m_reader; // the study file, and the end of queues
};

} // namespace halftone

Q_DECLARE_METATYPE(halftone::CurveSample)
