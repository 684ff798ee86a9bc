// Opening, reading and changing a study without the window's thread ever waiting.
#include "widgets/session/session.h"

#include <QFileInfo>
#include <QRegularExpression>

#include "widgets/session/job_signals.h"

namespace halftone {

// What opening brings to the window's thread.
struct Session::Opened {
    std::shared_ptr<const StudyOverview> overview;
    std::unique_ptr<JobSignals> listener;
    std::unique_ptr<JobQueue> queue;
};

Session::Session(CommandRunner runner, QSettings* settings, QObject* parent)
    : QObject(parent)
    , m_runner(std::move(runner))
    , m_recent(settings)
{
    qRegisterMetaType<halftone::CurveSample>();
}

Session::~Session() { m_queue.reset(); } // before the listener that it calls

QString Session::studyPath() const
{
    return m_overview ? QString::fromStdString(m_overview->path.string()) : QString();
}

QString Session::studyName() const { return QFileInfo(studyPath()).completeBaseName(); }

void Session::open(const QString& path)
{
    emit opening(path);
    // The listener lives on the window's thread, so it is made here.
    auto listener = std::make_shared<std::unique_ptr<JobSignals>>(std::make_unique<JobSignals>(*this));
    m_reader.run(
        [path = QFileInfo(path).absoluteFilePath().toStdString(), runner = m_runner, listener](
            const TaskContext&) -> Result<std::shared_ptr<Opened>> {
            auto opened = std::make_shared<Opened>();
            HALFTONE_TRY(const StudyFile file, StudyFile::open(path));
            HALFTONE_TRY(StudyOverview overview, readOverview(file));
            opened->overview = std::make_shared<const StudyOverview>(std::move(overview));
            opened->listener = std::move(*listener);
            HALFTONE_TRY(opened->queue, JobQueue::open(path, runner, opened->listener.get()));
            return opened;
        },
        this, [this](Result<std::shared_ptr<Opened>> opened) { finishOpening(std::move(opened)); });
}

void Session::finishOpening(Result<std::shared_ptr<Opened>> opened)
{
    if (!opened.ok()) {
        emit openFailed(QString::fromStdString(opened.error().message));
        return;
    }
    close();
    m_overview = (*opened)->overview;
    m_signals = std::move((*opened)->listener);
    m_queue = std::move((*opened)->queue);
    m_jobs = m_queue->jobs();
    m_bits.setStudy(m_overview);
    m_recent.note(recentStudyOf(*m_overview));
    emit this->opened();
    emit overviewChanged();
    emit jobsChanged();
}

void Session::close()
{
    if (!m_overview) return;
    m_recent.note(recentStudyOf(*m_overview));
    m_asker.cancelAll();
    m_queue.reset();
    m_signals.reset();
    m_jobs.clear();
    m_progress.clear();
    m_overview.reset();
    m_selectedLayer = -1;
    m_bits.setStudy(nullptr);
    emit closed();
}

void Session::refresh()
{
    if (!m_overview) return;
    read([before = m_overview](StudyFile& file, const TaskContext&) { return readOverview(file, before.get()); }, this,
        [this](Result<StudyOverview> overview) {
            if (!overview.ok()) {
                emit failed(QString::fromStdString(overview.error().message));
                return;
            }
            if (!m_overview || overview->path != m_overview->path) return; // another study was opened meanwhile
            m_overview = std::make_shared<const StudyOverview>(std::move(*overview));
            m_bits.setStudy(m_overview);
            emit overviewChanged();
        });
}

void Session::selectLayer(int layer)
{
    if (layer == m_selectedLayer) return;
    m_selectedLayer = layer;
    emit layerSelected(layer);
}

std::int64_t Session::enqueue(const QStringList& arguments, const QString& title)
{
    if (!m_queue) return 0;
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word.toStdString());
    const auto id = m_queue->add(std::move(words), title.toStdString());
    if (!id.ok()) {
        emit failed(QString::fromStdString(id.error().message));
        return 0;
    }
    noteCommand(arguments);
    m_jobs = m_queue->jobs();
    emit jobsChanged();
    return *id;
}

std::optional<JobRecord> Session::currentJob() const
{
    const auto running = m_queue ? m_queue->running() : std::nullopt;
    for (const JobRecord& job : m_jobs)
        if (job.id == running) return job;
    return std::nullopt;
}

JobProgressState Session::progressOf(std::int64_t job) const { return m_progress.value(job); }

void Session::tell(const Status& status)
{
    if (!status.ok()) emit failed(QString::fromStdString(status.error().message));
}

void Session::pauseJob(std::int64_t job)
{
    if (m_queue) tell(m_queue->pause(job));
}

void Session::resumeJob(std::int64_t job)
{
    if (m_queue) tell(m_queue->resume(job));
}

void Session::stopJob(std::int64_t job)
{
    if (m_queue) tell(m_queue->stop(job));
}

void Session::retryJob(std::int64_t job)
{
    if (m_queue) tell(m_queue->retry(job));
}

void Session::removeJob(std::int64_t job)
{
    if (m_queue) tell(m_queue->remove(job));
}

void Session::moveJob(std::int64_t job, int place)
{
    if (m_queue) tell(m_queue->moveTo(job, place));
}

void Session::takeJobs()
{
    if (!m_queue) return;
    m_jobs = m_queue->jobs();
    emit jobsChanged();
}

void Session::takeProgress(std::int64_t job, const JobProgressState& progress)
{
    m_progress[job] = progress;
    emit jobProgressed(job);
}

void Session::takeFinished(const JobRecord& job)
{
    m_progress.remove(job.id);
    takeJobs();
    refresh();
    emit jobFinished(job.id);
}

void Session::ask(const QStringList& arguments, QObject* receiver, std::function<void(Result<std::string>)> then)
{
    std::vector<std::string> words;
    for (const QString& word : withStudyPath(arguments)) words.push_back(word.toStdString());
    m_asker.run([words = std::move(words), runner = m_runner](const TaskContext& task) { return runner(words, task); }, receiver,
        std::move(then));
}

void Session::saveAssignment(const QString& name, bool replace)
{
    const QStringList arguments = m_bits.saveArguments(name, replace);
    noteCommand(arguments);
    ask(arguments, this, [this, name](const Result<std::string>& answer) {
        if (!answer.ok()) {
            emit failed(QString::fromStdString(answer.error().message));
            return;
        }
        refresh();
        emit saved(name);
    });
}

QStringList Session::withStudyPath(const QStringList& arguments) const
{
    QStringList made = arguments;
    made.replaceInStrings(QRegularExpression(QStringLiteral("^STUDY$")), studyPath());
    return made;
}

QString Session::commandLine(const QStringList& arguments, const QString& studyPath)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    QString line = QStringLiteral("halftone");
    for (const QString& argument : arguments) {
        const QString word = argument == QLatin1String("STUDY") ? studyPath : argument;
        line += QLatin1Char(' ');
        line += plain.match(word).hasMatch()
            ? word
            : QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
    }
    return line;
}

void Session::noteCommand(const QStringList& arguments)
{
    m_lastCommand = commandLine(arguments, studyPath());
    emit commandChanged(m_lastCommand);
}

} // namespace halftone
