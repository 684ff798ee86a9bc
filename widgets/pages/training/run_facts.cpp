// Reads a run's options and finds the names under which a person knows its assignment.
#include "widgets/pages/training/run_facts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "widgets/format/quantity.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("RunFacts", text); }

struct NameOfBits {
    QString name, metric;
};

// Assignments' names by their bits: the saved ones first, then what comparisons chose.
std::map<std::string, NameOfBits> namesByBits(const StudyOverview& study)
{
    std::map<std::string, NameOfBits> names;
    for (const auto& record : study.assignments) {
        const auto how = nlohmann::json::parse(record.howJson, nullptr, false);
        const auto metric = how.is_object() ? how.find("metric") : how.end();
        const bool known = how.is_object() && metric != how.end() && metric->is_string();
        names.emplace(record.bits,
            NameOfBits{QString::fromStdString(record.name), known ? QString::fromStdString(metric->get<std::string>()) : QString()});
    }
    if (study.frontier)
        for (const auto& point : study.frontier->points)
            for (const auto& bits : point.assignments) {
                const QString metric = QString::fromStdString(point.metric);
                const bool isEnd = point.metric.starts_with("all ");
                names.emplace(bits,
                    NameOfBits{isEnd ? metric : Theme::metricName(metric) + QLatin1Char(' ') + percentText(point.budget, 0), metric});
            }
    return names;
}

// "all 4 bit", "full precision", or the widths counted: "8 × 2, 4 × 11, 2 × 9".
QString namelessText(const BitAssignment& bits, const LayerTable& table)
{
    if (bits.layers.size() != table.layers.size() || bits.layers.empty()) return tr("unnamed");
    std::map<int, int, std::greater<>> inner;
    for (std::size_t i = 0; i < bits.layers.size(); ++i)
        if (!table.layers[i].edge) ++inner[bits.layers[i].weight];
    if (inner.size() == 1)
        return inner.begin()->first >= kFullPrecision ? tr("full precision") : tr("all %1 bit").arg(inner.begin()->first);
    QStringList parts;
    for (const auto& [width, layers] : inner) parts << tr("%1 at %2 bit").arg(layers).arg(width);
    return parts.join(QStringLiteral(", "));
}

void readOptions(const RunRecord& record, std::int64_t studySeed, RunFacts& facts)
{
    const auto options = nlohmann::json::parse(record.optionsJson, nullptr, false);
    if (!options.is_object()) return;
    if (const auto recipe = options.find("recipe"); recipe != options.end()) {
        if (auto read = recipeFromJson(recipe->dump()); read.ok()) {
            facts.recipe = std::move(*read);
            facts.epochs = facts.recipe->epochs;
            facts.seed = static_cast<std::int64_t>(facts.recipe->seed) - studySeed;
        }
    }
    const auto evaluated = options.find("evaluatedOn");
    if (evaluated != options.end() && evaluated->is_string())
        facts.evaluatedOn = QString::fromStdString(evaluated->get<std::string>());
    const auto start = options.find("start");
    facts.isFromPretrained = start != options.end() && start->is_string() && start->get<std::string>() == "pretrained";
    const auto heldBack = options.find("holdBack");
    if (heldBack != options.end() && heldBack->is_number()) facts.heldBack = heldBack->get<double>();
}

RunFacts factsOf(const RunRecord& record, const StudyOverview& study, std::int64_t studySeed, const RunFacts* before)
{
    RunFacts facts;
    if (before) {
        facts = *before;
    } else {
        facts.id = record.id;
        facts.key = QString::fromStdString(record.key);
        facts.kind = QString::fromStdString(record.kind);
        facts.task = study.task;
        readOptions(record, studySeed, facts);
        auto bits = assignmentFromText(record.assignmentBits);
        if (bits.ok() && bits->layers.size() == study.table.layers.size()) facts.bits = std::move(*bits);
    }
    facts.state = record.state;
    facts.message = QString::fromStdString(record.message);
    facts.canGoOn = record.hasCheckpoint && record.state != RunState::Finished;
    facts.started = QDateTime::fromSecsSinceEpoch(record.startedAt);
    facts.wallSeconds = record.wallSeconds;
    facts.metric.clear();
    facts.accuracy.reset();
    if (record.metrics && record.metrics->testMetric) facts.accuracy = *record.metrics->testMetric;
    return facts;
}

} // namespace

std::vector<RunFacts> runFacts(const StudyOverview& study, const std::map<std::int64_t, std::int64_t>& epochsDone,
    const std::vector<RunFacts>& before)
{
    std::map<std::int64_t, const RunFacts*> byId;
    for (const auto& facts : before) byId.emplace(facts.id, &facts);
    const auto names = namesByBits(study);
    const std::int64_t studySeed = QString::fromStdString(study.setting("seed")).toLongLong();
    std::vector<RunFacts> all;
    std::map<QString, int> sharing;
    for (const auto& record : study.runs) {
        const auto earlier = byId.find(record.id);
        RunFacts facts = factsOf(record, study, studySeed, earlier == byId.end() ? nullptr : earlier->second);
        const auto known = names.find(record.assignmentBits);
        facts.name = known != names.end() ? known->second.name : namelessText(facts.bits, study.table);
        if (known != names.end()) facts.metric = known->second.metric;
        if (record.kind == "base") facts.name = tr("base %1").arg(namelessText(facts.bits, study.table).remove(tr("all ")));
        if (record.kind == "from scratch") facts.name = tr("%1 from scratch").arg(facts.name);
        const auto done = epochsDone.find(record.id);
        facts.epochsDone = record.state == RunState::Finished ? facts.epochs : done != epochsDone.end() ? done->second : 0;
        ++sharing[facts.name];
        all.push_back(std::move(facts));
    }
    for (auto& facts : all)
        facts.title = sharing[facts.name] > 1 ? tr("%1, seed %2").arg(facts.name).arg(facts.seed) : facts.name;
    std::ranges::reverse(all);
    return all;
}

const RunFacts* findRun(const std::vector<RunFacts>& runs, const QString& key)
{
    const auto found = std::ranges::find(runs, key, &RunFacts::key);
    return found == runs.end() ? nullptr : &*found;
}

QString methodText(const RunFacts& run)
{
    const bool quantized = std::ranges::any_of(run.bits.layers, [](const LayerBits& b) { return b.weight < kFullPrecision; });
    if (!quantized && !run.bits.layers.empty()) return tr("full precision");
    if (run.recipe && run.recipe->quantizer == "lsq-paper") return tr("LSQ, the paper's recipe");
    return QStringLiteral("LSQ");
}

std::vector<std::string> argumentsOf(const RunFacts& run, const StudyOverview& study)
{
    if (!run.recipe || run.heldBack > 0 || !run.isFromPretrained || run.kind != QLatin1String("fine-tune")) return {};
    const auto usual = findRecipe(run.recipe->name);
    if (!usual.ok()) return {};
    TrainingRecipe made = *usual;
    made.epochs = run.recipe->epochs;
    made.seed = run.recipe->seed;
    std::vector<std::string> arguments{"finetune", "STUDY", "--assignment", {}, "--epochs", std::to_string(made.epochs), "--seed",
        std::to_string(run.seed), "--recipe", made.name};
    if (run.recipe->rules != made.rules) {
        const double rate = run.recipe->rules.front().learningRate;
        for (auto& rule : made.rules) rule.learningRate = rate;
        arguments.insert(arguments.end(), {"--lr", QString::number(rate, 'g', 12).toStdString()});
    }
    const auto same = [&](const AssignmentRecord& record) {
        const auto bits = assignmentFromText(record.bits);
        return bits.ok() && *bits == run.bits;
    };
    const auto named = std::ranges::find_if(study.assignments, same);
    if (named != study.assignments.end()) arguments[3] = named->name;
    for (int bits = kMinBits; arguments[3].empty() && bits <= kMaxBits; ++bits)
        if (uniformAssignment(study.table, bits) == run.bits) arguments[3] = std::to_string(bits);
    const bool isTheSame = made == *run.recipe && run.seed >= 0 && !arguments[3].empty();
    return isTheSame ? arguments : std::vector<std::string>{};
}

} // namespace halftone
