// halftone assign: saves an assignment made by hand: every layer's width, or another assignment with some layers changed.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <optional>

#include "app/commands/all_commands.h"
#include "app/invocation.h"
#include "core/cost/cost_model.h"

namespace halftone {

namespace {

struct AssignArguments {
    std::filesystem::path study;
    std::string name, bits, from;
    std::string chosenBy = "by hand", cost = "linear"; // recorded beside the assignment
    std::optional<double> budget;
    std::vector<std::string> changes; // PATTERN=BITS
    bool replace = false;
};

// The layers of the groups that a pattern matches: linked layers move together.
Status change(BitAssignment& assignment, const LayerTable& table, const std::string& text)
{
    const auto equals = text.rfind('=');
    int bits = 0;
    if (equals != std::string::npos) std::from_chars(text.data() + equals + 1, text.data() + text.size(), bits);
    if (bits < kMinBits || bits > kMaxBits)
        return Error{ErrorCode::BadInput, "--set wants LAYER=BITS with 2 to 8 bits, for example layer1.*=2, not " + text + "."};
    HALFTONE_TRY(const auto layers, table.match(text.substr(0, equals)));
    for (const LayerIndex one : layers) {
        const LinkedGroup& group = table.group(table.layer(one).group);
        if (group.edge)
            return Error{ErrorCode::BadInput,
                table.layer(one).name + " is a first or last layer and stays at " + std::to_string(kEdgeBits) + " bit."};
        for (const LayerIndex linked : group.layers) assignment[linked] = {bits, bits};
    }
    return {};
}

Result<BitAssignment> assignmentOf(const Study& study, const AssignArguments& a)
{
    if (a.bits.empty() == a.from.empty())
        return Error{ErrorCode::BadInput, "Give either --bits with every layer's width or --from with a saved assignment."};
    BitAssignment assignment;
    if (a.bits.empty()) {
        HALFTONE_TRY(assignment, study.assignment(a.from));
    } else {
        HALFTONE_TRY(assignment, assignmentFromText(a.bits));
    }
    HALFTONE_CHECK(validate(assignment, study.table()));
    for (const auto& text : a.changes) HALFTONE_CHECK(change(assignment, study.table(), text));
    return assignment;
}

} // namespace

void addAssignCommand(CLI::App& app, Invocation& invocation)
{
    auto a = std::make_shared<AssignArguments>(); // shared with the callback
    CLI::App& command = *app.add_subcommand("assign", "Save an assignment made by hand");
    command.add_option("study", a->study, "The study file")->required();
    command.add_option("name", a->name, "The name to save the assignment under")->required();
    command.add_option("--bits", a->bits, "Every layer's width in network order: 8,4,4,2,8");
    command.add_option("--from", a->from, "A saved name, fp32, or a width from 2 to 8 for all layers, to start from");
    command.add_option("--set", a->changes, "LAYER=BITS; the layer may be a pattern like layer1.*; linked layers change together");
    command.add_option("--chosen-by", a->chosenBy, "The metric whose solution this is; recorded");
    command.add_option("--budget", a->budget, "The budget that it solves, as a fraction; recorded");
    command.add_option("--cost", a->cost, "The cost axis of the budget; recorded");
    command.add_flag("--replace", a->replace, "Replace an assignment of that name");
    invocation.add(command, [&invocation, a]() -> Result<int> {
        HALFTONE_TRY(Study study, Study::open(a->study, invocation.environment()));
        HALFTONE_TRY(const BitAssignment assignment, assignmentOf(study, *a));
        HALFTONE_TRY(const CostModel* axis, findCostModel(a->cost));
        const double highest = innerCost(*axis, study.table(), uniformAssignment(study.table(), 4));
        const double cost = innerCost(*axis, study.table(), assignment);
        nlohmann::ordered_json how{{"metric", a->chosenBy}, {"cost", a->cost}};
        if (highest > 0) how["budget"] = a->budget.value_or(cost / highest);
        HALFTONE_CHECK(study.file().saveAssignment({.name = a->name, .bits = toText(assignment), .howJson = how.dump()}, a->replace));
        nlohmann::ordered_json layers;
        for (std::size_t i = 0; i < study.table().layers.size(); ++i)
            layers[study.table().layers[i].name] = assignment.layers[i].weight;
        invocation.printJson(nlohmann::ordered_json{{"assignment", layers}, {"name", a->name}, {"cost", cost}}.dump());
        invocation.print(fmt::format("Saved {}: {} {:.1f} % of all 4 bit.\n", a->name, axis->title(), highest > 0 ? 100 * cost / highest : 0.0));
        return kDone;
    });
}

} // namespace halftone
