// The Export view's parts and how they follow the session.
#include "widgets/pages/export/export_page.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <QClipboard>
#include <QDateTime>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include "widgets/controls/card.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/export/export_form.h"
#include "widgets/pages/export/exports_model.h"
#include "widgets/pages/export/try_image_card.h"
#include "widgets/pages/export/verdict_card.h"
#include "widgets/plots/chart_save_button.h"
#include "widgets/plots/noise_chart.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kTableRows = 4; // more scroll
constexpr int kTableFoot = 8;
constexpr int kLowPage = 760;

QWidget* scrolled(QWidget* contents)
{
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    contents->setProperty("scrolled", true);
    area->setWidget(contents);
    return area;
}

// "14:02", with the day when it is another.
QString timeText(std::int64_t seconds)
{
    const QDateTime when = QDateTime::fromSecsSinceEpoch(seconds);
    return when.date() == QDate::currentDate() ? when.toString(QStringLiteral("HH:mm")) : agoText(when, QDateTime::currentDateTime());
}

} // namespace

ExportPage::ExportPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("exportPage"));
    const Spacing& space = themeOf(this).space();
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(space.page, 14, 0, 0);
    outer->setSpacing(space.gap);
    QLabel* title = makeLabel(tr("Export"), TextStyle::Title);
    title->setMinimumHeight(space.control);
    outer->addWidget(title);
    auto* contents = new QWidget;
    auto* columns = new QHBoxLayout(contents);
    columns->setContentsMargins(0, 0, space.page, space.page);
    columns->setSpacing(space.gap);
    auto* left = new QVBoxLayout;
    left->setSpacing(space.gap);
    m_form = new ExportForm(session);
    m_verdict = new VerdictCard;
    m_image = new TryImageCard(session);
    left->addWidget(m_form);
    left->addWidget(m_verdict, 1);
    left->addWidget(buildTable());
    auto* right = new QVBoxLayout;
    right->setSpacing(space.gap);
    right->addWidget(buildNoise(), 1);
    right->addWidget(m_image);
    columns->addLayout(left, 46);
    columns->addLayout(right, 52);
    outer->addWidget(scrolled(contents), 1);

    connect(m_form, &ExportForm::startRequested, this, &ExportPage::start);
    connect(m_verdict, &VerdictCard::copyRequested, this, &ExportPage::copyReport);
    connect(m_verdict, &VerdictCard::showInFolderRequested, this, &ExportPage::showInFolder);
    const auto withJob = [this](auto work) {
        if (const auto job = exportJob()) work(job->id);
    };
    connect(m_verdict, &VerdictCard::stopRequested, this, [this, withJob] { withJob([this](auto id) { this->session().stopJob(id); }); });
    connect(m_verdict, &VerdictCard::retryRequested, this, [this, withJob] { withJob([this](auto id) { this->session().retryJob(id); }); });
    connect(m_verdict, &VerdictCard::dismissRequested, this, [this, withJob] { withJob([this](auto id) { this->session().removeJob(id); }); });
    connect(&session, &Session::overviewChanged, this, &ExportPage::changed);
    connect(&session, &Session::closed, this, &ExportPage::changed);
    connect(&session, &Session::jobsChanged, this, &ExportPage::showState);
    connect(&session, &Session::jobProgressed, this, &ExportPage::showState);
    changed();
}

QWidget* ExportPage::buildNoise()
{
    m_noiseCard = new Card(tr("Signal to noise of each layer"));
    m_noiseCard->setSubtitle(tr("file against study, dB"));
    m_noise = new NoiseChart;
    m_noise->setObjectName(QStringLiteral("noiseChart"));
    m_noise->setTitle(m_noiseCard->heading(), tr("file against study, dB"));
    auto* save = new ChartSaveButton(m_noise);
    connect(save, &ChartSaveButton::failed, this, [this](const QString& sentence) { emit session().failed(sentence); });
    m_noiseCard->addHeaderWidget(save);
    connect(m_noise, &Chart::pointClicked, this, [this](int row) { session().selectLayer(row); });
    m_noiseStack = new QStackedWidget;
    m_noiseStack->addWidget(scrolled(m_noise));
    QLabel* nothing = makeSentence(tr("How close each layer's output in the file comes to the study's stands here after an export."));
    nothing->setAlignment(Qt::AlignCenter);
    m_noiseStack->addWidget(nothing);
    m_noiseCard->body()->addWidget(m_noiseStack, 1);
    return m_noiseCard;
}

QWidget* ExportPage::buildTable()
{
    m_tableCard = new Card(tr("Exports"));
    m_tableCard->setFlush(true);
    m_exports = new ExportsModel(this);
    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("exportsTable"));
    m_table->setAccessibleName(tr("Exports"));
    m_table->setModel(m_exports);
    setUpTable(*m_table, {.edgePadding = 16});
    m_table->setSortingEnabled(false);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_tableCard->body()->addWidget(m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid()) showRecord(index.row());
    });
    return m_tableCard;
}

void ExportPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_stale) update();
    if (const QString wanted = session().takeWantedExport(); !wanted.isEmpty()) m_form->chooseAssignment(wanted);
}

void ExportPage::changed()
{
    m_stale = true;
    if (isVisible()) update();
}

void ExportPage::update()
{
    m_stale = false;
    m_form->update();
    const QSignalBlocker quiet(m_table->selectionModel());
    const std::int64_t newestBefore = m_exports->rowCount() > 0 ? m_exports->recordAt(0).id : 0;
    if (const StudyOverview* study = session().overview()) m_exports->setExports(study->exports, study->task);
    else m_exports->setExports({});
    for (int column = 0; column < m_exports->columnCount(); ++column)
        m_table->horizontalHeader()->setSectionResizeMode(column, column == ExportsModel::Verdict ? QHeaderView::Stretch : QHeaderView::ResizeToContents);
    m_tableCard->setVisible(m_exports->rowCount() > 0);
    fitTable();
    // A new file is looked at as soon as it is there.
    if (m_exports->rowCount() > 0 && m_exports->recordAt(0).id != newestBefore) m_shownExport = 0;
    const int row = m_shownExport == 0 ? 0 : std::max(0, m_exports->rowOf(m_shownExport));
    if (m_exports->rowCount() > 0) m_table->selectRow(row);
    showNoise(m_exports->rowCount() > 0 ? row : -1);
    showState();
}

// At the smallest window one row, so that nothing above has to scroll away.
void ExportPage::fitTable()
{
    const int rows = std::clamp(m_exports->rowCount(), 1, height() < kLowPage ? 1 : kTableRows);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + rows * themeOf(this).space().row + kTableFoot);
}

void ExportPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    fitTable();
}

void ExportPage::start(const QStringList& arguments)
{
    if (arguments.isEmpty()) return;
    if (const auto failed = exportJob(); failed && failed->state == JobState::Failed) session().removeJob(failed->id);
    session().enqueue(arguments, tr("Export %1").arg(m_form->assignment()));
}

std::optional<JobRecord> ExportPage::exportJob() const
{
    std::optional<JobRecord> newest;
    for (const JobRecord& job : session().jobs())
        if (!job.arguments.empty() && job.arguments.front() == "export" && (!newest || job.id > newest->id)) newest = job;
    if (newest && (newest->state == JobState::Done || newest->state == JobState::Stopped)) return std::nullopt;
    return newest;
}

void ExportPage::showState()
{
    if (!isVisible()) {
        m_stale = true;
        return;
    }
    const auto job = exportJob();
    const bool working = job && job->state != JobState::Failed;
    m_form->setBusy(working);
    const int rows = m_exports->rowCount();
    const int row = m_shownExport == 0 ? 0 : std::max(0, m_exports->rowOf(m_shownExport));
    m_image->setTarget(m_form->assignment(), rows > 0 ? pathOf(m_exports->recordAt(row)) : QString());
    if (job && job->state == JobState::Failed) {
        QStringList words;
        for (const std::string& word : job->arguments) words << QString::fromStdString(word);
        return m_verdict->showFailed(QString::fromStdString(job->message), Session::commandLine(words, session().studyPath()));
    }
    if (working) {
        const JobProgressState state = session().progressOf(job->id);
        WorkingState work{.title = tr("Exporting and verifying")};
        if (state.progress.total > 0) work.fraction = static_cast<double>(state.progress.done) / static_cast<double>(state.progress.total);
        if (state.secondsLeft >= 0) work.timeLeft = timeLeftText(state.secondsLeft);
        work.detail = job->state == JobState::Waiting ? tr("waits for the work before it")
                                                      : QString::fromStdString(state.progress.detail.empty() ? state.progress.step : state.progress.detail);
        return m_verdict->showWorking(work);
    }
    if (rows == 0) return m_verdict->showNothing();
    const ExportRecord& record = m_exports->recordAt(row);
    const auto& verdict = m_exports->verdictAt(row);
    if (!verdict) return m_verdict->showFailed(tr("The stored verdict on %1 cannot be read; export it again.").arg(QString::fromStdString(record.fileName)), {});
    m_verdict->showVerdict(record, *verdict, timeText(record.createdAt), !pathOf(record).isEmpty());
}

void ExportPage::showRecord(int row)
{
    m_shownExport = m_exports->recordAt(row).id;
    showNoise(row);
    showState();
}

void ExportPage::showNoise(int row)
{
    const std::optional<StoredVerdict> verdict = row >= 0 ? m_exports->verdictAt(row) : std::nullopt;
    m_noiseStack->setCurrentIndex(verdict && !verdict->layers.empty() ? 0 : 1);
    if (!verdict || verdict->layers.empty()) return m_noise->setData({});
    NoiseData noise{.names = {tr("file against study")}};
    const StudyOverview& study = *session().overview();
    const auto bits = assignmentOf(study, verdict->assignment.toStdString());
    for (const VerdictLayer& layer : verdict->layers) {
        const auto index = std::ranges::find(study.table.layers, layer.layer.toStdString(), &Layer::name);
        const bool known = bits.ok() && index != study.table.layers.end();
        noise.rows.push_back({.layer = layer.layer,
            .bits = known ? bits->layers[static_cast<std::size_t>(index - study.table.layers.begin())].weight : 0,
            .values = {layer.signalToNoise}});
    }
    noise.gate = verdict->smallestSignalToNoise;
    noise.gateLabel = tr("gate %1 dB").arg(numberText(verdict->smallestSignalToNoise, 0));
    m_noise->setData(std::move(noise));
}

QString ExportPage::pathOf(const ExportRecord& record) const
{
    const QString name = QString::fromStdString(record.fileName);
    QString found;
    for (const JobRecord& job : session().jobs()) {
        if (job.arguments.size() < 3 || job.arguments.front() != "export") continue;
        const QString path = QString::fromStdString(job.arguments.back());
        if (QFileInfo(path).fileName() == name && QFileInfo::exists(path)) found = path;
    }
    if (found.isEmpty()) {
        const QString beside = QFileInfo(session().studyPath()).dir().filePath(name);
        if (!name.isEmpty() && QFileInfo::exists(beside)) found = beside;
    }
    return found;
}

void ExportPage::showInFolder()
{
    const int row = std::max(0, m_exports->rowOf(m_shownExport));
    if (m_exports->rowCount() == 0) return;
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(pathOf(m_exports->recordAt(row))).absolutePath()));
}

void ExportPage::copyReport()
{
    const int row = std::max(0, m_exports->rowOf(m_shownExport));
    if (m_exports->rowCount() == 0 || !m_exports->verdictAt(row)) return;
    QGuiApplication::clipboard()->setText(reportText(m_exports->recordAt(row), *m_exports->verdictAt(row)));
}

std::vector<PaletteAction> ExportPage::actions(const QString& typed)
{
    std::vector<PaletteAction> found;
    if (!session().isOpen()) return found;
    const auto offer = [&](const QString& title, const QString& iconName, std::function<void()> run) {
        if (title.contains(typed, Qt::CaseInsensitive)) found.push_back({.title = title, .icon = iconName, .shortcut = {}, .run = std::move(run)});
    };
    for (const AssignmentRecord& record : session().overview()->assignments) {
        const QString name = QString::fromStdString(record.name);
        offer(tr("Export %1").arg(name), QStringLiteral("export"), [this, name] { session().showExport(name); });
    }
    if (m_exports->rowCount() > 0) offer(tr("Copy the verdict's report"), QStringLiteral("copy"), [this] { copyReport(); });
    return found;
}

} // namespace halftone
