// The comparison of methods while it runs, waits or has failed: progress, pause, stop, and trying again.
#pragma once

#include <optional>

#include "core/store/study_records.h"
#include "widgets/controls/card.h"

namespace halftone {

class Session;
class StatePanel;

// Running, waiting or failed and not dismissed; of several the newest.
std::optional<JobRecord> comparisonJob(const Session& session);

class ComparisonCard : public Card {
public:
    explicit ComparisonCard(Session& session, QWidget* parent = nullptr);

    void showJob(const JobRecord& job, std::int64_t pointsSoFar);

private:
    void showFailed(const JobRecord& job);

    Session& m_session;
    StatePanel* m_state;
    QString m_shown; // a failure is not built anew, and its focus lost, at every progress
};

} // namespace halftone
