// Lays out the fine-tune's choices and writes its command.
#include "widgets/pages/frontier/finetune_form.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/session/estimate_caption.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

QHBoxLayout* fieldRow(const QString& label, NumberField* field)
{
    auto* row = new QHBoxLayout;
    QLabel* words = makeLabel(label, TextStyle::Small, Role::Ink2);
    words->setBuddy(field->field());
    field->field()->setAccessibleName(label);
    row->addWidget(words);
    row->addStretch(1);
    row->addWidget(field);
    return row;
}

} // namespace

FinetuneForm::FinetuneForm(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_estimate(new EstimateCaption(session, this))
{
    const Spacing& space = themeOf(this).space();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space.grid);
    m_title = makeLabel({}, TextStyle::Heading);
    m_epochs = new NumberField({.minimum = 1, .maximum = 10000, .step = 1}, this);
    m_epochs->setObjectName(QStringLiteral("finetuneEpochs"));
    m_seed = new NumberField({.minimum = 0, .maximum = 1e6, .step = 1}, this);
    m_seed->setObjectName(QStringLiteral("finetuneSeed"));
    m_fromBase = new Switch(tr("Start as the comparison did"), this);
    m_fromBase->setObjectName(QStringLiteral("finetuneFromBase"));
    m_fromBase->setCheckable(true);
    m_caption = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_start = new PushButton(tr("Start"), ButtonKind::Primary, this);
    m_start->setObjectName(QStringLiteral("finetuneStart"));
    auto* cancel = new PushButton(tr("Cancel"), ButtonKind::Quiet, this);
    cancel->setObjectName(QStringLiteral("finetuneCancel"));
    column->addWidget(m_title);
    column->addLayout(fieldRow(tr("Epochs"), m_epochs));
    column->addLayout(fieldRow(tr("Seed"), m_seed));
    column->addWidget(m_fromBase);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space.grid);
    buttons->addWidget(m_start);
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    buttons->addWidget(m_caption);
    column->addLayout(buttons);

    connect(m_start, &QPushButton::clicked, this, &FinetuneForm::startRequested);
    connect(cancel, &QPushButton::clicked, this, &FinetuneForm::cancelled);
    connect(m_epochs, &NumberField::valueChosen, this, [this] { askTime(m_stored); });
    connect(m_seed, &NumberField::valueChosen, this, [this] { askTime(m_stored); });
    connect(m_fromBase, &QAbstractButton::toggled, this, [this] { askTime(m_stored); });
    connect(m_estimate, &EstimateCaption::told, m_caption, &QLabel::setText);
}

void FinetuneForm::setTarget(
    const QString& assignment, const TrainingEffort& effort, std::int64_t baseEpochs, std::uint64_t nextSeed)
{
    m_assignment = assignment;
    m_baseEpochs = baseEpochs;
    m_title->setText(tr("Fine-tune %1").arg(assignment));
    constexpr double kUsualEpochs = 5; // the recipe's
    m_epochs->setValue(effort.epochs > 0 ? static_cast<double>(effort.epochs) : kUsualEpochs);
    m_seed->setValue(static_cast<double>(nextSeed));
    m_fromBase->setVisible(baseEpochs > 0);
    m_fromBase->setChecked(baseEpochs > 0);
}

QStringList FinetuneForm::arguments() const
{
    QStringList made{QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), m_assignment,
        QStringLiteral("--epochs"), QString::number(static_cast<std::int64_t>(m_epochs->value()))};
    if (m_seed->value() > 0) made << QStringLiteral("--seed") << QString::number(static_cast<std::int64_t>(m_seed->value()));
    if (m_baseEpochs > 0 && m_fromBase->isChecked())
        made << QStringLiteral("--from-base") << QStringLiteral("--base-epochs") << QString::number(m_baseEpochs);
    return made;
}

void FinetuneForm::askTime(bool stored)
{
    m_stored = stored;
    // A name that is still to be saved takes as long as another of the same network.
    QStringList question = arguments();
    if (!stored) question[3] = QStringLiteral("4");
    m_estimate->ask(question);
}

} // namespace halftone
