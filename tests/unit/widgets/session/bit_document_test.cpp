// BitDocument: groups move whole, edits undo, the solver is core's own, pins hold.
#include "widgets/session/bit_document.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include <cmath>

#include "core/base/random.h"
#include "core/cost/all_cost_models.h"
#include "core/models/architectures.h"

namespace halftone {
namespace {

// ResNet-18: three groups of linked layers (each stage's first convolution and its downsampling).
std::shared_ptr<StudyOverview> resnet18Study()
{
    auto study = std::make_shared<StudyOverview>();
    study->network = std::make_shared<const Network>(*buildArchitecture("resnet18"));
    study->table = layerTable(*study->network);
    study->path = "resnet18.halftone";
    study->modelHash = "resnet18";
    SensitivityReport report{.metric = "eagl", .unit = "bits of entropy"};
    for (std::size_t i = 0; i < study->table.groups.size(); ++i)
        if (!study->table.groups[i].edge)
            report.groups.push_back({.group = GroupIndex(static_cast<std::int64_t>(i)), .gain = 1 + std::sin(double(i))});
    study->scores.push_back({.key = "k", .report = report});
    return study;
}

GroupIndex linkedGroup(const LayerTable& table)
{
    for (std::size_t i = 0; i < table.groups.size(); ++i)
        if (table.groups[i].layers.size() > 1 && !table.groups[i].edge) return GroupIndex(static_cast<std::int64_t>(i));
    return {};
}

TEST(BitDocument, StartsWithEverythingAtFourBit)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    EXPECT_EQ(document.choices().assignment, uniformAssignment(study->table, 4));
    EXPECT_EQ(document.choices().metric, QStringLiteral("eagl"));
    EXPECT_DOUBLE_EQ(document.totals().costFraction, 1.0);
}

TEST(BitDocument, MovesAGroupWholeAndUndoesIt)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    const GroupIndex group = linkedGroup(study->table);
    ASSERT_TRUE(group.valid());
    EXPECT_TRUE(document.move({group}, 2));
    for (const LayerIndex layer : study->table.group(group).layers) EXPECT_EQ(document.bitsOf(layer), 2);
    EXPECT_TRUE(validate(document.choices().assignment, study->table).ok());
    EXPECT_FALSE(document.move({group}, 2)); // nothing to do, nothing to undo
    EXPECT_EQ(document.undoStack().count(), 1);
    document.undoStack().undo();
    EXPECT_EQ(document.choices().assignment, uniformAssignment(study->table, 4));
    document.undoStack().redo();
    EXPECT_EQ(document.bitsOf(study->table.group(group).layers.front()), 2);
}

TEST(BitDocument, LeavesFirstAndLastLayersWhereTheyAre)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    EXPECT_FALSE(document.move({study->table.layers.front().group}, 2));
    EXPECT_EQ(document.bitsOf(LayerIndex(0)), kEdgeBits);
}

TEST(BitDocument, SolvesAsTheSolverDoes)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    for (const double budget : {0.95, 0.75, 0.6}) {
        EXPECT_TRUE(document.setBudget(budget));
        const auto best = selectBits(
            study->table, study->scores.front().report, linearCost(), {.levels = {4, 2}, .budgetFraction = budget});
        ASSERT_TRUE(best.ok());
        EXPECT_EQ(document.choices().assignment, best->assignment);
        EXPECT_DOUBLE_EQ(document.totals().cost, best->cost);
        ASSERT_TRUE(document.totals().gain.has_value());
        EXPECT_NEAR(*document.totals().gain, best->gain, 1e-9 * best->gain);
        EXPECT_TRUE(document.totals().withinBudget);
    }
}

TEST(BitDocument, SolvesRoundPinsAndSaysWhyNothingFits)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    const GroupIndex group = linkedGroup(study->table);
    document.move({group}, 8);
    document.setPinned({group}, true);
    EXPECT_TRUE(document.setBudget(0.9));
    EXPECT_EQ(document.bitsOf(study->table.group(group).layers.front()), 8);
    const BitAssignment before = document.choices().assignment;
    EXPECT_FALSE(document.setBudget(0.1));
    EXPECT_FALSE(document.solverState().ok());
    EXPECT_EQ(document.solverState().error().code, ErrorCode::Infeasible);
    EXPECT_EQ(document.choices().assignment, before); // nothing moved
    document.setPinned({group}, false);
    EXPECT_FALSE(document.isPinned(group));
}

TEST(BitDocument, JoinsTheEditsOfOneGesture)
{
    BitDocument document;
    document.setStudy(resnet18Study());
    for (const double budget : {0.9, 0.8, 0.7}) document.setBudget(budget, true);
    document.setBudget(0.7); // let go
    EXPECT_EQ(document.undoStack().count(), 1);
    for (const double budget : {0.68, 0.6}) document.setBudget(budget, true);
    document.setBudget(0.6);
    EXPECT_EQ(document.undoStack().count(), 2);
    document.undoStack().undo();
    EXPECT_DOUBLE_EQ(document.choices().budget, 0.7);
}

TEST(BitDocument, NamesTheCommandThatMakesTheSame)
{
    BitDocument document;
    const auto study = resnet18Study();
    document.setStudy(study);
    document.setBudget(0.75);
    EXPECT_EQ(document.selectArguments().join(QLatin1Char(' ')),
        QStringLiteral("select STUDY --metric eagl --cost linear --budget 0.75 --levels 4,2"));
    const QStringList solved = document.saveArguments(QStringLiteral("mine"), false);
    EXPECT_EQ(solved.first(4).join(QLatin1Char(' ')), QStringLiteral("assign STUDY mine --bits"));
    EXPECT_EQ(solved.mid(5).join(QLatin1Char(' ')), QStringLiteral("--cost linear --chosen-by eagl --budget 0.75"));
    EXPECT_EQ(*assignmentFromText(solved[4].toStdString()), document.choices().assignment);
    document.move({linkedGroup(study->table)}, 8);
    EXPECT_EQ(document.saveArguments(QStringLiteral("mine"), true).mid(5).join(QLatin1Char(' ')), QStringLiteral("--cost linear --replace"));
}

TEST(BitDocument, KeepsEditsWhenTheSameStudyIsReadAnew)
{
    BitDocument document;
    document.setStudy(resnet18Study());
    document.setBudget(0.75);
    const BitChoices choices = document.choices();
    QSignalSpy changed(&document, &BitDocument::changed);
    document.setStudy(resnet18Study());
    EXPECT_EQ(document.choices(), choices);
    EXPECT_EQ(document.undoStack().count(), 1);
    EXPECT_EQ(changed.count(), 1);
    document.setStudy(nullptr);
    EXPECT_TRUE(document.isEmpty());
    EXPECT_EQ(document.undoStack().count(), 0);
}

} // namespace
} // namespace halftone
