// Asks for a name, in place.
#include "widgets/pages/bits/name_form.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "core/graph/bit_assignment.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"

namespace halftone {

namespace {

constexpr int kDefaultEpochs = 5; // as `halftone finetune`
constexpr int kMostEpochs = 10000;

// Names that mean a width for all layers cannot be taken.
bool isReserved(const QString& name)
{
    bool isNumber = false;
    const int width = name.toInt(&isNumber);
    return name == QLatin1String("fp32") || (isNumber && width >= kMinBits && width <= kMaxBits);
}

} // namespace

NameForm::NameForm(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("nameForm"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_title = makeLabel({}, TextStyle::Heading);
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("assignmentName"));
    m_name->setAccessibleName(tr("Name of the assignment"));
    m_name->setMaxLength(64);
    setNumbersFont(*m_name);
    m_epochRow = new QWidget;
    auto* epochs = new QHBoxLayout(m_epochRow);
    epochs->setContentsMargins(0, 0, 0, 0);
    m_epochs = new NumberField({.minimum = 1, .maximum = kMostEpochs, .step = 1, .decimals = 0, .fieldWidth = 64});
    m_epochs->setValue(kDefaultEpochs);
    m_epochs->field()->setObjectName(QStringLiteral("fineTuneEpochs"));
    m_epochs->field()->setAccessibleName(tr("Epochs"));
    m_duration = makeLabel({}, TextStyle::Caption, Role::Ink3);
    epochs->addWidget(m_epochs);
    epochs->addWidget(makeLabel(tr("epochs"), TextStyle::Small, Role::Ink2));
    epochs->addStretch(1);
    epochs->addWidget(m_duration);
    m_sentence = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_sentence->setObjectName(QStringLiteral("nameSentence"));
    m_accept = new PushButton(tr("Save"), ButtonKind::Primary);
    m_accept->setObjectName(QStringLiteral("acceptName"));
    m_cancel = new PushButton(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("cancelName"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_accept, 1);
    buttons->addWidget(m_cancel, 1);
    for (QWidget* widget : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_name), m_epochRow, static_cast<QWidget*>(m_sentence)})
        column->addWidget(widget);
    column->addLayout(buttons);
    connect(m_name, &QLineEdit::textChanged, this, &NameForm::check);
    connect(m_name, &QLineEdit::returnPressed, this, &NameForm::accept);
    connect(m_epochs, &NumberField::valueChosen, this, [this](double value) { emit epochsChanged(static_cast<int>(value)); });
    connect(m_accept, &QPushButton::clicked, this, &NameForm::accept);
    connect(m_cancel, &QPushButton::clicked, this, &NameForm::cancelled);
}

int NameForm::epochs() const { return static_cast<int>(m_epochs->value()); }

void NameForm::ask(Purpose purpose, const QString& proposal, std::set<QString> taken, std::set<QString> same)
{
    m_purpose = purpose;
    m_taken = std::move(taken);
    m_same = std::move(same);
    m_title->setText(purpose == Purpose::Save ? tr("Save as") : tr("Fine-tune"));
    m_epochRow->setVisible(purpose == Purpose::FineTune);
    m_duration->clear();
    m_name->setText(proposal);
    m_name->selectAll();
    setBusy(false);
    check();
    m_name->setFocus();
}

void NameForm::setDuration(const QString& words) { m_duration->setText(words); }

void NameForm::setBusy(bool busy)
{
    m_name->setEnabled(!busy);
    m_accept->setEnabled(!busy);
    m_epochs->setEnabled(!busy);
}

void NameForm::setFailed(const QString& sentence)
{
    setBusy(false);
    setTextLook(*m_sentence, TextStyle::Small, Role::Fail);
    m_sentence->setText(sentence);
    m_sentence->show();
}

// Says what a click would do before it does it.
void NameForm::check()
{
    const QString name = m_name->text().trimmed();
    const bool tunes = m_purpose == Purpose::FineTune;
    const bool replaces = m_taken.contains(name) && !m_same.contains(name);
    QString sentence;
    if (isReserved(name)) sentence = tr("%1 means all layers alike; choose another name.").arg(name);
    else if (replaces) sentence = tr("%1 is another assignment already.").arg(name);
    else if (m_same.contains(name) && tunes) sentence = tr("This assignment is saved as %1.").arg(name);
    else if (tunes) sentence = tr("The assignment is saved under this name first.");
    setTextLook(*m_sentence, TextStyle::Small, isReserved(name) ? Role::Fail : replaces ? Role::Warn : Role::Ink3);
    setRefused(*m_name, isReserved(name));
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    m_accept->setText(replaces ? (tunes ? tr("Replace and start") : tr("Replace")) : tunes ? tr("Start") : tr("Save"));
    m_accept->setEnabled(!name.isEmpty() && !isReserved(name));
}

void NameForm::accept()
{
    const QString name = m_name->text().trimmed();
    if (!m_accept->isEnabled() || name.isEmpty()) return;
    emit accepted(name, m_taken.contains(name), m_same.contains(name));
}

void NameForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) emit cancelled();
    else QWidget::keyPressEvent(event);
}

} // namespace halftone
