// Builds the card of a verdict.
#include "widgets/pages/export/verdict_card.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/controls/hint_tip.h"
#include "widgets/controls/icon_mark.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kRowHeight = 22;
constexpr int kMark = 16;

// A tick or a cross in the colour of its meaning.
QWidget* makeCheckMark(bool good, int side)
{
    return new IconMark(good ? QStringLiteral("tick") : QStringLiteral("cross"), side, good ? Role::Ok : Role::Fail);
}

QWidget* makeBanner(const StoredVerdict& verdict)
{
    auto* banner = new QFrame;
    banner->setObjectName(QStringLiteral("verdictBanner"));
    banner->setProperty("halftone", QStringLiteral("note"));
    banner->setProperty("tone", verdict.passed ? QStringLiteral("ok") : QStringLiteral("fail"));
    auto* row = new QHBoxLayout(banner);
    row->setContentsMargins(14, 8, 14, 8);
    row->setSpacing(14);
    row->addWidget(makeCheckMark(verdict.passed, 20), 0, Qt::AlignVCenter);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    QLabel* title = makeLabel(verdict.passed ? QCoreApplication::translate("VerdictCard", "The file gives what the study promised.")
                                             : QCoreApplication::translate("VerdictCard", "The file does not match."),
        TextStyle::Heading, verdict.passed ? Role::Ink : Role::Fail);
    title->setObjectName(QStringLiteral("verdictTitle"));
    words->addWidget(title);
    const VerdictBatch* all = verdict.largestBatch();
    const QString sentence = !verdict.passed && !verdict.reasons.isEmpty() ? verdict.reasons.join(QLatin1Char(' '))
                                                                           : QCoreApplication::translate("VerdictCard", "It was read back and run on %1 test images.")
                                                                                 .arg(all ? wholeText(all->images) : QStringLiteral("0"));
    QLabel* why = makeSentence(sentence);
    why->setObjectName(QStringLiteral("verdictSentence"));
    words->addWidget(why);
    row->addLayout(words, 1);
    return banner;
}

// The file is as promised, but another program may not run it as it stands.
QWidget* makeWarning(const QString& sentence)
{
    auto* widget = new QWidget;
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 3, 0, 0);
    line->setSpacing(8);
    line->addWidget(new IconMark(QStringLiteral("warning"), kMark, Role::Warn), 0, Qt::AlignTop);
    QLabel* words = makeSentence(sentence, TextStyle::Small, Role::Ink2);
    words->setObjectName(QStringLiteral("verdictWarning"));
    line->addWidget(words, 1);
    return widget;
}

QWidget* makeRow(const VerdictRow& row)
{
    auto* widget = new QWidget;
    widget->setFixedHeight(kRowHeight);
    widget->setToolTip(tipText(row.label, row.tip));
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    line->addWidget(makeCheckMark(row.good, kMark));
    line->addWidget(makeLabel(row.label, TextStyle::Body, Role::Ink2));
    line->addStretch(1);
    line->addWidget(makeLabel(row.value, TextStyle::NumberSmall, row.good ? Role::Ink : Role::Fail));
    return widget;
}

} // namespace

VerdictCard::VerdictCard(QWidget* parent)
    : Card(tr("Verdict"), parent)
{
    setObjectName(QStringLiteral("verdictCard"));
    m_stack = new QStackedWidget;
    m_state = new StatePanel;
    m_state->setObjectName(QStringLiteral("verdictState"));
    m_result = new QWidget;
    auto* column = new QVBoxLayout(m_result);
    column->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_result);
    body()->addWidget(m_stack, 1);
    m_folder = makeIconButton(QStringLiteral("folder"), tr("Show in folder"));
    m_folder->setObjectName(QStringLiteral("showInFolder"));
    m_copy = makeIconButton(QStringLiteral("copy"), tr("Copy report"));
    m_copy->setObjectName(QStringLiteral("copyReport"));
    addHeaderWidget(m_folder);
    addHeaderWidget(m_copy);
    connect(m_folder, &QPushButton::clicked, this, &VerdictCard::showInFolderRequested);
    connect(m_copy, &QPushButton::clicked, this, &VerdictCard::copyRequested);
    connect(m_state, &StatePanel::stopRequested, this, &VerdictCard::stopRequested);
    connect(m_state, &StatePanel::actionChosen, this, [this](int action) { action == 0 ? emit retryRequested() : emit dismissRequested(); });
    showNothing();
}

// The page that is not shown takes no room.
void VerdictCard::showPage(int page)
{
    for (int i = 0; i < m_stack->count(); ++i)
        m_stack->widget(i)->setSizePolicy(QSizePolicy::Preferred, i == page ? QSizePolicy::Preferred : QSizePolicy::Ignored);
    m_stack->setCurrentIndex(page);
    m_folder->setVisible(page == 1);
    m_copy->setVisible(page == 1);
    if (page == 0) setSubtitle({});
}

void VerdictCard::showNothing()
{
    if (m_shown == QLatin1String("nothing")) return;
    m_shown = QStringLiteral("nothing");
    setHeading(tr("Verdict"));
    setCaption({});
    m_state->showEmpty({.iconName = QStringLiteral("export"),
        .title = tr("Nothing exported yet"),
        .sentence = tr("The file is read back, run beside the study's own network and compared layer by layer.")});
    showPage(0);
}

void VerdictCard::showWorking(const WorkingState& state)
{
    m_shown = QStringLiteral("working");
    setHeading(tr("Verdict"));
    setCaption({});
    m_state->showWorking(state);
    showPage(0);
}

void VerdictCard::showFailed(const QString& sentence, const QString& details)
{
    const QString key = QStringLiteral("failed ") + sentence;
    if (m_shown == key) return;
    m_shown = key;
    setHeading(tr("Verdict"));
    setCaption({});
    m_state->showFailed({.title = tr("The export stopped."), .sentence = sentence, .details = details, .buttons = {tr("Try again"), tr("Dismiss")}});
    showPage(0);
}

void VerdictCard::showVerdict(const ExportRecord& record, const StoredVerdict& verdict, const QString& when, bool inFolder)
{
    setHeading(verdict.passed ? tr("Verified") : tr("Not verified"));
    setSubtitle(QString::fromStdString(record.fileName));
    setCaption(when);
    const QString key = QStringLiteral("export %1 %2").arg(record.id).arg(inFolder);
    showPage(1);
    if (m_shown == key) return;
    m_shown = key;
    m_folder->setEnabled(inFolder);
    m_folder->setToolTip(inFolder ? tr("Show in folder") : tr("The file is no longer where it was written."));
    rebuild(verdict);
}

void VerdictCard::rebuild(const StoredVerdict& verdict)
{
    auto* outer = m_result->layout();
    while (QLayoutItem* item = outer->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    auto* contents = new QWidget;
    auto* column = new QVBoxLayout(contents);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBanner(verdict));
    column->addSpacing(8);
    for (const VerdictRow& row : rowsOf(verdict)) column->addWidget(makeRow(row));
    for (const QString& warning : verdict.warnings) column->addWidget(makeWarning(warning));
    column->addStretch(1);
    outer->addWidget(contents);
}

} // namespace halftone
