// Builds the four states of a view or a card.
#include "widgets/controls/state_panel.h"

#include "widgets/controls/icon_mark.h"
#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/theme/theme_host.h"

#include <QBoxLayout>
#include <QLabel>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEmptyIcon = 40;
constexpr int kHeadLine = 20;

void addSentence(QBoxLayout& column, const QString& text)
{
    QLabel* sentence = makeSentence(spacedText(text, TextStyle::Body), TextStyle::Body, Role::Ink2);
    sentence->setAccessibleName(text);
    column.addWidget(sentence);
}

// The head of a state that stands at the left: an icon and the title in one row.
QHBoxLayout* addHead(QWidget& contents, const QString& iconName, Role iconRole, const QString& title, Role titleRole)
{
    const int gap = themeOf(&contents).space().grid;
    auto* column = new QVBoxLayout(&contents);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(gap);
    auto* head = new QHBoxLayout;
    head->setSpacing(gap);
    head->addWidget(new IconMark(iconName, kHeadLine, iconRole, &contents), 0, Qt::AlignTop);
    head->addWidget(makeSentence(title, TextStyle::Heading, titleRole), 1);
    column->addLayout(head);
    return head;
}

constexpr int kSentenceWidth = 240; // of an empty state: short lines in the middle

} // namespace

StatePanel::StatePanel(QWidget* parent)
    : QWidget(parent)
{
    m_outer = new QVBoxLayout(this);
    m_outer->setContentsMargins(0, 0, 0, 0);
    m_outer->setSpacing(0);
}

void StatePanel::rebuild(Shown shown)
{
    // The old contents may be in the middle of their own click.
    if (m_contents) {
        m_contents->hide();
        m_contents->deleteLater();
        m_outer->removeWidget(m_contents);
        for (QWidget* child : m_contents->findChildren<QWidget*>()) child->setObjectName({});
    }
    m_title = m_timeLeft = m_detail = nullptr;
    m_progress = nullptr;
    m_pause = m_stop = nullptr;
    m_shown = shown;
    m_contents = new QWidget(this);
    m_outer->addWidget(m_contents);
}

PushButton* StatePanel::addAction(QBoxLayout& row, const QString& text, int index, bool primary, bool quiet)
{
    auto* button = new PushButton(text, primary ? ButtonKind::Primary : quiet ? ButtonKind::Quiet : ButtonKind::Plain, m_contents);
    button->setObjectName(u"action%1"_s.arg(index));
    connect(button, &QPushButton::clicked, this, [this, index] { emit actionChosen(index); });
    row.addWidget(button);
    return button;
}

void StatePanel::showEmpty(const EmptyState& state)
{
    rebuild(Shown::Empty);
    const Theme& theme = themeOf(this);
    auto* column = new QVBoxLayout(m_contents);
    column->setContentsMargins(theme.space().card, theme.space().card, theme.space().card, theme.space().card);
    column->setSpacing(0);
    column->addStretch(1);
    if (!state.iconName.isEmpty()) {
        column->addWidget(new IconMark(state.iconName, kEmptyIcon, Role::Axis, m_contents), 0, Qt::AlignHCenter);
        column->addSpacing(theme.space().grid);
    }
    if (!state.title.isEmpty()) {
        column->addWidget(makeLabel(state.title, TextStyle::Heading, Role::Ink), 0, Qt::AlignHCenter);
        column->addSpacing(theme.space().grid);
    }
    if (!state.sentence.isEmpty()) {
        QLabel* sentence = makeLabel(spacedText(state.sentence, TextStyle::Small), TextStyle::Small, Role::Ink2);
        sentence->setWordWrap(true);
        sentence->setAlignment(Qt::AlignCenter);
        sentence->setAccessibleName(state.sentence);
        sentence->setFixedWidth(std::min(kSentenceWidth, sentence->fontMetrics().horizontalAdvance(state.sentence) + 8));
        // In the middle of a column a label gets one line, however many it breaks into.
        sentence->ensurePolished();
        sentence->setMinimumHeight(sentence->heightForWidth(sentence->minimumWidth()));
        // Aligned labels do not get the height of their broken lines from a layout.
        sentence->setMinimumHeight(sentence->heightForWidth(sentence->minimumWidth()));
        column->addWidget(sentence, 0, Qt::AlignHCenter);
    }
    if (!state.button.isEmpty() || !state.secondButton.isEmpty()) {
        column->addSpacing(theme.space().gap);
        auto* row = new QHBoxLayout;
        row->setSpacing(theme.space().grid);
        row->addStretch(1);
        if (!state.button.isEmpty()) addAction(*row, state.button, 0, true, false);
        if (!state.secondButton.isEmpty()) addAction(*row, state.secondButton, 1, false, false);
        row->addStretch(1);
        column->addLayout(row);
    }
    if (!state.caption.isEmpty()) {
        column->addSpacing(theme.space().grid);
        column->addWidget(makeLabel(state.caption, TextStyle::Small, Role::Ink3), 0, Qt::AlignHCenter);
    }
    column->addStretch(1);
}

void StatePanel::buildWorking(const WorkingState& state)
{
    rebuild(Shown::Working);
    const Theme& theme = themeOf(this);
    auto* column = new QVBoxLayout(m_contents);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme.space().unit);
    auto* head = new QHBoxLayout;
    m_title = makeLabel(state.title, TextStyle::Heading, Role::Ink);
    m_timeLeft = makeLabel({}, TextStyle::Small, Role::Ink3);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_timeLeft);
    column->addLayout(head);
    column->addSpacing(theme.space().unit);
    auto* line = new QHBoxLayout;
    line->setSpacing(theme.space().grid);
    m_progress = new ProgressLine;
    m_progress->setObjectName(u"progress"_s);
    line->addWidget(m_progress, 1);
    m_pause = makeIconButton(u"pause"_s, tr("Pause"), ButtonKind::Plain);
    m_pause->setObjectName(u"pause"_s);
    m_stop = makeIconButton(u"stop"_s, tr("Stop"), ButtonKind::Plain);
    m_stop->setObjectName(u"stop"_s);
    line->addWidget(m_pause);
    line->addWidget(m_stop);
    column->addLayout(line);
    m_detail = makeLabel({}, TextStyle::Small, Role::Ink3);
    column->addWidget(m_detail);
    column->addStretch(1);
    connect(m_stop, &QPushButton::clicked, this, &StatePanel::stopRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_paused) emit resumeRequested();
        else emit pauseRequested();
    });
}

void StatePanel::showWorking(const WorkingState& state)
{
    if (m_shown != Shown::Working) buildWorking(state);
    m_title->setText(state.title);
    m_timeLeft->setText(state.paused ? tr("paused") : state.timeLeft);
    m_detail->setText(state.detail);
    m_detail->setVisible(!state.detail.isEmpty());
    m_progress->setFraction(state.fraction);
    m_progress->setPaused(state.paused);
    m_pause->setVisible(state.canPause);
    m_stop->setVisible(state.canStop);
    if (m_paused == state.paused && !m_pause->toolTip().isEmpty() && m_pause->iconName() == (state.paused ? u"play"_s : u"pause"_s)) return;
    m_paused = state.paused;
    m_pause->setIconName(state.paused ? u"play"_s : u"pause"_s);
    m_pause->setToolTip(state.paused ? tr("Resume") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->toolTip());
}

void StatePanel::showFailed(const FailedState& state)
{
    rebuild(Shown::Failed);
    const Theme& theme = themeOf(this);
    addHead(*m_contents, u"warning"_s, Role::Fail, state.title, Role::Fail);
    auto* column = static_cast<QVBoxLayout*>(m_contents->layout());
    if (!state.sentence.isEmpty()) addSentence(*column, state.sentence);
    if (!state.buttons.isEmpty()) {
        auto* row = new QHBoxLayout;
        row->setSpacing(theme.space().grid);
        for (int i = 0; i < state.buttons.size(); ++i) addAction(*row, state.buttons[i], i, i == 0, false);
        row->addStretch(1);
        column->addSpacing(theme.space().unit);
        column->addLayout(row);
    }
    if (!state.details.isEmpty()) addDetails(*column, state.details);
    column->addStretch(1);
}

void StatePanel::addDetails(QBoxLayout& column, const QString& text)
{
    column.addSpacing(themeOf(this).space().unit);
    column.addWidget(makeRule());
    auto* block = new QVBoxLayout;
    block->setSpacing(0);
    column.addLayout(block);
    auto* fold = new PushButton(tr("Details"), ButtonKind::Quiet, m_contents);
    fold->setObjectName(u"details"_s);
    fold->setCheckable(true);
    fold->setProperty("fold", true);
    fold->setKind(ButtonKind::Quiet);
    fold->setIconName(u"chevron-right"_s);
    QLabel* details = makeLabel(text, TextStyle::NumberCaption, Role::Ink3);
    details->setObjectName(u"detailsText"_s);
    details->setTextFormat(Qt::PlainText);
    details->setWordWrap(true);
    details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    details->setContentsMargins(22, 0, 0, 0);
    details->hide();
    connect(fold, &QPushButton::toggled, details, [fold, details](bool open) {
        details->setVisible(open);
        fold->setIconName(open ? u"chevron-down"_s : u"chevron-right"_s);
    });
    block->addWidget(fold, 0, Qt::AlignLeft);
    block->addWidget(details);
}

void StatePanel::showDone(const DoneState& state)
{
    rebuild(Shown::Done);
    const Theme& theme = themeOf(this);
    QHBoxLayout* head = addHead(*m_contents, u"tick"_s, Role::Ok, state.title, Role::Ink);
    auto* column = static_cast<QVBoxLayout*>(m_contents->layout());
    if (!state.caption.isEmpty()) {
        QLabel* caption = makeLabel(state.caption, TextStyle::Small, Role::Ink3);
        caption->setFixedHeight(kHeadLine);
        head->addWidget(caption, 0, Qt::AlignTop);
    }
    if (!state.sentence.isEmpty()) addSentence(*column, state.sentence);
    if (!state.buttons.isEmpty()) {
        auto* row = new QHBoxLayout;
        row->setSpacing(theme.space().grid);
        for (int i = 0; i < state.buttons.size(); ++i) addAction(*row, state.buttons[i], i, false, i > 0);
        row->addStretch(1);
        column->addLayout(row);
    }
    column->addStretch(1);
}

PushButton* StatePanel::action(int index) const
{
    return m_contents ? dynamic_cast<PushButton*>(m_contents->findChild<QWidget*>(u"action%1"_s.arg(index))) : nullptr;
}

} // namespace halftone
