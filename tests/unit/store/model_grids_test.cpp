// The grids of an already quantized model in the study file: what is kept, what is refused.
#include <gmock/gmock.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>

#include "core/base/content_hash.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;
using testing::HasSubstr;

namespace {

class ModelGrids : public StudyFolder {
protected:
    static StudyModel model(const FrozenGrid& grid)
    {
        StudyModel made{.networkText = "n", .weights = bytesOf("weights"), .fileName = "f"};
        made.grids.weights["conv1"] = grid;
        return made;
    }
    void change(const std::string& sql) const { SQLite::Database(studyPath().string(), SQLite::OPEN_READWRITE).exec(sql); }
};

const FrozenGrid kGrid{.bits = 4, .lowest = -8, .highest = 7, .scales = {0.5f, 0.25f}};

} // namespace

TEST_F(ModelGrids, AreContentOfTheModel)
{
    const std::string without = [&] {
        StudyModel plain = model(kGrid);
        plain.grids = {};
        return *StudyFile::create(folder() / "plain.halftone", {.model = plain})->loadModel();
    }()
                                    .contentHash;
    // As before grids were kept: results of older studies keep their keys.
    EXPECT_EQ(without, ContentHasher().add("n").add(std::span<const std::byte>(bytesOf("weights"))).hex());
    auto study = newStudy({.model = model(kGrid)});
    EXPECT_EQ(study.loadModel()->grids, model(kGrid).grids);
    EXPECT_NE(study.loadModel()->contentHash, without);
    EXPECT_TRUE(study.saveModel(model(kGrid)).ok()); // the same again
    FrozenGrid other = kGrid;
    other.scales[1] = 0.125f;
    EXPECT_EQ(study.saveModel(model(other)).error().code, ErrorCode::BadInput); // another model
    StudyModel moved = model(kGrid);
    std::swap(moved.grids.weights, moved.grids.activations);
    EXPECT_EQ(study.saveModel(moved).error().code, ErrorCode::BadInput);
    EXPECT_TRUE(study.check()->sound());
}

TEST_F(ModelGrids, ThatAreNoneAreNotSaved)
{
    const auto refused = [&](FrozenGrid grid, const char* expected) {
        const auto study = StudyFile::create(studyPath(), {.model = model(grid)});
        ASSERT_FALSE(study.ok());
        EXPECT_THAT(study.error().message, HasSubstr(expected));
        EXPECT_THAT(study.error().message, HasSubstr("'conv1'"));
    };
    FrozenGrid grid = kGrid;
    grid.bits = 9;
    refused(grid, "2 to 8 bits");
    grid = kGrid;
    grid.lowest = -129;
    refused(grid, "no byte holds");
    grid = kGrid;
    grid.highest = 0;
    refused(grid, "no byte holds");
    grid.highest = 128; // codes of weights are signed
    refused(grid, "no byte holds");
    for (const float scale : {0.0f, -1.0f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        grid = kGrid;
        grid.scales[1] = scale;
        refused(grid, "not a positive number");
    }
    grid.scales.clear();
    refused(grid, "no scale");
}

TEST_F(ModelGrids, AreNotBelieved)
{
    {
        newStudy({.model = model(kGrid)});
    }
    const auto expectCorrupt = [&](const char* sql, const char* expected) {
        SCOPED_TRACE(sql);
        change(sql);
        const auto study = StudyFile::open(studyPath());
        ASSERT_TRUE(study.ok()) << study.error().message;
        const auto loaded = study->loadModel();
        ASSERT_FALSE(loaded.ok());
        EXPECT_EQ(loaded.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(loaded.error().message, HasSubstr(expected));
        EXPECT_THAT(study->check()->findings, testing::Contains(HasSubstr(expected)));
    };
    // Sound in itself, but not what was saved.
    expectCorrupt("UPDATE model_grid SET highest = 6", "does not have its content any more");
    expectCorrupt("UPDATE model_grid SET bits = 4294967300", "2 to 8 bits"); // 4 in its lowest 32 bits
    expectCorrupt("UPDATE model_grid SET bits = -9223372036854775808", "2 to 8 bits");
    expectCorrupt("UPDATE model_grid SET bits = 4, lowest = 4294967288", "no byte holds");
    expectCorrupt("UPDATE model_grid SET lowest = -8, scales = x'00'", "no scale");
    expectCorrupt("UPDATE model_grid SET scales = x''", "no scale");
    expectCorrupt("UPDATE model_grid SET scales = zeroblob(8)", "not a positive number");
    expectCorrupt("UPDATE model_grid SET scales = x'000000000000f07f'", "not a positive number"); // infinity
    expectCorrupt("UPDATE model_grid SET scales = x'000000000000e07f'", "not a positive number"); // no float holds it
    expectCorrupt("UPDATE model_grid SET scales = x'000000000000f03f', name = 'x'", "does not have its content any more");
    EXPECT_EQ(StudyFile::open(studyPath())->loadModelWithoutWeights()->grids.weights.at("x").scales, std::vector{1.0f});
}
