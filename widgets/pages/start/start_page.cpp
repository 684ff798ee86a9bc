// The Start view's parts and what they ask of the session.
#include "widgets/pages/start/start_page.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QScrollArea>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "widgets/controls/card.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/start/demo_picture.h"
#include "widgets/pages/start/new_study_form.h"
#include "widgets/pages/start/recent_row.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kColumnWidth = 1064;
constexpr int kCardHeight = 200;
constexpr int kBadge = 64;

bool isStudy(const QString& path) { return path.endsWith(QLatin1String(".halftone"), Qt::CaseInsensitive); }

QString firstFile(const QMimeData* data)
{
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) return url.toLocalFile();
    return {};
}

QWidget* makeBadge()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(24);
    auto* badge = new QLabel;
    badge->setPixmap(programIcon().pixmap(QSize(kBadge, kBadge), 2.0));
    badge->setFixedSize(kBadge, kBadge);
    badge->setScaledContents(true);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    QLabel* name = makeLabel(StartPage::tr("Halftone"), TextStyle::Title);
    name->setStyleSheet(QStringLiteral("font-size: %1px").arg(themeOf(row).font(TextStyle::Display).pixelSize()));
    words->addStretch(1);
    words->addWidget(name);
    words->addWidget(makeLabel(StartPage::tr("Fine bits where the network needs them."), TextStyle::Body, Role::Ink2));
    words->addStretch(1);
    layout->addWidget(badge);
    layout->addLayout(words);
    layout->addStretch(1);
    return row;
}

} // namespace

StartPage::StartPage(Session& session, QWidget* parent)
    : Page(session, parent)
{
    setObjectName(QStringLiteral("startPage"));
    setAcceptDrops(true);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    outer->addWidget(scroll);
    auto* middle = new QWidget;
    setSurface(*middle, Surface::Window);
    auto* centring = new QHBoxLayout(middle);
    centring->setContentsMargins(24, 56, 24, 24);
    auto* column = new QWidget;
    column->setMaximumWidth(kColumnWidth);
    centring->addStretch(1);
    centring->addWidget(column, 100);
    centring->addStretch(1);
    auto* parts = new QVBoxLayout(column);
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setSpacing(0);
    parts->addWidget(makeBadge());
    parts->addSpacing(40);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    m_drop = makeDropCard();
    cards->addWidget(m_drop, 3);
    cards->addWidget(makeDemoCard(), 2);
    parts->addLayout(cards);
    parts->addSpacing(40);
    m_recentPart = new QWidget;
    auto* recentColumn = new QVBoxLayout(m_recentPart);
    recentColumn->setContentsMargins(0, 0, 0, 0);
    recentColumn->setSpacing(8);
    auto* heading = new QHBoxLayout;
    heading->addWidget(makeLabel(tr("Recent studies"), TextStyle::Heading));
    heading->addStretch(1);
    m_filter = new SearchField(tr("Filter"));
    m_filter->setFixedWidth(200);
    heading->addWidget(m_filter);
    recentColumn->addLayout(heading);
    auto* list = new Card;
    list->setFlush(true);
    list->body()->setSpacing(0);
    m_recent = list->body();
    recentColumn->addWidget(list);
    parts->addWidget(m_recentPart);
    parts->addStretch(1);
    scroll->setWidget(middle);

    connect(m_filter, &QLineEdit::textChanged, this, &StartPage::showRecent);
    connect(&session.recentStudies(), &RecentStudies::changed, this, &StartPage::showRecent);
    connect(&session, &Session::opening, this, [this](const QString& path) {
        m_invitation->hide();
        m_form->hide();
        m_state->show();
        m_state->showWorking({.title = tr("Opening %1").arg(QFileInfo(path).fileName()), .canStop = false});
    });
    connect(&session, &Session::openFailed, this, [this](const QString& sentence) {
        m_state->show();
        m_state->showFailed({.title = tr("The file could not be opened."), .sentence = sentence, .buttons = {tr("Back")}});
    });
    connect(&session, &Session::opened, this, [this] {
        m_state->hide();
        m_form->hide();
        m_invitation->show();
    });
    connect(m_state, &StatePanel::actionChosen, this, [this] {
        m_state->hide();
        m_form->setVisible(m_form->isFilled());
        m_invitation->setVisible(!m_form->isFilled());
    });
    showRecent();
}

Card* StartPage::makeDropCard()
{
    auto* card = new Card;
    card->setObjectName(QStringLiteral("dropCard"));
    card->setDashed(true);
    card->setMinimumHeight(kCardHeight);
    m_invitation = new QWidget;
    auto* column = new QVBoxLayout(m_invitation);
    column->setSpacing(12);
    column->addStretch(1);
    auto* icon = new QLabel;
    icon->setPixmap(halftone::icon(u"file", themeOf(this), Role::Ink3).pixmap(QSize(28, 28), 2.0));
    icon->setAlignment(Qt::AlignCenter);
    column->addWidget(icon);
    QLabel* title = makeLabel(tr("Drop a model or a study here"), TextStyle::Heading);
    QLabel* kinds = makeLabel(tr(".pth, .pt, .th, .safetensors (or its .index.json), .onnx, .packed or .halftone"), TextStyle::Small, Role::Ink3);
    for (QLabel* label : {title, kinds}) {
        label->setAlignment(Qt::AlignCenter);
        column->addWidget(label);
    }
    auto* buttons = new QHBoxLayout;
    auto* open = new PushButton(tr("Open a file"));
    open->setObjectName(QStringLiteral("openFile"));
    auto* known = new PushButton(tr("Choose a known network"));
    known->setObjectName(QStringLiteral("knownNetwork"));
    buttons->addStretch(1);
    buttons->addWidget(open);
    buttons->addWidget(known);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(1);
    m_form = new NewStudyForm(session(), card);
    m_form->hide();
    m_state = new StatePanel;
    m_state->hide();
    card->body()->addWidget(m_invitation);
    card->body()->addWidget(m_form);
    card->body()->addWidget(m_state);
    connect(open, &QPushButton::clicked, this, &StartPage::chooseFile);
    connect(known, &QPushButton::clicked, this, [this] {
        m_invitation->hide();
        m_form->begin(QStringLiteral("zoo:fashion_resnet8"));
        m_form->show();
    });
    connect(m_form, &NewStudyForm::cancelled, this, [this] {
        m_form->hide();
        m_invitation->show();
    });
    connect(m_form, &NewStudyForm::made, this, &StartPage::make);
    return card;
}

Card* StartPage::makeDemoCard()
{
    auto* card = new Card;
    auto* row = new QHBoxLayout;
    auto* words = new QVBoxLayout;
    words->setSpacing(8);
    words->addWidget(makeLabel(tr("Try the demo"), TextStyle::Heading));
    words->addWidget(makeSentence(
        tr("A small network and its images come with Halftone. Score it, move its layers, fine-tune, export."), TextStyle::Body));
    words->addWidget(makeSentence(tr("Works offline. Training it takes seconds an epoch on two cores."), TextStyle::Small, Role::Ink3));
    words->addStretch(1);
    m_demo = new PushButton(tr("Open the demo"), ButtonKind::Primary);
    m_demo->setObjectName(QStringLiteral("openDemo"));
    auto* button = new QHBoxLayout;
    button->addWidget(m_demo);
    button->addStretch(1);
    words->addLayout(button);
    row->addLayout(words, 1);
    row->addWidget(new DemoPicture, 0, Qt::AlignBottom);
    card->body()->addLayout(row);
    connect(m_demo, &QPushButton::clicked, this, &StartPage::openDemo);
    return card;
}

void StartPage::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model or a study"), QDir::homePath(),
        tr("Models and studies (*.halftone *.pth *.pt *.th *.safetensors *.onnx *.packed *.json *.bin);;All files (*)"));
    if (!path.isEmpty()) take(path);
}

void StartPage::take(const QString& path)
{
    if (isStudy(path)) {
        session().open(path);
        return;
    }
    if (!QFileInfo(path).isFile()) {
        m_invitation->hide();
        m_form->hide();
        emit session().openFailed(tr("%1 is not a file; check its name and its folder.").arg(QDir::toNativeSeparators(path)));
        return;
    }
    m_state->hide();
    m_invitation->hide();
    m_form->begin(path);
    m_form->show();
}

// The demo's study is made once, in the person's own data folder, and opened after that.
void StartPage::openDemo()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    const QString path = QDir(folder).filePath(QStringLiteral("demo.halftone"));
    if (QFileInfo::exists(path)) {
        session().open(path);
        return;
    }
    if (!QDir().mkpath(folder)) {
        m_invitation->hide();
        m_state->show();
        m_state->showFailed({.title = tr("The demo could not be made."),
            .sentence = tr("The folder %1 cannot be made; check your home folder's permissions.").arg(folder),
            .buttons = {tr("Back")}});
        return;
    }
    make({QStringLiteral("new"), path, QStringLiteral("--model"), QStringLiteral("zoo:fashion_resnet8"), QStringLiteral("--data"),
             QStringLiteral("fashion-mnist")},
        path);
}

void StartPage::make(const QStringList& arguments, const QString& path)
{
    m_invitation->hide();
    m_form->hide();
    m_state->show();
    m_state->showWorking({.title = tr("Making %1").arg(QFileInfo(path).fileName()),
        .detail = tr("reading the model and the data"),
        .canStop = false});
    session().noteCommand(arguments);
    session().ask(arguments, this, [this, path](const Result<std::string>& answer) {
        if (answer.ok()) {
            m_form->clear();
            session().open(path);
            return;
        }
        m_state->showFailed({.title = tr("The study could not be made."),
            .sentence = QString::fromStdString(answer.error().message),
            .buttons = {tr("Back")}});
    });
}

void StartPage::showRecent()
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QString wanted = m_filter->text().trimmed();
    for (const RecentStudy& study : session().recentStudies().studies()) {
        if (!wanted.isEmpty() && !study.path.contains(wanted, Qt::CaseInsensitive)
            && !study.network.contains(wanted, Qt::CaseInsensitive) && !study.data.contains(wanted, Qt::CaseInsensitive))
            continue;
        auto* row = new RecentRow(study);
        connect(row, &RecentRow::openRequested, this, [this](const QString& path) { session().open(path); });
        connect(row, &RecentRow::forgetRequested, this,
            [this](const QString& path) { session().recentStudies().forget(path); }, Qt::QueuedConnection);
        connect(row, &RecentRow::locateRequested, this, [this](const QString& path) {
            const QString found = QFileDialog::getOpenFileName(
                this, tr("Where is %1 now?").arg(QFileInfo(path).fileName()), QFileInfo(path).path(), tr("Studies (*.halftone)"));
            if (found.isEmpty()) return;
            session().recentStudies().forget(path);
            session().open(found);
        }, Qt::QueuedConnection);
        m_recent->addWidget(row);
    }
    m_recentPart->setVisible(!session().recentStudies().studies().empty());
    if (m_recent->count() == 0) m_recent->addWidget(makeSentence(tr("No recent study has “%1” in its name.").arg(wanted)));
}

std::vector<PaletteAction> StartPage::actions(const QString& typed)
{
    std::vector<PaletteAction> found;
    const auto offer = [&](const QString& title, const QString& icon, std::function<void()> run) {
        if (title.contains(typed, Qt::CaseInsensitive)) found.push_back({title, icon, {}, std::move(run)});
    };
    offer(tr("Open the demo"), QStringLiteral("start"), [this] { openDemo(); });
    offer(tr("Open a model or a study"), QStringLiteral("folder"), [this] { chooseFile(); });
    for (const RecentStudy& study : session().recentStudies().studies())
        offer(tr("Open %1").arg(QFileInfo(study.path).completeBaseName()), QStringLiteral("file"),
            [this, path = study.path] { session().open(path); });
    return found;
}

void StartPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (const QString file = session().takeWantedImport(); !file.isEmpty()) take(file);
}

void StartPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (firstFile(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    m_drop->setProperty("dropping", true);
}

void StartPage::dragLeaveEvent(QDragLeaveEvent*) { m_drop->setProperty("dropping", false); }

void StartPage::dropEvent(QDropEvent* event)
{
    m_drop->setProperty("dropping", false);
    const QString path = firstFile(event->mimeData());
    if (path.isEmpty()) return;
    event->acceptProposedAction();
    take(path);
}

} // namespace halftone
