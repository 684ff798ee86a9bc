// Lays out the export's choices and writes its command.
#include "widgets/pages/export/export_form.h"

#include <algorithm>

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>

#include "core/export/export_formats.h"
#include "widgets/controls/bit_strip.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/session/assignment_strip.h"
#include "widgets/session/estimate_caption.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())); }

} // namespace

namespace {

constexpr int kLabelWidth = 104;

// The newest finished run of these bits whose weights are kept.
const RunRecord* trainedRun(const StudyOverview& study, const BitAssignment& bits)
{
    const std::string text = toText(bits);
    const RunRecord* newest = nullptr;
    for (const RunRecord& run : study.runs)
        if (run.state == RunState::Finished && run.hasWeights && run.assignmentBits == text && run.kind != "alps") newest = &run;
    return newest;
}

} // namespace

ExportForm::ExportForm(Session& session, QWidget* parent)
    : Card(parent)
    , m_session(session)
    , m_estimate(new EstimateCaption(session, this))
{
    setObjectName(QStringLiteral("exportForm"));
    buildRows();
    connect(m_assignment, &QComboBox::currentIndexChanged, this, &ExportForm::changed);
    connect(m_format, &SegmentedControl::chosen, this, &ExportForm::changed);
    connect(m_batchNorm, &SegmentedControl::chosen, this, &ExportForm::changed);
    connect(m_codes, &SegmentedControl::chosen, this, &ExportForm::changed);
    connect(m_file, &QLineEdit::textChanged, this, [this] { m_start->setEnabled(!arguments().isEmpty()); });
    connect(m_start, &QPushButton::clicked, this, [this] { emit startRequested(arguments()); });
    connect(m_file, &QLineEdit::returnPressed, m_start, &QPushButton::click);
    connect(m_estimate, &EstimateCaption::told, m_caption, &QLabel::setText);
}

void ExportForm::buildRows()
{
    const Spacing& space = themeOf(this).space();
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space.grid);
    grid->setVerticalSpacing(8);
    grid->setColumnMinimumWidth(0, kLabelWidth);
    grid->setColumnStretch(1, 1);
    const auto addRow = [&](int row, const QString& label, QWidget* control, QLayout* layout = nullptr) {
        grid->addWidget(makeLabel(label, TextStyle::Body, Role::Ink2), row, 0);
        control->setAccessibleName(label);
        if (layout)
            grid->addLayout(layout, row, 1);
        else
            grid->addWidget(control, row, 1, Qt::AlignLeft);
    };
    m_assignment = new QComboBox;
    m_assignment->setObjectName(QStringLiteral("exportAssignment"));
    m_assignment->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_assignment->setMaximumWidth(220);
    setNumbersFont(*m_assignment);
    m_strip = new BitStrip;
    m_strip->setFixedHeight(20);
    m_strip->setMinimumWidth(120);
    m_strip->setMaximumWidth(240);
    auto* assignment = new QHBoxLayout;
    assignment->setSpacing(12);
    assignment->addWidget(m_assignment);
    assignment->addWidget(m_strip, 1);
    assignment->addStretch(0);
    addRow(0, tr("Assignment"), m_assignment, assignment);
    m_weights = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_weights->setObjectName(QStringLiteral("exportWeights"));
    grid->addWidget(m_weights, 1, 1);
    QStringList labels;
    for (const ExportFormat& one : allExportFormats()) labels << text(one.label);
    m_format = new SegmentedControl(labels);
    m_format->setObjectName(QStringLiteral("exportFormat"));
    for (int i = 0; i < labels.size(); ++i)
        m_format->setChoiceTip(i, text(allExportFormats()[static_cast<std::size_t>(i)].description));
    addRow(2, tr("Format"), m_format);
    m_batchNorm = new SegmentedControl({tr("Fold"), tr("Keep")});
    m_batchNorm->setChoiceTip(0, tr("Each batch norm becomes part of the layer before it."));
    m_batchNorm->setChoiceTip(1, tr("Batch norms stay nodes of their own."));
    m_codes = new SegmentedControl({tr("int8"), tr("int4 and int2")});
    m_codes->setChoiceTip(0, tr("Every code in a byte: many programs run the file."));
    m_codes->setChoiceTip(1, tr("Packed codes (opset 21 and 25): small files that few programs run yet."));
    m_codes->setAccessibleName(tr("Codes"));
    auto* nodes = new QHBoxLayout;
    nodes->setSpacing(space.grid);
    nodes->addWidget(m_batchNorm);
    nodes->addSpacing(space.grid);
    nodes->addWidget(makeLabel(tr("Codes"), TextStyle::Body, Role::Ink2));
    nodes->addWidget(m_codes);
    nodes->addStretch(1);
    addRow(3, tr("Batch norm"), m_batchNorm, nodes);
    m_file = new QLineEdit;
    m_file->setObjectName(QStringLiteral("exportFile"));
    setNumbersFont(*m_file);
    auto* choose = new PushButton(tr("Choose"));
    connect(choose, &QPushButton::clicked, this, &ExportForm::chooseFile);
    auto* file = new QHBoxLayout;
    file->setSpacing(space.grid);
    file->addWidget(m_file, 1);
    file->addWidget(choose);
    addRow(4, tr("File"), m_file, file);
    m_start = new PushButton(tr("Export and verify"), ButtonKind::Primary);
    m_start->setObjectName(QStringLiteral("exportStart"));
    m_caption = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_caption->setObjectName(QStringLiteral("exportTime"));
    auto* start = new QHBoxLayout;
    start->setSpacing(12);
    start->addWidget(m_start);
    start->addWidget(m_caption);
    start->addStretch(1);
    body()->addLayout(grid);
    body()->addSpacing(space.unit);
    body()->addLayout(start);
}

const ExportFormat& ExportForm::format() const { return allExportFormats()[static_cast<std::size_t>(m_format->current())]; }
QString ExportForm::assignment() const { return m_assignment->currentData().toString(); }
QString ExportForm::file() const { return m_file->text().trimmed(); }

void ExportForm::update()
{
    const QString before = assignment();
    const QSignalBlocker quiet(m_assignment);
    m_assignment->clear();
    const StudyOverview* study = m_session.overview();
    setEnabled(study != nullptr);
    if (!study) return m_estimate->ask({});
    for (const AssignmentRecord& record : study->assignments) {
        const QString name = QString::fromStdString(record.name);
        m_assignment->addItem(name, name);
    }
    if (m_assignment->count() > 0) m_assignment->insertSeparator(m_assignment->count());
    for (const int width : {8, 4, 2}) m_assignment->addItem(tr("all %1 bit").arg(width), QString::number(width));
    chooseAssignment(before);
    if (m_assignment->currentIndex() < 0) m_assignment->setCurrentIndex(0);
    changed();
}

void ExportForm::chooseAssignment(const QString& name)
{
    const int found = m_assignment->findData(name);
    if (!name.isEmpty() && found >= 0) m_assignment->setCurrentIndex(found);
}

void ExportForm::changed()
{
    m_batchNorm->setEnabled(format().foldsBatchNorm);
    m_codes->setEnabled(format().hasNarrowCodes);
    m_batchNorm->setToolTip(format().foldsBatchNorm ? QString() : tr("%1 keeps batch norms as they are.").arg(text(format().label)));
    m_codes->setToolTip(format().hasNarrowCodes ? QString() : tr("%1 has one way to hold codes.").arg(text(format().label)));
    proposeFile();
    showAssignment();
    m_start->setEnabled(!arguments().isEmpty());
    if (window()->isVisible() || isVisible()) m_estimate->ask(arguments());
}

void ExportForm::proposeFile()
{
    if (!m_session.isOpen() || (!m_file->text().isEmpty() && m_file->text() != m_proposed)) return;
    const QString name = assignment().contains(QRegularExpression(QStringLiteral("^\\d$"))) ? tr("all-%1-bit").arg(assignment()) : assignment();
    QString plain = QStringLiteral("%1-%2").arg(m_session.studyName(), name);
    plain.replace(QRegularExpression(QStringLiteral("[/\\\\:*?\"<>|]")), QStringLiteral("_"));
    m_proposed = QFileInfo(m_session.studyPath()).dir().filePath(plain + text(format().ending));
    m_file->setText(m_proposed);
}

void ExportForm::showAssignment()
{
    const StudyOverview* study = m_session.overview();
    const auto bits = study ? assignmentOf(*study, assignment().toStdString()) : Result<BitAssignment>(Error{ErrorCode::NotFound, {}});
    m_strip->setVisible(bits.ok());
    if (!bits.ok()) return m_weights->clear();
    m_strip->setLayers(stripLayersOf(study->table, *bits));
    const RunRecord* run = trainedRun(*study, *bits);
    if (!run)
        m_weights->setText(tr("Not fine-tuned yet: the pretrained weights are rounded to these bits."));
    else if (run->metrics && run->metrics->testMetric)
        m_weights->setText(tr("Fine-tuned weights of run %1, %2 %3.").arg(run->id).arg(percentText(*run->metrics->testMetric), metricWords(study->task).name));
    else
        m_weights->setText(tr("Fine-tuned weights of run %1.").arg(run->id));
}

void ExportForm::chooseFile()
{
    const QString chosen = QFileDialog::getSaveFileName(this, tr("Export to"), m_file->text(),
        QStringLiteral("%1 (*%2)").arg(text(format().label), text(format().ending)));
    if (!chosen.isEmpty()) m_file->setText(chosen);
}

QStringList ExportForm::arguments() const
{
    if (!m_session.isOpen() || assignment().isEmpty() || file().isEmpty()) return {};
    QStringList made{QStringLiteral("export"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), assignment(), QStringLiteral("--format"),
        text(format().name)};
    if (format().foldsBatchNorm && m_batchNorm->current() == 1) made << QStringLiteral("--keep-batch-norm");
    if (format().hasNarrowCodes && m_codes->current() == 1) made << QStringLiteral("--narrow");
    return made << file();
}

void ExportForm::setBusy(bool busy) { m_start->setEnabled(!busy && !arguments().isEmpty()); }

} // namespace halftone
