// `halftone`: the command line. Joins the engine with arguments, signals and the terminal.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <thread>

#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "app/resources_folder.h"
#include "app/terminal_output.h"
#include "core/execution/torch_settings.h"

namespace {

// Ctrl-C and SIGTERM ask the running stage to stop; a second one ends the program at once.
class StopOnSignals {
public:
    explicit StopOnSignals(std::stop_source& stop)
    {
        sigemptyset(&m_signals);
        sigaddset(&m_signals, SIGINT);
        sigaddset(&m_signals, SIGTERM);
        sigaddset(&m_signals, SIGUSR1); // wakes the thread to end it
        pthread_sigmask(SIG_BLOCK, &m_signals, nullptr); // before any other thread starts, so that all inherit it
        m_waiter = std::thread([this, &stop] {
            for (int signal = 0; sigwait(&m_signals, &signal) == 0 && signal != SIGUSR1;) {
                if (stop.stop_requested()) std::_Exit(130);
                stop.request_stop();
            }
        });
    }
    ~StopOnSignals()
    {
        pthread_kill(m_waiter.native_handle(), SIGUSR1);
        m_waiter.join();
    }
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;

private:
    sigset_t m_signals{};
    std::thread m_waiter;
};

} // namespace

int main(int argc, char** argv)
{
    std::stop_source stop;
    const StopOnSignals signals(stop);
    halftone::setAllocatorForTraining();

    halftone::TerminalOutput output;
    halftone::Invocation invocation(
        halftone::TaskContext(stop.get_token()), {.resources = halftone::findResources(), .threads = 0}, output);
    const auto commands = halftone::makeCommandLine(invocation);
    try {
        commands->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = commands->exit(error, std::cout, std::cerr);
        return status == 0 ? 0 : 2;
    }
    return invocation.exitStatus();
}
