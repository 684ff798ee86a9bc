// Saving and fine-tuning from the totals panel.
#include <cmath>

#include <nlohmann/json.hpp>

#include "widgets/format/quantity.h"
#include "widgets/pages/bits/totals_panel.h"

namespace halftone {

void TotalsPanel::askFineTune() { ask(NameForm::Purpose::FineTune); }

void TotalsPanel::askSave() { ask(NameForm::Purpose::Save); }

// "eagl75", "edited", and a number behind it when that is taken by something else.
QString TotalsPanel::proposedName(const std::set<QString>& taken) const
{
    const BitDocument& document = m_session.bits();
    const QString stem = document.isSolverChoice()
        ? document.choices().metric + QString::number(std::lround(100 * document.choices().budget))
        : tr("edited");
    QString name = stem;
    for (int i = 2; taken.contains(name); ++i) name = QStringLiteral("%1-%2").arg(stem).arg(i);
    return name;
}

void TotalsPanel::ask(NameForm::Purpose purpose)
{
    const StudyOverview* study = m_session.bits().study();
    if (!study) return;
    const std::string bits = toText(m_session.bits().choices().assignment);
    std::set<QString> taken, same;
    for (const AssignmentRecord& saved : study->assignments) {
        taken.insert(QString::fromStdString(saved.name));
        if (saved.bits == bits) same.insert(QString::fromStdString(saved.name));
    }
    const QString proposal = same.empty() ? proposedName(taken) : *same.rbegin();
    m_buttons->hide();
    m_form->show();
    m_form->ask(purpose, proposal, std::move(taken), std::move(same));
    if (purpose == NameForm::Purpose::FineTune) estimateDuration();
}

void TotalsPanel::accept(const QString& name, bool replace, bool alreadySaved)
{
    const bool tunes = m_form->purpose() == NameForm::Purpose::FineTune;
    if (alreadySaved) {
        closeForm();
        if (tunes) startFineTuning(name);
        return;
    }
    m_saving = name;
    m_tuneAfterSaving = tunes ? name : QString();
    m_form->setBusy(true);
    m_session.saveAssignment(name, replace);
}

void TotalsPanel::startFineTuning(const QString& name)
{
    m_tuneAfterSaving.clear();
    const QStringList arguments{QStringLiteral("finetune"), QStringLiteral("STUDY"), QStringLiteral("--assignment"), name,
        QStringLiteral("--epochs"), QString::number(m_form->epochs())};
    if (m_session.enqueue(arguments, tr("Fine-tune %1").arg(name)) != 0) m_session.show(View::Training);
}

// The widths make no difference to the time, so any assignment answers for this one before it is saved.
void TotalsPanel::estimateDuration()
{
    const QStringList arguments{QStringLiteral("estimate"), QStringLiteral("finetune"), QStringLiteral("STUDY"),
        QStringLiteral("--assignment"), QStringLiteral("4"), QStringLiteral("--epochs"), QString::number(m_form->epochs())};
    m_session.ask(arguments, this, [this](const Result<std::string>& answer) {
        if (!answer.ok()) return m_form->setDuration({}); // a button without a time is better than a complaint
        const auto json = nlohmann::json::parse(*answer, nullptr, false);
        const bool known = json.is_object() && json.contains("seconds") && json["seconds"].is_number();
        const double seconds = known ? json["seconds"].get<double>() : 0;
        m_form->setDuration(seconds > 0 ? aboutText(roughDurationText(seconds)) : QString());
    });
}

void TotalsPanel::closeForm()
{
    m_saving.clear();
    m_form->hide();
    m_buttons->show();
}

} // namespace halftone
