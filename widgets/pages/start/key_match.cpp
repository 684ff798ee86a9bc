// Asks `halftone inspect` and shows its keys as rows.
#include "widgets/pages/start/key_match.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/controls/card.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMark = 16;
constexpr std::size_t kMostRows = 40; // more are mapped on the command line, by layer
constexpr int kRowsHeight = 176;
constexpr int kPickerWidth = 240;

} // namespace

KeyMatch::KeyMatch(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(u"keyMatch"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(themeOf(this).space().grid);
    auto* head = new QHBoxLayout;
    head->setSpacing(6);
    m_mark = new QLabel;
    m_verdict = makeSentence({}, TextStyle::Small, Role::Ink);
    m_verdict->setObjectName(u"keyVerdict"_s);
    head->addWidget(m_mark, 0, Qt::AlignTop);
    head->addWidget(m_verdict, 1);
    column->addLayout(head);
    m_weightsPart = new QWidget;
    auto* weights = new QHBoxLayout(m_weightsPart);
    weights->setContentsMargins(0, 0, 0, 0);
    weights->addWidget(makeLabel(tr("The file holds several sets of weights; take"), TextStyle::Small, Role::Ink2));
    m_weightsChoice = new QComboBox;
    m_weightsChoice->setObjectName(u"weightsChoice"_s);
    m_weightsChoice->setAccessibleName(tr("Weights to take"));
    m_weightsChoice->setToolTip(tr("Training programs keep a moving average beside the model's own weights."));
    weights->addWidget(m_weightsChoice);
    weights->addStretch(1);
    column->addWidget(m_weightsPart);
    m_sentence = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_sentence->setObjectName(u"keySentence"_s);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_sentence);
    m_rowsPart = new QWidget;
    setSurface(*m_rowsPart, Surface::Panel);
    auto* rows = new QVBoxLayout(m_rowsPart);
    rows->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_rowsPart);
    auto* buttons = new QHBoxLayout;
    m_suggest = new PushButton(tr("Map to the nearest"));
    m_suggest->setObjectName(u"mapNearest"_s);
    m_suggest->setToolTip(tipText(tr("Map to the nearest"), tr("Reads each key under the name of its shape that is nearest; look through the rows afterwards.")));
    m_leaveOut = new PushButton({});
    m_leaveOut->setObjectName(u"leaveOut"_s);
    buttons->addWidget(m_suggest);
    buttons->addWidget(m_leaveOut);
    buttons->addStretch(1);
    column->addLayout(buttons);
    connect(m_suggest, &QPushButton::clicked, this, [this] {
        for (const auto& suggestion : m_fit->suggested) m_maps.push_back(suggestion);
        ask();
    });
    connect(m_weightsChoice, &QComboBox::activated, this, [this] {
        m_weights = m_weightsChoice->currentText();
        ask();
    });
    connect(m_leaveOut, &QPushButton::clicked, this, [this] { emit architectureWanted(m_fit->architecture); });
    clear();
}

void KeyMatch::clear()
{
    ++m_question;
    m_model.clear();
    m_maps.clear();
    m_weights.clear();
    m_fit.reset();
    m_failure.clear();
    setVisible(false);
}

void KeyMatch::look(const QString& model, const QString& architecture, const QString& input)
{
    if (model != m_model) clear();
    if (model.isEmpty()) return;
    m_model = model;
    m_architecture = architecture;
    m_input = input;
    ask();
}

QStringList KeyMatch::arguments() const
{
    QStringList made;
    if (!m_weights.isEmpty()) made << u"--weights"_s << m_weights;
    for (const auto& [key, name] : m_maps) made << u"--map"_s << key + u'=' + name;
    return made;
}

QString KeyMatch::problem() const
{
    if (!m_failure.isEmpty()) return m_failure;
    if (!m_fit || m_fit->isReady()) return {};
    if (m_fit->isComplete()) return tr("Say first that the other keys are left out.");
    return tr("The file's keys do not fit %1 yet: map them, or choose another network.").arg(m_fit->architecture);
}

void KeyMatch::ask()
{
    QStringList question{u"inspect"_s, m_model};
    if (!m_architecture.isEmpty()) question << u"--arch"_s << m_architecture;
    if (!m_input.isEmpty()) question << u"--input"_s << m_input;
    question += arguments();
    const int number = ++m_question;
    m_session.ask(question, this, [this, number](const Result<std::string>& answer) {
        if (number != m_question) return;
        if (answer.ok()) take(QString::fromStdString(*answer), {});
        else take({}, QString::fromStdString(answer.error().message));
    });
    if (!m_fit) {
        m_verdict->setText(tr("Looking at the file's keys …"));
        m_mark->hide();
        for (QWidget* part : {static_cast<QWidget*>(m_sentence), m_weightsPart, m_rowsPart, static_cast<QWidget*>(m_suggest), static_cast<QWidget*>(m_leaveOut)})
            part->hide();
    }
    setVisible(true);
}

void KeyMatch::take(const QString& document, const QString& failure)
{
    m_fit = failure.isEmpty() ? keyFitFrom(document.toStdString()) : std::nullopt;
    m_failure = failure;
    show();
    emit looked();
}

void KeyMatch::show()
{
    setVisible(m_fit || !m_failure.isEmpty());
    if (!isVisibleTo(parentWidget())) return;
    const bool isReady = m_fit && m_fit->isReady();
    const Theme& theme = themeOf(this);
    const QIcon mark = isReady ? icon(u"tick", theme, Role::Ok) : icon(u"warning", theme, m_fit ? Role::Warn : Role::Fail);
    m_mark->setPixmap(mark.pixmap(QSize(kMark, kMark), devicePixelRatioF()));
    m_mark->show();
    m_verdict->setText(m_fit ? m_fit->verdict() : m_failure);
    showWeights();
    QStringList rest;
    if (m_fit && !m_fit->misShaped.isEmpty()) rest << tr("Of another shape: %1.").arg(m_fit->misShaped.mid(0, 3).join(u", "_s));
    if (m_fit && !m_fit->missing.isEmpty() && m_fit->unexpected.empty())
        rest << tr("The file has nothing for %1%2.").arg(m_fit->missing.mid(0, 3).join(u", "_s),
            m_fit->missing.size() > 3 ? tr(" and %1 more").arg(m_fit->missing.size() - 3) : QString());
    m_sentence->setText(rest.join(u' '));
    m_sentence->setVisible(!rest.isEmpty());
    m_suggest->setVisible(m_fit && !m_fit->suggested.empty());
    m_leaveOut->setVisible(m_fit && m_fit->isComplete() && m_fit->isGuess);
    if (m_fit) m_leaveOut->setText(tr("Leave %1 out").arg(plural(static_cast<std::int64_t>(m_fit->unexpected.size()), tr("key"), tr("keys"))));
    showRows();
}

void KeyMatch::showWeights()
{
    m_weightsPart->setVisible(m_fit && m_fit->weightSets.size() > 1);
    if (!m_fit) return;
    m_weightsChoice->clear();
    m_weightsChoice->addItems(m_fit->weightSets);
    m_weightsChoice->setCurrentText(m_fit->weightsTaken);
}

void KeyMatch::showRows()
{
    delete m_rows;
    auto* scroll = new QScrollArea;
    m_rows = scroll;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* paper = new QWidget;
    setSurface(*paper, Surface::Panel);
    auto* rows = new QVBoxLayout(paper);
    rows->setContentsMargins(0, 0, themeOf(this).space().grid, 0);
    rows->setSpacing(themeOf(this).space().unit);
    for (int i = 0; i < static_cast<int>(m_maps.size()); ++i) addMapped(*rows, i);
    const std::size_t count = m_fit ? m_fit->unexpected.size() : 0;
    for (std::size_t i = 0; i < std::min(count, kMostRows); ++i) addUnmatched(*rows, m_fit->unexpected[i]);
    if (count > kMostRows)
        rows->addWidget(makeSentence(tr("and %1 more; halftone new --map LAYER=NAME maps a whole layer at once").arg(count - kMostRows)));
    scroll->setWidget(paper);
    scroll->setFixedHeight(std::min(kRowsHeight, paper->sizeHint().height()));
    m_rowsPart->layout()->addWidget(scroll);
    m_rowsPart->setVisible(!m_maps.empty() || count > 0);
}

void KeyMatch::addMapped(QVBoxLayout& rows, int index)
{
    const auto [key, name] = m_maps[static_cast<std::size_t>(index)];
    auto* row = new QHBoxLayout;
    row->addWidget(new ElidedLabel(key, TextStyle::NumberSmall), 1);
    row->addWidget(makeLabel(name.isEmpty() ? tr("is taken off") : tr("is read as"), TextStyle::Small, Role::Ink3));
    auto* read = new ElidedLabel(name, TextStyle::NumberSmall);
    read->setVisible(!name.isEmpty());
    row->addWidget(read, 1);
    PushButton* undo = makeIconButton(u"close"_s, tr("Do not map %1").arg(key));
    undo->setObjectName(u"unmap-"_s + key);
    connect(undo, &QPushButton::clicked, this, [this, index] {
        m_maps.erase(m_maps.begin() + index);
        ask();
    });
    row->addWidget(undo);
    rows.addLayout(row);
}

void KeyMatch::addUnmatched(QVBoxLayout& rows, const UnmatchedKey& key)
{
    auto* row = new QHBoxLayout;
    row->addWidget(new ElidedLabel(key.name, TextStyle::NumberSmall), 1);
    row->addWidget(makeLabel(key.shape, TextStyle::NumberCaption, Role::Ink3));
    if (key.candidates.isEmpty()) {
        row->addWidget(makeLabel(tr("not in the network"), TextStyle::Small, Role::Ink3));
        rows.addLayout(row);
        return;
    }
    auto* picker = new QComboBox;
    picker->setObjectName(u"map-"_s + key.name);
    picker->setAccessibleName(tr("Name in the network for %1").arg(key.name));
    picker->setFixedWidth(kPickerWidth);
    picker->addItem(tr("Map to …"));
    picker->addItems(key.candidates);
    connect(picker, &QComboBox::activated, this, [this, picker, name = key.name](int index) {
        if (index > 0) map(name, picker->itemText(index));
    }, Qt::QueuedConnection); // the answer rebuilds the rows
    row->addWidget(picker);
    rows.addLayout(row);
}

void KeyMatch::map(const QString& key, const QString& name)
{
    m_maps.emplace_back(key, name);
    ask();
}

} // namespace halftone
