// The top bar's parts and how they follow the session.
#include "widgets/shell/top_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>

#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kIcon = 26;
constexpr int kSearchWidth = 240;

// "resnet20 · cifar10 · 20 layers"
QString factsOf(const StudyOverview& study)
{
    QStringList facts;
    if (const auto architecture = study.setting("architecture"); !architecture.empty())
        facts << QString::fromStdString(architecture);
    if (const auto data = study.setting("data"); !data.empty()) facts << QString::fromStdString(data).section(QLatin1Char(':'), 0, 0);
    facts << plural(static_cast<std::int64_t>(study.layers.size()), TopBar::tr("layer"), TopBar::tr("layers"));
    return facts.join(QStringLiteral(" · "));
}

} // namespace

TopBar::TopBar(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("topBar"));
    const Theme& theme = themeOf(this);
    setFixedHeight(theme.space().topBar);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme.space().rail + theme.space().card, 0, theme.space().card, 0);
    row->setSpacing(12);
    m_name = makeLabel({}, TextStyle::Heading);
    m_name->setObjectName(QStringLiteral("studyName"));
    m_facts = makeLabel({}, TextStyle::Body, Role::Ink3);
    m_state = makeLabel({}, TextStyle::Small, Role::Ink3);
    for (QLabel* label : {m_name, m_facts, m_state}) row->addWidget(label);
    row->addStretch(1);
    m_undo = makeIconButton(QStringLiteral("undo"), tr("Undo (Ctrl+Z)"));
    m_redo = makeIconButton(QStringLiteral("redo"), tr("Redo (Ctrl+Shift+Z)"));
    m_undo->setObjectName(QStringLiteral("undo"));
    m_redo->setObjectName(QStringLiteral("redo"));
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    m_search = new SearchField(tr("Find or run"));
    m_search->setObjectName(QStringLiteral("findOrRun"));
    m_search->setKeyHint(tr("Ctrl K"));
    m_search->setFixedWidth(kSearchWidth);
    m_search->setReadOnly(true); // the palette is where one types
    m_search->installEventFilter(this);
    row->addWidget(m_search);
    QPushButton* themeButton = makeIconButton(QStringLiteral("theme"), tr("Light or dark"));
    themeButton->setObjectName(QStringLiteral("themeButton"));
    row->addWidget(themeButton);

    QUndoStack& undo = m_session.bits().undoStack();
    connect(m_undo, &QPushButton::clicked, &undo, &QUndoStack::undo);
    connect(m_redo, &QPushButton::clicked, &undo, &QUndoStack::redo);
    connect(&undo, &QUndoStack::indexChanged, this, &TopBar::showUndo);
    connect(themeButton, &QPushButton::clicked, this, &TopBar::themeRequested);
    connect(&m_session, &Session::overviewChanged, this, &TopBar::showStudy);
    connect(&m_session, &Session::closed, this, &TopBar::showStudy);
    connect(&m_session, &Session::opening, this, [this](const QString& path) { m_state->setText(tr("Opening %1").arg(path)); });
    connect(&m_session, &Session::openFailed, this, &TopBar::showStudy);
    showStudy();
    showUndo();
}

void TopBar::showStudy()
{
    const StudyOverview* study = m_session.overview();
    setTextLook(*m_name, study ? TextStyle::Heading : TextStyle::Body, study ? Role::Ink : Role::Ink2);
    m_name->setText(study ? m_session.studyName() : tr("No study open"));
    m_name->setToolTip(study ? m_session.studyPath() : QString());
    m_facts->setText(study ? factsOf(*study) : QString());
    m_state->setText(study ? tr("Saved") : QString());
    m_state->setToolTip(tr("Every result is in the study's file as soon as it is there."));
}

void TopBar::showUndo()
{
    const QUndoStack& undo = m_session.bits().undoStack();
    m_undo->setEnabled(undo.canUndo());
    m_redo->setEnabled(undo.canRedo());
    m_undo->setToolTip(undo.canUndo() ? tr("Undo: %1 (Ctrl+Z)").arg(undo.undoText()) : tr("Nothing to undo"));
    m_redo->setToolTip(undo.canRedo() ? tr("Redo: %1 (Ctrl+Shift+Z)").arg(undo.redoText()) : tr("Nothing to redo"));
}

bool TopBar::eventFilter(QObject* watched, QEvent* event)
{
    const bool asks = event->type() == QEvent::MouseButtonPress
        || (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Return);
    if (watched == m_search && asks) {
        emit paletteRequested();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TopBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = themeOf(this);
    painter.fillRect(rect(), theme.colour(Role::Rail));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.colour(Role::Border));
    programIcon().paint(&painter, QRect((theme.space().rail - kIcon) / 2, (height() - kIcon) / 2, kIcon, kIcon));
}

} // namespace halftone
