// Opening, reading and changing a study without the window's thread ever waiting.
#include "widgets/session/session.h"

#include <QFileInfo>
#include <QRegularExpression>

#include "widgets/session/job_signals.h"

namespace halftone {

namespace {

constexpr int kLookMs = 1000; // between two looks whether the program that runs the jobs has ended

} // namespace

// What opening brings to the window's thread.
struct Session::Opened {
    std::shared_ptr<const StudyOverview> overview;
    std::vector<JobRecord> jobs;
    std::unique_ptr<JobQueue> queue; // null: another program runs the jobs
};

Session::Session(CommandRunner runner, QSettings* settings, QObject* parent)
    : QObject(parent)
    , m_runner(std::move(runner))
    , m_recent(settings)
{
    qRegisterMetaType<halftone::CurveSample>();
    m_look.setInterval(kLookMs);
    connect(&m_look, &QTimer::timeout, this, &Session::lookForQueue);
}

Session::~Session() = default;

QString Session::studyPath() const
{
    return m_overview ? QString::fromStdString(m_overview->path.string()) : QString();
}

QString Session::studyName() const { return QFileInfo(studyPath()).completeBaseName(); }

void Session::open(const QString& path)
{
    emit opening(path);
    if (m_overview && QFileInfo(path) == QFileInfo(studyPath())) {
        refresh();
        emit opened();
        return;
    }
    // The listener lives on the window's thread, so it is made here.
    JobSignals* const listener = m_listeners.emplace_back(std::make_unique<JobSignals>(*this)).get();
    m_reader.run(
        [path = QFileInfo(path).absoluteFilePath().toStdString(), runner = m_runner, listener](
            const TaskContext&) -> Result<std::shared_ptr<Opened>> {
            auto opened = std::make_shared<Opened>();
            HALFTONE_TRY(const StudyFile file, StudyFile::open(path));
            HALFTONE_TRY(StudyOverview overview, readOverview(file));
            opened->overview = std::make_shared<const StudyOverview>(std::move(overview));
            HALFTONE_TRY(opened->queue, JobQueue::openIfFree(path, runner, listener));
            HALFTONE_TRY(opened->jobs, file.jobs());
            return opened;
        },
        this, [this, listener](Result<std::shared_ptr<Opened>> opened) { finishOpening(listener, std::move(opened)); });
}

void Session::finishOpening(JobSignals* listener, Result<std::shared_ptr<Opened>> opened)
{
    if (!opened.ok()) {
        drop(listener);
        emit openFailed(QString::fromStdString(opened.error().message));
        return;
    }
    close();
    m_overview = (*opened)->overview;
    m_listener = listener;
    m_queue = std::move((*opened)->queue);
    m_jobs = m_queue ? m_queue->jobs() : std::move((*opened)->jobs);
    m_bits.setStudy(m_overview);
    m_recent.note(recentStudyOf(*m_overview));
    // What made the study, or was done to it before, stays the last command.
    if (!m_lastCommand.contains(studyPath())) noteCommand({QStringLiteral("inspect"), QStringLiteral("STUDY")});
    emit this->opened();
    emit overviewChanged();
    emit jobsChanged();
    if (m_queue) return;
    m_look.start();
    emit noted(tr("Another window or terminal runs the jobs of this study. Everything can be seen and edited here; work can be "
                  "started as soon as that program has ended."));
}

void Session::close()
{
    if (!m_overview) return;
    m_recent.note(recentStudyOf(*m_overview));
    m_asker.cancelAll();
    retireQueue();
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
