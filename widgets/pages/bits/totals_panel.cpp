// Builds and fills the totals of the Bits view.
#include "widgets/pages/bits/totals_panel.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include "widgets/controls/icon_mark.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

enum Estimate { GainKept, Size, BitOperations, Latency };
enum Measurement { Accuracy, LastSaved, MeasuredLatency };

constexpr int kChangeWidth = 52;
constexpr int kMark = 16;
constexpr double kSmallestChange = 5e-5; // of the cost; less is no change in the digits shown

// "5 epochs, seed 0" of a run's own options.
QString runWords(const RunRecord& run)
{
    QString words = TotalsPanel::tr("run %1").arg(run.id);
    const auto options = nlohmann::json::parse(run.optionsJson, nullptr, false);
    if (!options.is_object() || !options.contains("recipe")) return words;
    const auto& recipe = options["recipe"];
    if (recipe.contains("epochs") && recipe["epochs"].is_number())
        words += TotalsPanel::tr(", %1").arg(plural(recipe["epochs"].get<std::int64_t>(), TotalsPanel::tr("epoch"), TotalsPanel::tr("epochs")));
    if (recipe.contains("seed") && recipe["seed"].is_number()) words += TotalsPanel::tr(", seed %1").arg(recipe["seed"].get<std::int64_t>());
    return words;
}

QString changeText(double change, const QString& text) { return change == 0 ? QString() : text; }

// Without its unit, which stands before it.
QString sizeChange(double before, double now)
{
    const double unit = now >= 1024.0 * 1024 ? 1024.0 * 1024 : now >= 1024 ? 1024 : 1;
    return changeText(now - before, differenceText((now - before) / unit, 1));
}

QString operationsChange(double before, double now)
{
    const double unit = now >= 1e8 ? 1e9 : now >= 1e5 ? 1e6 : 1;
    return changeText(now - before, differenceText((now - before) / unit, 3));
}

} // namespace

QString referenceTitle(const QString& name)
{
    bool isWidth = false;
    const int bits = name.toInt(&isWidth);
    return isWidth ? TotalsPanel::tr("all %1 bit").arg(bits) : name;
}

const RunRecord* measuredRun(const StudyOverview& study, const BitAssignment& assignment)
{
    const std::string bits = toText(assignment);
    const RunRecord* newest = nullptr;
    for (const RunRecord& run : study.runs) {
        const bool counts = run.state == RunState::Finished && run.metrics && run.metrics->testMetric && run.kind != "alps";
        if (counts && run.assignmentBits == bits && (!newest || run.finishedAt >= newest->finishedAt)) newest = &run;
    }
    return newest;
}

TotalsPanel::TotalsPanel(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("totalsPanel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(17, 17, 16, 16);
    column->setSpacing(0);
    buildTotals(*column);
    buildAgainst(*column);
    column->addStretch(1);
    buildFoot(*column);
}

void TotalsPanel::buildTotals(QVBoxLayout& column)
{
    auto* head = new QHBoxLayout;
    m_caption = makeLabel({}, TextStyle::Caption, Role::Ink3);
    head->addWidget(makeLabel(tr("Totals"), TextStyle::Heading));
    head->addStretch(1);
    head->addWidget(m_caption);
    auto* big = new QHBoxLayout;
    big->setSpacing(8);
    m_cost = makeLabel({}, TextStyle::Display);
    m_cost->setObjectName(QStringLiteral("costFraction"));
    m_costOf = makeLabel({}, TextStyle::Body, Role::Ink2);
    m_costChange = makeLabel({}, TextStyle::NumberCaption, Role::Ink3);
    big->addWidget(m_cost);
    big->addWidget(m_costOf, 1, Qt::AlignVCenter);
    big->addWidget(m_costChange);
    auto* within = new QHBoxLayout;
    within->setSpacing(8);
    m_withinTick = new IconMark(QStringLiteral("tick"), kMark, Role::Ok);
    m_overWarning = new IconMark(QStringLiteral("warning"), kMark, Role::Warn);
    m_within = makeLabel({}, TextStyle::Body, Role::Ok);
    m_within->setObjectName(QStringLiteral("withinBudget"));
    within->addWidget(m_withinTick);
    within->addWidget(m_overWarning);
    within->addWidget(m_within, 1);
    m_estimated = new FactList(Origin::Estimated);
    m_estimated->setChangeWidth(kChangeWidth);
    m_estimated->addFact(tr("Gain kept"), tr("Sum of the groups' gains as far as their widths keep them, in the metric's unit."));
    m_estimated->addFact(tr("Size"), tr("Weights of all layers when packed, in KiB; scales and biases are not counted."));
    m_estimated->addFact(tr("Bit operations"), tr("MACs times weight bits times activation bits, one sample, all layers."));
    m_estimated->addFact(tr("Latency"), tr("There is no model of latency in this version."));
    m_estimated->setMissing(Latency, tr("not in this version"));
    m_measured = new FactList(Origin::Measured);
    m_measured->addFact(tr("On test images"), tr("By the newest finished run with exactly these widths.")); // named by the task
    m_measured->addFact(tr("Last saved"), tr("The same of the assignment that was saved last."));
    m_measured->addFact(tr("Latency"), tr("Nothing measures latency in this version."));
    m_measured->setMissing(MeasuredLatency, tr("not in this version"));
    column.addLayout(head);
    column.addSpacing(6);
    column.addLayout(big);
    column.addLayout(within);
    column.addSpacing(14);
    column.addWidget(m_estimated);
    column.addSpacing(16);
    column.addWidget(m_measured);
}

void TotalsPanel::buildAgainst(QVBoxLayout& column)
{
    auto* rule = new QHBoxLayout;
    rule->setContentsMargins(-16, 0, -16, 0);
    rule->addWidget(makeRule());
    m_against = makeLabel({}, TextStyle::Heading);
    m_referenceRow = new QHBoxLayout;
    m_referenceRow->setSpacing(8);
    m_referenceRow->addWidget(m_against);
    m_referenceRow->addStretch(1);
    m_referenceRow->addWidget(makeLabel(tr("layers"), TextStyle::Caption, Role::Ink3));
    m_matrix = new TransitionMatrix;
    m_matrix->setRowWord(tr("was"));
    m_differ = makeSentence({});
    m_differ->setObjectName(QStringLiteral("differSentence"));
    column.addSpacing(16);
    column.addLayout(rule);
    column.addSpacing(12);
    column.addLayout(m_referenceRow);
    column.addSpacing(4);
    column.addWidget(m_matrix);
    column.addSpacing(8);
    column.addWidget(m_differ);
    connect(m_matrix, &TransitionMatrix::chosen, this, &TotalsPanel::levelsChosen);
}

void TotalsPanel::buildFoot(QVBoxLayout& column)
{
    m_buttons = new QWidget;
    auto* row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_fineTune = new PushButton(tr("Fine-tune"), ButtonKind::Primary);
    m_fineTune->setObjectName(QStringLiteral("fineTune"));
    m_save = new PushButton(tr("Save as"));
    m_save->setIconName(QStringLiteral("save"));
    m_save->setObjectName(QStringLiteral("saveAs"));
    row->addWidget(m_fineTune, 1);
    row->addWidget(m_save, 1);
    m_form = new NameForm;
    m_form->hide();
    column.addSpacing(8);
    column.addWidget(m_buttons);
    column.addWidget(m_form);
    connect(m_fineTune, &QPushButton::clicked, this, &TotalsPanel::askFineTune);
    connect(m_save, &QPushButton::clicked, this, &TotalsPanel::askSave);
    connect(m_form, &NameForm::cancelled, this, &TotalsPanel::closeForm);
    connect(m_form, &NameForm::accepted, this, &TotalsPanel::accept);
    connect(m_form, &NameForm::epochsChanged, this, &TotalsPanel::estimateDuration);
    connect(&m_session, &Session::saved, this, [this](const QString& name) {
        if (name != m_saving) return;
        closeForm();
        if (name == m_tuneAfterSaving) startFineTuning(name);
    });
    connect(&m_session, &Session::failed, this, [this](const QString& sentence) {
        if (m_saving.isEmpty()) return;
        m_saving.clear();
        m_tuneAfterSaving.clear();
        m_form->setFailed(sentence);
    });
}

void TotalsPanel::setReference(const QString& name)
{
    m_reference = name;
    showTotals(std::nullopt);
}

void TotalsPanel::showTotals(const std::optional<BitChoices>& preview)
{
    const BitDocument& document = m_session.bits();
    if (!document.study()) return;
    const BitTotals& before = document.totals();
    const BitTotals now = preview ? document.totalsOf(*preview) : before;
    const BitAssignment& assignment = preview ? preview->assignment : document.choices().assignment;
    m_caption->setText(preview ? tr("change by this move") : QString());
    m_cost->setText(numberText(100 * now.costFraction, 1));
    const int highest = *std::ranges::max_element(document.choices().solverLevels);
    m_costOf->setText(tr("% of all %1 bit").arg(highest));
    const double change = now.costFraction - before.costFraction;
    m_costChange->setText(preview && std::abs(change) > kSmallestChange ? differenceText(100 * change, 1) : QString());
    showBudget(now);
    showEstimates(now, preview ? std::optional(before) : std::nullopt);
    showMeasured(assignment, preview.has_value());
    showAgainst(assignment);
    update();
}

void TotalsPanel::showBudget(const BitTotals& totals)
{
    const double budget = m_session.bits().choices().budget;
    const Role role = totals.withinBudget ? Role::Ok : Role::Warn;
    const QString words = totals.withinBudget
        ? tr("Within the budget of %1").arg(percentText(budget))
        : tr("%1 over the budget").arg(pointsText(totals.costFraction - budget).remove(QLatin1Char('+')));
    if (m_within->text() == words) return;
    setTextLook(*m_within, TextStyle::Body, role);
    m_within->setText(words);
    m_withinTick->setVisible(totals.withinBudget);
    m_overWarning->setVisible(!totals.withinBudget);
}

void TotalsPanel::showEstimates(const BitTotals& now, const std::optional<BitTotals>& before)
{
    const QString metric = m_session.bits().choices().metric;
    m_estimated->setSource(now.gain ? tr("from tables and %1").arg(Theme::metricName(metric)) : tr("from tables"));
    const BitTotals& old = before ? *before : now;
    if (now.gain && old.gain) m_estimated->setValue(GainKept, gainText(*now.gain), changeText(*now.gain - *old.gain, differenceText(*now.gain - *old.gain, 3)));
    else m_estimated->setMissing(GainKept, tr("not scored yet"));
    m_estimated->setValue(Size, sizeText(now.sizeBytes), sizeChange(old.sizeBytes, now.sizeBytes));
    m_estimated->setValue(BitOperations, bitOperationsText(now.bitOperations), operationsChange(old.bitOperations, now.bitOperations));
}

void TotalsPanel::showMeasured(const BitAssignment& assignment, bool moving)
{
    const StudyOverview& study = *m_session.bits().study();
    const RunRecord* run = measuredRun(study, assignment);
    m_measured->setLabel(Accuracy, tr("%1, test").arg(metricWords(study.task).title));
    m_measured->setSource(run ? runWords(*run) : QString());
    if (run) {
        m_measured->setValue(Accuracy, accuracyText(*run->metrics->testMetric));
    } else {
        m_measured->setMissing(Accuracy, study.runs.empty() ? tr("not fine-tuned yet") : tr("not since the change"));
    }
    if (moving) return;
    m_measured->setLabel(LastSaved, tr("Last saved"));
    m_measured->setMissing(LastSaved, tr("nothing saved yet"));
    if (study.assignments.empty()) return;
    const AssignmentRecord& last = study.assignments.back();
    m_measured->setLabel(LastSaved, tr("Last saved, %1").arg(codeSpan(QString::fromStdString(last.name))));
    const auto bits = assignmentFromText(last.bits);
    const RunRecord* lastRun = bits.ok() ? measuredRun(study, *bits) : nullptr;
    if (lastRun) m_measured->setValue(LastSaved, accuracyText(*lastRun->metrics->testMetric));
    else m_measured->setMissing(LastSaved, tr("not fine-tuned"));
}

void TotalsPanel::showAgainst(const BitAssignment& assignment)
{
    m_against->setText(m_referenceRow->count() > 3 ? tr("Against") : tr("Against %1").arg(referenceTitle(m_reference)));
    const StudyOverview& study = *m_session.bits().study();
    const auto reference = assignmentOf(study, m_reference.toStdString());
    if (!reference.ok() || reference->layers.size() != assignment.layers.size()) {
        m_matrix->setCounts({});
        m_differ->setText(tr("%1 cannot be read; choose another one.").arg(m_reference));
        return;
    }
    std::map<std::pair<int, int>, int> counts;
    const std::vector<int>& levels = m_session.bits().choices().levels;
    std::set<int, std::greater<>> widths(levels.begin(), levels.end());
    int lower = 0, higher = 0;
    for (std::size_t i = 0; i < assignment.layers.size(); ++i) {
        const int was = reference->layers[i].weight, now = assignment.layers[i].weight;
        ++counts[{was, now}];
        widths.insert({was, now});
        lower += now < was ? 1 : 0;
        higher += now > was ? 1 : 0;
    }
    m_matrix->setWidths(std::vector<int>(widths.begin(), widths.end()));
    m_matrix->setCounts(std::move(counts));
    const int differ = lower + higher;
    if (differ == 0) {
        m_differ->setText(tr("No layer differs."));
        return;
    }
    QStringList parts;
    if (lower > 0) parts << tr("%1 lower").arg(lower);
    if (higher > 0) parts << tr("%1 higher").arg(higher);
    m_differ->setText(tr("%1 of %2 layers differ: %3.").arg(differ).arg(assignment.layers.size()).arg(parts.join(QStringLiteral(", "))));
}

void TotalsPanel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), themeOf(this).colour(Role::Panel));
    painter.fillRect(QRect(0, 0, 1, height()), themeOf(this).colour(Role::Border));
}

} // namespace halftone
