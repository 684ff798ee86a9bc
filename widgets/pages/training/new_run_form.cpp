// Reads the form into a command line and asks how long it would take.
#include "widgets/pages/training/new_run_form.h"

#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>

#include "core/training/training_recipe.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/session/time_estimates.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHalfField = 140;

TrainingRecipe recipeNamed(const QString& name)
{
    const auto recipe = findRecipe(name.toStdString());
    return recipe.ok() ? *recipe : defaultRecipe();
}

// "0.005", or "0.001 to 0.1" where the widths have their own.
QString rateText(const TrainingRecipe& recipe)
{
    double lowest = recipe.rules.front().learningRate, highest = lowest;
    for (const auto& rule : recipe.rules) {
        lowest = std::min(lowest, rule.learningRate);
        highest = std::max(highest, rule.learningRate);
    }
    const QString low = learningRateText(lowest);
    return lowest == highest ? low : NewRunForm::tr("%1 to %2, by width").arg(low, learningRateText(highest));
}

} // namespace

NewRunForm::NewRunForm(Session& session, TimeEstimates& estimates, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_estimates(estimates)
{
    setObjectName(u"newRunForm"_s);
    build();
    connect(m_assignment, &QComboBox::currentIndexChanged, this, &NewRunForm::changed);
    connect(m_recipe, &QComboBox::currentIndexChanged, this, [this] {
        m_epochs->setValue(static_cast<double>(recipeNamed(m_recipe->currentData().toString()).epochs));
        changed();
    });
    connect(m_epochs, &NumberField::valueChosen, this, &NewRunForm::changed);
    connect(m_seed, &NumberField::valueChosen, this, &NewRunForm::changed);
    connect(m_rate, &QLineEdit::textChanged, this, &NewRunForm::changed);
    connect(&m_estimates, &TimeEstimates::arrived, this, &NewRunForm::showEstimate);
    changed();
}

QWidget* NewRunForm::addField(const QString& label, QWidget* field, const QString& tip, int row, int column, int span)
{
    auto* grid = static_cast<QGridLayout*>(layout());
    QLabel* words = makeLabel(label, TextStyle::Caption, Role::Ink3);
    words->setBuddy(field);
    field->setAccessibleName(label);
    field->setToolTip(tipText(label, tip));
    grid->addWidget(words, 2 * row, column, 1, span);
    grid->addWidget(field, 2 * row + 1, column, 1, span, span == 1 ? Qt::AlignLeft : Qt::Alignment());
    return field;
}

void NewRunForm::build()
{
    const Spacing& space = themeOf(this).space();
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(space.card, space.unit, space.card, space.card);
    grid->setHorizontalSpacing(space.grid);
    grid->setVerticalSpacing(space.unit);
    m_assignment = new QComboBox;
    m_assignment->setObjectName(u"assignment"_s);
    setNumbersFont(*m_assignment);
    addField(tr("Assignment"), m_assignment, tr("How many bits each layer has while it is trained."), 0, 0, 2);
    m_recipe = new QComboBox;
    m_recipe->setObjectName(u"recipe"_s);
    m_recipe->addItem(tr("Default: learn from full precision"), u"default"_s);
    m_recipe->addItem(tr("The LSQ paper's"), u"lsq-paper"_s);
    addField(tr("Recipe"), m_recipe, tr("Everything else that decides how the network is trained."), 1, 0, 2);
    m_epochs = new NumberField({.minimum = 1, .maximum = 100000, .step = 1, .fieldWidth = kHalfField});
    m_epochs->setObjectName(u"epochs"_s);
    m_epochs->setValue(static_cast<double>(defaultRecipe().epochs));
    addField(tr("Epochs"), m_epochs, tr("How often every training image is seen."), 2, 0);
    m_seed = new NumberField({.minimum = 0, .maximum = 1e9, .step = 1, .fieldWidth = kHalfField});
    m_seed->setObjectName(u"seed"_s);
    addField(tr("Seed"), m_seed, tr("Of the order of the images and their augmentation; added to the study's own."), 2, 1);
    m_rate = new QLineEdit;
    m_rate->setObjectName(u"rate"_s);
    setNumbersFont(*m_rate);
    addField(tr("Learning rate"), m_rate, tr("Of every layer at the beginning; it falls along a cosine. Empty: the recipe's own."), 3, 0, 2);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(space.grid);
    m_time = makeSentence({}, TextStyle::Caption, Role::Ink3);
    m_time->setObjectName(u"time"_s);
    auto* cancel = new PushButton(tr("Cancel"), ButtonKind::Quiet);
    m_start = new PushButton(tr("Start"), ButtonKind::Primary);
    m_start->setObjectName(u"start"_s);
    foot->addWidget(m_time, 1);
    foot->addWidget(cancel);
    foot->addWidget(m_start);
    grid->setRowMinimumHeight(8, space.unit);
    grid->addLayout(foot, 9, 0, 1, 2);
    connect(cancel, &QPushButton::clicked, this, &NewRunForm::cancelled);
    connect(m_start, &QPushButton::clicked, this, &NewRunForm::startRequested);
}

void NewRunForm::setStudy(const StudyOverview* study)
{
    const QString before = chosenAssignment();
    const QSignalBlocker quiet(m_assignment);
    m_assignment->clear();
    if (study)
        for (auto record = study->assignments.rbegin(); record != study->assignments.rend(); ++record)
            m_assignment->addItem(QString::fromStdString(record->name), QString::fromStdString(record->name));
    for (const int bits : {8, 4, 2}) m_assignment->addItem(tr("all %1 bit").arg(bits), QString::number(bits));
    const int kept = m_assignment->findData(before);
    m_assignment->setCurrentIndex(std::max(0, before.isEmpty() ? 0 : kept));
    if (isVisible()) changed();
}

QString NewRunForm::chosenAssignment() const { return m_assignment->currentData().toString(); }

void NewRunForm::setAssignment(const QString& name)
{
    const int index = m_assignment->findData(name);
    if (index >= 0) m_assignment->setCurrentIndex(index);
    changed();
}

void NewRunForm::setLearningRate(double rate) { m_rate->setText(rate > 0 ? QString::number(rate, 'g', 6) : QString()); }

double NewRunForm::learningRate() const
{
    const QString text = m_rate->text().trimmed().replace(u',', u'.');
    if (text.isEmpty()) return 0;
    bool isNumber = false;
    const double rate = QLocale::c().toDouble(text, &isNumber);
    constexpr double kHighest = 10;
    return isNumber && rate > 0 && rate <= kHighest ? rate : -1;
}

QStringList NewRunForm::arguments() const
{
    const double rate = learningRate();
    const bool isRefused = rate < 0 || !m_epochs->error().isEmpty() || !m_seed->error().isEmpty();
    if (isRefused || chosenAssignment().isEmpty()) return {};
    QStringList all{u"finetune"_s, u"STUDY"_s, u"--assignment"_s, chosenAssignment(), u"--epochs"_s,
        QString::number(static_cast<std::int64_t>(m_epochs->value())), u"--seed"_s,
        QString::number(static_cast<std::int64_t>(m_seed->value()))};
    if (m_recipe->currentIndex() > 0) all << u"--recipe"_s << m_recipe->currentData().toString();
    if (rate > 0) all << u"--lr"_s << QString::number(rate, 'g', 6);
    return all;
}

QString NewRunForm::title() const { return tr("Fine-tune %1").arg(m_assignment->currentText()); }

void NewRunForm::focusFirst()
{
    m_assignment->setFocus(Qt::TabFocusReason);
    changed();
}

void NewRunForm::changed()
{
    m_rate->setPlaceholderText(tr("%1, the recipe's own").arg(rateText(recipeNamed(m_recipe->currentData().toString()))));
    setRefused(*m_rate, learningRate() < 0);
    showEstimate();
}

void NewRunForm::showEstimate()
{
    const QStringList command = arguments();
    m_start->setEnabled(!command.isEmpty() && m_session.isOpen());
    setTextLook(*m_time, TextStyle::Caption, command.isEmpty() ? Role::Fail : Role::Ink3);
    if (command.isEmpty()) {
        m_time->setText(learningRate() < 0 ? tr("A learning rate is a number above 0 and at most 10.") : QString());
        return;
    }
    if (!isVisibleTo(parentWidget()) || !m_session.isOpen()) return; // nobody looks: the engine is not troubled
    const auto estimate = m_estimates.of(command);
    const bool isMeasured = estimate && estimate->problem.isEmpty() && !estimate->origin.isEmpty();
    m_time->setText(isMeasured ? timeCaption(estimate) + u", "_s + estimate->origin : timeCaption(estimate));
    m_time->setToolTip(estimate ? estimate->problem : QString());
}

void NewRunForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        emit cancelled();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_start->isEnabled()) {
        emit startRequested();
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace halftone
