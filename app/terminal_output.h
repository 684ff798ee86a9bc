// TerminalOutput: text or a document on stdout, progress and errors on stderr.
#pragma once

#include <memory>

#include "app/command_output.h"
#include "app/progress_display.h"

namespace halftone {

class TerminalOutput final : public CommandOutput {
public:
    void begin(const OutputOptions& options) override;
    ProgressSink* sink() override { return m_display.get(); }
    void print(const std::string& text) override;
    void document(const std::string& json) override;
    void end(const Status& done) override;

private:
    OutputOptions m_options;
    std::unique_ptr<ProgressDisplay> m_display;
};

} // namespace halftone
