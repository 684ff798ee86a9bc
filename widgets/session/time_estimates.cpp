// Asks one estimate after the other, so that a form that changes does not pile up work.
#include "widgets/session/time_estimates.h"

#include <nlohmann/json.hpp>

#include "widgets/format/quantity.h"
#include "widgets/session/session.h"

namespace halftone {

EstimatedTime readEstimate(const Result<std::string>& answer)
{
    if (!answer.ok()) return {.problem = QString::fromStdString(answer.error().message)};
    const auto json = nlohmann::json::parse(*answer, nullptr, false);
    const auto seconds = json.is_object() ? json.find("seconds") : json.end();
    if (!json.is_object() || seconds == json.end() || !seconds->is_number())
        return {.problem = TimeEstimates::tr("The engine did not tell how long it takes.")};
    const auto origin = json.find("origin");
    const bool isTold = origin != json.end() && origin->is_string();
    return {.seconds = seconds->get<double>(), .origin = isTold ? QString::fromStdString(origin->get<std::string>()) : QString()};
}

QString timeCaption(const std::optional<EstimatedTime>& estimate)
{
    constexpr double kNoTime = 0.5; // seconds
    if (!estimate) return TimeEstimates::tr("working out the time …");
    if (!estimate->problem.isEmpty()) return TimeEstimates::tr("time not known");
    if (estimate->seconds < kNoTime) return TimeEstimates::tr("already there, no time");
    return aboutText(roughDurationText(estimate->seconds));
}

TimeEstimates::TimeEstimates(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    const auto forget = [this] {
        ++m_age;
        m_known.clear();
        m_wanted.clear();
        m_asked.clear();
        emit arrived();
    };
    connect(&session, &Session::jobFinished, this, forget);
    connect(&session, &Session::opened, this, forget);
    connect(&session, &Session::closed, this, forget);
}

std::optional<EstimatedTime> TimeEstimates::of(const QStringList& arguments)
{
    if (const auto known = m_known.constFind(arguments); known != m_known.cend()) return *known;
    if (!m_session.isOpen() || arguments == m_asked) return {};
    std::erase(m_wanted, arguments);
    m_wanted.push_front(arguments);
    askNext();
    return {};
}

void TimeEstimates::askNext()
{
    constexpr std::size_t kMostWanted = 32;
    if (!m_asked.isEmpty() || m_wanted.empty()) return;
    if (m_wanted.size() > kMostWanted) m_wanted.resize(kMostWanted);
    m_asked = m_wanted.front();
    m_wanted.pop_front();
    m_session.ask(QStringList{QStringLiteral("estimate")} + m_asked, this,
        [this, arguments = m_asked, age = m_age](const Result<std::string>& answer) {
            if (age != m_age) return;
            m_asked.clear();
            m_known.insert(arguments, readEstimate(answer));
            emit arrived();
            askNext();
        });
}

} // namespace halftone
