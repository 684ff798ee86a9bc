// What a command says to a terminal.
#include "app/terminal_output.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace halftone {

namespace {

const char* codeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::BadInput:
        return "bad-input";
    case ErrorCode::NotFound:
        return "not-found";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::Corrupt:
        return "corrupt";
    case ErrorCode::Infeasible:
        return "infeasible";
    case ErrorCode::Io:
        return "io";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::Failed:
        break;
    }
    return "failed";
}

} // namespace

void TerminalOutput::begin(const OutputOptions& options)
{
    m_options = options;
    if (!options.quiet) m_display = std::make_unique<ProgressDisplay>();
}

void TerminalOutput::print(const std::string& text)
{
    if (m_options.json || m_options.quiet) return;
    if (m_display) m_display->clearLine();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void TerminalOutput::document(const std::string& json)
{
    if (m_options.json) std::puts(json.c_str());
}

void TerminalOutput::end(const Status& done)
{
    m_display.reset(); // takes its line off the terminal
    if (done.ok()) return;
    const Error& error = done.error();
    if (m_options.json)
        document(nlohmann::json{{"error", {{"code", codeName(error.code)}, {"message", error.message}}}}.dump(
            -1, ' ', false, nlohmann::json::error_handler_t::replace));
    else
        std::fprintf(stderr, "halftone: %s\n", error.message.c_str());
}

} // namespace halftone
