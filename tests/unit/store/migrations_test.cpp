// Migrations: one step each, all or nothing, with a copy of the file first. The two versions after today's are made up here.
#include "core/store/migrations.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>

#include "core/store/database.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

constexpr int kNext = kStudyVersion + 1;

void addTable(SQLite::Database& database)
{
    database.exec("CREATE TABLE later(a INTEGER NOT NULL) STRICT; INSERT INTO later SELECT count(*) FROM setting");
}
void addColumn(SQLite::Database& database) { database.exec("ALTER TABLE later ADD COLUMN b TEXT NOT NULL DEFAULT 'x'"); }
void failHalfWay(SQLite::Database& database) { database.exec("CREATE TABLE half(a); INSERT INTO no_such_table VALUES(1)"); }
void breakAReference(SQLite::Database& database)
{
    database.exec("INSERT INTO frontier_point VALUES(1, 'c', 'm', 0.5, 0, 77, '{}')");
}

class Migrations : public StudyFolder {
protected:
    Migrations() { newStudy({.settings = {{"a", "b"}}}); }

    Result<std::unique_ptr<StudyDatabase>> openWith(
        std::vector<Migration> later, StudyAccess access = StudyAccess::ReadWrite) const
    {
        std::vector<Migration> all(studyMigrations().begin(), studyMigrations().end());
        all.insert(all.end(), later.begin(), later.end());
        return StudyDatabase::open(studyPath(), {.access = access}, all);
    }
    int copies() const
    {
        return static_cast<int>(std::count_if(fs::directory_iterator(folder()), fs::directory_iterator(),
            [](const fs::directory_entry& entry) { return entry.path().string().find("-backup") != std::string::npos; }));
    }
    fs::path backup() const { return studyPath().string() + ".v" + std::to_string(kStudyVersion) + "-backup"; }
};

int versionIn(StudyDatabase& database)
{
    return *database.read("Asking", [](SQLite::Database& d) -> Result<int> { return versionOf(d); });
}

} // namespace

TEST_F(Migrations, GoStepByStepAfterACopy)
{
    const Bytes before = *readFile(studyPath());
    {
        auto database = openWith({{kNext, addTable}, {kNext + 1, addColumn}});
        ASSERT_TRUE(database.ok()) << database.error().message;
        EXPECT_EQ(versionIn(**database), kNext + 1);
        const auto row = (*database)->read("Asking", [](SQLite::Database& d) -> Result<std::string> {
            Query query(d, "SELECT a || b FROM later");
            query.step();
            return query.text(0);
        });
        EXPECT_EQ(*row, "1x");
    }
    EXPECT_EQ(copies(), 1);
    EXPECT_EQ(readFile(backup())->size(), before.size());
    const auto old = StudyFile::open(backup()); // the copy is a study of today, whole
    ASSERT_TRUE(old.ok()) << old.error().message;
    EXPECT_EQ(*old->setting("a"), "b");
    EXPECT_TRUE(old->check()->sound());
    const auto now = StudyFile::open(studyPath()); // and to this program, that version is of the future
    ASSERT_FALSE(now.ok());
    EXPECT_EQ(now.error().code, ErrorCode::Unsupported);
}

TEST_F(Migrations, CopyWhatOnlyTheJournalHolds)
{
    auto writer = StudyFile::open(studyPath());
    ASSERT_TRUE(writer->saveSettings({{"late", "yes"}}).ok()); // still open: not yet in the file itself
    ASSERT_TRUE(openWith({{kNext, addTable}}).ok());
    EXPECT_EQ(*StudyFile::open(backup())->setting("late"), "yes");
}

TEST_F(Migrations, NeverOverwriteACopy)
{
    ASSERT_TRUE(writeFileAtomically(backup(), "precious").ok());
    ASSERT_TRUE(openWith({{kNext, addTable}}).ok());
    EXPECT_EQ(*readFile(backup()), bytesOf("precious"));
    EXPECT_TRUE(StudyFile::open(backup().string() + "-2").ok());
}

TEST_F(Migrations, DoNothingWhenTheFileIsUpToDate)
{
    ASSERT_TRUE(openWith({{kNext, addTable}}).ok());
    ASSERT_TRUE(openWith({{kNext, addTable}}).ok());
    EXPECT_EQ(copies(), 1);
}

TEST_F(Migrations, LeaveTheFileAsItWasWhenAStepFails)
{
    const Bytes before = *readFile(studyPath());
    for (const Migration& bad : {Migration{kNext + 1, failHalfWay}, Migration{kNext + 1, breakAReference}}) {
        const auto database = openWith({{kNext, addTable}, bad});
        ASSERT_FALSE(database.ok());
        EXPECT_NE(database.error().message.find(studyPath().string()), std::string::npos);
        EXPECT_EQ(copies(), 0); // the copies of failures do not pile up
        EXPECT_EQ(*readFile(studyPath()), before);
    }
    EXPECT_EQ(*StudyFile::open(studyPath())->setting("a"), "b");
}

TEST_F(Migrations, AreNotDoneForReadersOnly)
{
    const auto database = openWith({{kNext, addTable}}, StudyAccess::ReadOnly);
    ASSERT_FALSE(database.ok());
    EXPECT_EQ(database.error().code, ErrorCode::Unsupported);
    EXPECT_NE(database.error().message.find("version " + std::to_string(kStudyVersion)), std::string::npos);
    EXPECT_NE(database.error().message.find("version " + std::to_string(kNext)), std::string::npos);
    EXPECT_EQ(copies(), 0);
}

TEST_F(Migrations, KeepReferencesWhileATableIsRebuilt)
{
    {
        auto study = StudyFile::open(studyPath());
        const std::int64_t run = *study->startRun(someRun("r"));
        ASSERT_TRUE(study->saveEpoch(run, {.epoch = 1}, {}, bytesOf("c")).ok());
    }
    const auto rebuild = [](SQLite::Database& d) {
        // With foreign keys on, the DROP would have deleted every epoch.
        d.exec("CREATE TABLE run_new AS SELECT * FROM run; DELETE FROM run; INSERT INTO run SELECT * FROM run_new; DROP TABLE "
               "run_new");
    };
    auto database = openWith({{kNext, rebuild}});
    ASSERT_TRUE(database.ok()) << database.error().message;
    const auto epochs = (*database)->read("Asking", [](SQLite::Database& d) -> Result<std::int64_t> {
        Query query(d, "SELECT count(*) FROM run_epoch");
        query.step();
        return query.integer(0);
    });
    EXPECT_EQ(*epochs, 1);
    const auto keys = (*database)->alone(
        "Asking", [](SQLite::Database& d) -> Result<int> { return d.execAndGet("PRAGMA foreign_keys").getInt(); });
    EXPECT_EQ(*keys, 1);
}

TEST_F(Migrations, AreDoneOnceWhenTwoProgramsOpenTogether)
{
    std::array<pid_t, 4> children{};
    for (pid_t& child : children) {
        child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const bool opened = openWith({{kNext, addTable}, {kNext + 1, addColumn}}).ok();
            ::_exit(opened ? 0 : 1);
        }
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(copies(), 1);
}
