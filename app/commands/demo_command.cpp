// halftone demo: the whole main job on the bundled network and data, in a few minutes on two cores.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/all_commands.h"
#include "app/commands/report_tables.h"
#include "app/invocation.h"
#include "app/json_documents.h"
#include "app/progress_display.h"
#include "app/text_table.h"
#include "core/base/stopwatch.h"
#include "core/studies/reporting.h"

namespace halftone {

namespace {

constexpr const char* kNetwork = "zoo:fashion_resnet8";
constexpr const char* kData = "fashion-mnist";
constexpr std::int64_t kBaseEpochs = 1;
constexpr std::int64_t kFinetuneEpochs = 2;

FrontierOptions demoFrontier()
{
    FrontierOptions options;
    options.metrics = {"eagl", "alps", "uniform", "first-to-last"}; // those of `halftone frontier` would take twice as long
    options.budgets = {0.9, 0.75, 0.6};
    options.seeds = 2;
    options.epochs = 1;
    options.scoring.baseEpochs = kBaseEpochs;
    return options;
}

class Demo {
public:
    Demo(Invocation& invocation, std::filesystem::path folder)
        : m_invocation(invocation)
        , m_folder(std::move(folder))
    {
    }

    Result<int> run()
    {
        const Stopwatch watch;
        std::error_code failed;
        std::filesystem::create_directories(m_folder, failed);
        if (failed)
            return Error{ErrorCode::Io,
                "The folder " + m_folder.string() + " cannot be made: " + failed.message() + "; choose another with --out."};
        HALFTONE_TRY(Study study, openStudy());
        HALFTONE_CHECK(showLayers(study));
        HALFTONE_CHECK(showScores(study));
        HALFTONE_CHECK(compare(study));
        HALFTONE_CHECK(choose(study));
        HALFTONE_TRY(const ExportReport exported, exportChoice(study));
        HALFTONE_CHECK(writeReport(study));
        m_invocation.print(fmt::format("\nDone in {}. The study is {}; open {} in a browser.\n",
            durationText(watch.wallSeconds()), studyPath().string(), (m_folder / "report.html").string()));
        m_invocation.printJson(jsonOf(exported));
        return exported.verdict.passed ? kDone : kGateSaidNo;
    }

private:
    std::filesystem::path studyPath() const { return m_folder / "demo.halftone"; }
    void heading(const std::string& text) { m_invocation.print("\n" + text + "\n"); }

    Result<Study> openStudy()
    {
        m_commands.push_back(fmt::format("halftone new {} --model {} --data {}", studyPath().string(), kNetwork, kData));
        if (std::filesystem::exists(studyPath())) return Study::open(studyPath(), m_invocation.environment());
        return Study::create(
            {.path = studyPath(), .model = kNetwork, .data = kData}, m_invocation.environment(), m_invocation.task());
    }

    Status showLayers(Study& study)
    {
        heading("1. The bundled network, pretrained on Fashion-MNIST");
        HALFTONE_TRY(const InspectReport report, inspectStudy(study));
        TextTable table(
            {{"Layer"}, {"Output"}, {"Weights", TextTable::Align::Right}, {"MACs", TextTable::Align::Right}, {"Choice"}});
        for (const auto& l : report.layers)
            table.add({l.name, text(l.output), countText(l.parameters), countText(l.macs),
                l.edge                  ? "fixed at 8 bit"
                    : l.group == l.name ? ""
                                        : "with " + l.group});
        HALFTONE_TRY(const EvaluateReport full, evaluateStudy(study, {}, m_invocation.task()));
        m_invocation.print(table.text()
            + fmt::format("Full precision: {} top-1 on {} test images, measured here.\n", percentText(full.value),
                countText(full.count)));
        return {};
    }

    Status showScores(Study& study)
    {
        heading("2. How sensitive is each linked group? (a 4-bit base network, then EAGL and ALPS)");
        ScoreOptions options = demoFrontier().scoring;
        options.metrics = {"eagl", "alps"};
        m_commands.push_back(
            fmt::format("halftone score {} --metric eagl,alps --base-epochs {}", studyPath().string(), kBaseEpochs));
        HALFTONE_TRY(const auto reports, score(study, options, m_invocation.task()));
        m_invocation.print(tableOf(reports, study.table()));
        return {};
    }

    Status compare(Study& study)
    {
        heading("3. The frontier: every method at every budget, fine-tuned alike");
        const FrontierOptions options = demoFrontier();
        m_commands.push_back(fmt::format(
            "halftone frontier {} --metrics {} --budgets {} --seeds {} --epochs {} --base-epochs {}", studyPath().string(),
            fmt::join(options.metrics, ","), fmt::join(options.budgets, ","), options.seeds, options.epochs, kBaseEpochs));
        HALFTONE_TRY(m_frontier, frontier(study, options, m_invocation.task()));
        m_invocation.print(tableOf(m_frontier, study.task()));
        return {};
    }

    // The metric that did best at the middle budget; its choice is trained longer and becomes the export.
    Status choose(Study& study)
    {
        const double budget = 0.75;
        const FrontierSummary* best = nullptr;
        for (const auto& point : m_frontier.points)
            if (point.budget == budget && (point.metric == "eagl" || point.metric == "alps")
                && (!best || point.mean > best->mean))
                best = &point;
        const std::string metric = best ? best->metric : "eagl";
        m_name = metric + "75";
        heading(fmt::format("4. The choice: {} at a budget of 75 %, fine-tuned for {} epochs", metric, kFinetuneEpochs));
        SelectOptions selecting{
            .metric = metric, .budget = budget, .saveAs = m_name, .replace = true, .scoring = demoFrontier().scoring};
        HALFTONE_CHECK(select(study, selecting, m_invocation.task()));
        FinetuneOptions training{.assignment = m_name, .fromBase = true, .baseEpochs = kBaseEpochs};
        training.recipe.epochs = kFinetuneEpochs;
        training.recipe.seed = study.seed();
        m_commands.push_back(fmt::format("halftone select {} --metric {} --budget {} --base-epochs {} --save {}",
            studyPath().string(), metric, budget, kBaseEpochs, m_name));
        m_commands.push_back(fmt::format("halftone finetune {} --assignment {} --epochs {} --from-base --base-epochs {}",
            studyPath().string(), m_name, kFinetuneEpochs, kBaseEpochs));
        HALFTONE_TRY(const RunReport report, finetune(study, training, m_invocation.task()));
        m_invocation.print(tableOf(report));
        return {};
    }

    Result<ExportReport> exportChoice(Study& study)
    {
        const auto file = m_folder / (m_name + ".onnx");
        heading("5. Exported as ONNX, read back, run and compared");
        m_commands.push_back(fmt::format(
            "halftone export {} --assignment {} --format onnx-qdq {}", studyPath().string(), m_name, file.string()));
        HALFTONE_TRY(ExportReport exported, exportAssignment(study, {.assignment = m_name, .file = file}, m_invocation.task()));
        m_invocation.print(
            fmt::format("Wrote {}, {} bytes.\n", file.string(), countText(exported.fileBytes)) + textOf(exported.verdict));
        return exported;
    }

    Status writeReport(Study& study)
    {
        const auto page = m_folder / "report.html";
        m_commands.push_back(fmt::format("halftone report {} --html {}", studyPath().string(), page.string()));
        return report(study, {.html = page, .commands = m_commands}, m_invocation.task());
    }

    Invocation& m_invocation;
    std::filesystem::path m_folder;
    FrontierReport m_frontier;
    std::string m_name; // of the chosen assignment
    std::vector<std::string> m_commands;
};

} // namespace

void addDemoCommand(CLI::App& app, Invocation& invocation)
{
    auto folder = std::make_shared<std::filesystem::path>("halftone-demo"); // shared with the callback
    CLI::App& command = *app.add_subcommand(
        "demo", "The whole main job on the bundled network and data; a second call uses what the first computed");
    command.add_option("--out", *folder, "The folder for the study, the exported network and the report");
    invocation.add(command, [&invocation, folder] { return Demo(invocation, *folder).run(); });
}

} // namespace halftone
