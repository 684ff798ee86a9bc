// The estimate's question and its answer in words.
#include "widgets/pages/frontier/estimate_caption.h"

#include <nlohmann/json.hpp>

#include "widgets/format/quantity.h"
#include "widgets/session/session.h"

namespace halftone {

namespace {

constexpr int kTypingPause = 250; // ms

} // namespace

EstimateCaption::EstimateCaption(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kTypingPause);
    connect(&m_delay, &QTimer::timeout, this, &EstimateCaption::send);
}

void EstimateCaption::ask(const QStringList& arguments)
{
    if (arguments == m_arguments) return;
    m_arguments = arguments;
    ++m_question;
    m_delay.stop();
    if (arguments.size() < 2)
        emit told({});
    else
        m_delay.start();
}

void EstimateCaption::send()
{
    emit told(tr("estimating the time…"));
    m_session.ask(QStringList{QStringLiteral("estimate")} + m_arguments, this, [this, question = m_question](const Result<std::string>& answer) {
        if (question != m_question) return;
        const auto json = answer.ok() ? nlohmann::json::parse(*answer, nullptr, false) : nlohmann::json();
        if (!json.is_object() || !json.contains("seconds") || !json["seconds"].is_number()) {
            emit told(tr("time not known"));
            return;
        }
        const double seconds = json["seconds"].get<double>();
        emit told(seconds > 0 ? aboutText(roughDurationText(seconds)) : tr("already there, no time"));
    });
}

} // namespace halftone
