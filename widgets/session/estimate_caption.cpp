// Waits for a pause in typing, then tells what is known.
#include "widgets/session/estimate_caption.h"

#include <utility>

namespace halftone {

namespace {

constexpr int kTypingPause = 250; // ms

} // namespace

EstimateCaption::EstimateCaption(Session& session, QWidget* parent)
    : QObject(parent)
    , m_times(session)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kTypingPause);
    connect(&m_delay, &QTimer::timeout, this, &EstimateCaption::tell);
    connect(&m_times, &TimeEstimates::arrived, this, [this] {
        if (!isLookedAt()) m_arguments.clear(); // the next one who looks asks anew
        else if (!m_delay.isActive()) tell();
    });
}

void EstimateCaption::ask(const QStringList& arguments)
{
    if (arguments == m_arguments) return;
    m_arguments = arguments;
    m_delay.start();
    if (arguments.size() < 2) {
        m_delay.stop();
        tell();
    }
}

bool EstimateCaption::isLookedAt() const { return static_cast<const QWidget*>(parent())->isVisible(); }

void EstimateCaption::tell()
{
    const QString caption = m_arguments.size() < 2 ? QString() : timeCaption(m_times.of(m_arguments));
    if (std::exchange(m_told, caption) != caption) emit told(caption);
}

} // namespace halftone
