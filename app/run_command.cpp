// Running a command without a terminal.
#include "app/run_command.h"

#include <CLI/CLI.hpp>

#include <optional>

#include "app/commands/all_commands.h"
#include "app/invocation.h"

namespace halftone {

namespace {

// Keeps the document; progress, notes and samples go to the caller's task.
class CapturedOutput final : public CommandOutput {
public:
    explicit CapturedOutput(const TaskContext& task)
        : m_sink(task)
    {
    }
    void begin(const OutputOptions&) override { }
    ProgressSink* sink() override { return &m_sink; }
    void print(const std::string&) override { }
    void document(const std::string& json) override { m_document = json; }
    void end(const Status& done) override { m_done = done; }
    Result<std::string> answer() const
    {
        if (m_done.ok()) return m_document;
        return m_done.error();
    }

private:
    class TaskSink final : public ProgressSink {
    public:
        explicit TaskSink(const TaskContext& task)
            : m_task(task)
        {
        }
        void progress(const Progress& p) override { m_task.report(p.step, p.done, p.total, p.detail); }
        void note(std::string_view sentence) override { m_task.note(sentence); }
        void sample(const CurveSample& sample) override { m_task.sample(sample); }

    private:
        const TaskContext& m_task;
    };

    TaskSink m_sink;
    std::string m_document = "{}";
    Status m_done;
};

Error sentenceFrom(const CLI::ParseError& error)
{
    if (dynamic_cast<const CLI::Success*>(&error) != nullptr)
        return {ErrorCode::BadInput, "Help and the version are shown in a terminal: halftone --help."};
    std::string sentence = error.what();
    while (!sentence.empty() && (sentence.back() == '\n' || sentence.back() == ' ')) sentence.pop_back();
    if (sentence.empty() || sentence.back() != '.') sentence += '.';
    return {ErrorCode::BadInput, sentence};
}

Status parseAndRun(const std::vector<std::string>& arguments, Invocation& invocation)
{
    const auto commands = makeCommandLine(invocation);
    try {
        std::vector<std::string> backwards(arguments.rbegin(), arguments.rend()); // as CLI11 wants them
        commands->parse(backwards);
        return {};
    } catch (const CLI::ParseError& error) {
        return sentenceFrom(error);
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Failed, std::string("The command failed: ") + exception.what() + "."};
    }
}

} // namespace

Result<std::string> runCommand(
    const std::vector<std::string>& arguments, const StudyEnvironment& environment, const TaskContext& task)
{
    CapturedOutput output(task);
    Invocation invocation(task, environment, output);
    HALFTONE_CHECK(parseAndRun(arguments, invocation));
    return output.answer();
}

Status checkCommand(const std::vector<std::string>& arguments)
{
    const TaskContext nobody;
    CapturedOutput output(nobody);
    Invocation invocation(nobody, {}, output);
    invocation.onlyRead();
    return parseAndRun(arguments, invocation);
}

CommandRunner commandRunner(StudyEnvironment environment)
{
    return [environment = std::move(environment)](const std::vector<std::string>& arguments, const TaskContext& task) {
        return runCommand(arguments, environment, task);
    };
}

} // namespace halftone
