// Opening: what is not a study is refused with a sentence and left as it is.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>

#include <fstream>

#include "core/base/random.h"
#include "core/store/database.h"
#include "core/store/migrations.h"
#include "tests/unit/store/study_folder.h"

using namespace halftone;
namespace fs = std::filesystem;

namespace {

class Open : public StudyFolder {
protected:
    void write(const Bytes& bytes) const
    {
        std::ofstream(studyPath(), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    Bytes studyBytes() const { return *readFile(studyPath()); }
    // Runs SQL on the study as another program would.
    void change(const std::string& sql) const
    {
        SQLite::Database database(studyPath().string(), SQLite::OPEN_READWRITE);
        database.exec(sql);
    }
    // Opening fails, says a sentence, and leaves the file's bytes and its folder as they are.
    Error refused(StudyAccess access = StudyAccess::ReadWrite) const
    {
        const Bytes before = studyBytes();
        const auto study = StudyFile::open(studyPath(), {.access = access});
        EXPECT_FALSE(study.ok());
        EXPECT_EQ(studyBytes(), before);
        EXPECT_EQ(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()), 1);
        if (study.ok()) return {};
        EXPECT_TRUE(study.error().message.starts_with(studyPath().string())
            || study.error().message.find("failed") != std::string::npos)
            << study.error().message;
        return study.error();
    }
};

bool holds(const Error& error, std::string_view part) { return error.message.find(part) != std::string::npos; }

} // namespace

TEST_F(Open, NamesTheStudyThatIsMissing)
{
    const auto study = StudyFile::open(studyPath());
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::NotFound);
    EXPECT_TRUE(holds(study.error(), studyPath().string()));
    EXPECT_FALSE(fs::exists(studyPath()));
    EXPECT_EQ(StudyFile::open(folder() / "no" / "such" / "folder").error().code, ErrorCode::NotFound);
    EXPECT_EQ(StudyFile::open("").error().code, ErrorCode::NotFound);
}

TEST_F(Open, RefusesAFolder) { EXPECT_EQ(StudyFile::open(folder()).error().code, ErrorCode::BadInput); }

TEST_F(Open, RefusesAnEmptyFileAndOneByte)
{
    write({});
    EXPECT_EQ(refused().code, ErrorCode::BadInput);
    write(bytesOf("S"));
    EXPECT_EQ(refused().code, ErrorCode::BadInput);
}

TEST_F(Open, RefusesTextAndRandomBytes)
{
    write(bytesOf("SQLite format 4, or so"));
    EXPECT_EQ(refused().code, ErrorCode::BadInput);
    Random random(1);
    for (const int size : {99, 100, 101, 4096, 10001}) {
        Bytes bytes(static_cast<std::size_t>(size));
        for (auto& byte : bytes) byte = static_cast<std::byte>(random.next());
        write(bytes);
        EXPECT_EQ(refused().code, ErrorCode::BadInput) << size;
        EXPECT_EQ(refused(StudyAccess::ReadOnly).code, ErrorCode::BadInput) << size;
    }
}

TEST_F(Open, RefusesAStudysHeaderBeforeRandomBytes)
{
    {
        newStudy();
    }
    Bytes bytes = studyBytes();
    Random random(2);
    for (std::size_t i = 100; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(random.next());
    write(bytes);
    EXPECT_EQ(refused().code, ErrorCode::Corrupt);
}

TEST_F(Open, RefusesAFileThatIsCutShort)
{
    {
        newStudy({.model = StudyModel{.networkText = "n", .weights = Bytes(100'000), .fileName = "f"}});
    }
    const Bytes whole = studyBytes();
    for (const std::size_t size : {std::size_t(101), std::size_t(4096), whole.size() / 2, whole.size() - 1}) {
        write(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
        EXPECT_EQ(refused().code, ErrorCode::Corrupt) << size;
    }
}

TEST_F(Open, RefusesAnotherProgramsDatabase)
{
    {
        SQLite::Database(studyPath().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("CREATE TABLE run(id); PRAGMA user_version = 1");
    }
    const Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::BadInput);
    EXPECT_TRUE(holds(error, "another program")) << error.message;
}

TEST_F(Open, RefusesANewerVersionAndNamesBoth)
{
    {
        newStudy();
    }
    change("PRAGMA user_version = 7");
    for (const auto access : {StudyAccess::ReadWrite, StudyAccess::ReadOnly}) {
        const Error error = refused(access);
        EXPECT_EQ(error.code, ErrorCode::Unsupported);
        EXPECT_TRUE(holds(error, "version 7") && holds(error, "version " + std::to_string(kStudyVersion))) << error.message;
    }
}

TEST_F(Open, RefusesANewerVersionThatStandsOnlyInTheJournal)
{
    {
        newStudy();
    }
    const Bytes before = studyBytes();
    const pid_t child = ::fork(); // a newer program that was killed before its journal was moved in
    ASSERT_GE(child, 0);
    if (child == 0) {
        SQLite::Database other(studyPath().string(), SQLite::OPEN_READWRITE);
        other.exec("PRAGMA user_version = 7");
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    const fs::path journal = studyPath().string() + "-wal";
    const auto journalBytes = readFile(journal);
    ASSERT_TRUE(journalBytes.ok());
    const auto study = StudyFile::open(studyPath());
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::Unsupported);
    EXPECT_TRUE(holds(study.error(), "version 7"));
    EXPECT_EQ(studyBytes(), before);
    EXPECT_EQ(*readFile(journal), *journalBytes);
}

TEST_F(Open, RefusesVersionsThatNeverWere)
{
    {
        newStudy();
    }
    for (const char* sql : {"PRAGMA user_version = 0", "PRAGMA user_version = -3"}) {
        change(sql);
        EXPECT_EQ(refused().code, ErrorCode::Corrupt) << sql;
    }
}

TEST_F(Open, RefusesWhatAStrangerAdded)
{
    for (const char* sql : {"CREATE TRIGGER t AFTER INSERT ON setting BEGIN DELETE FROM setting; END",
             "CREATE VIEW v AS SELECT * FROM run", "CREATE TABLE extra(a)", "CREATE INDEX i ON run(kind)", "DROP TABLE export",
             "ALTER TABLE export ADD COLUMN more TEXT"}) {
        fs::remove(studyPath());
        {
            newStudy();
        }
        change(sql);
        const Error error = refused();
        EXPECT_EQ(error.code, ErrorCode::Corrupt) << sql;
        EXPECT_TRUE(holds(error, "tables of a study")) << error.message;
    }
}

TEST_F(Open, SettlesTheConnectionSafely)
{
    {
        newStudy();
    }
    auto database = StudyDatabase::open(studyPath(), {}, studyMigrations());
    ASSERT_TRUE(database.ok());
    const auto pragma = [&](const std::string& name) {
        return *(*database)->alone(
            "", [&](SQLite::Database& d) -> Result<std::string> { return d.execAndGet("PRAGMA " + name).getString(); });
    };
    EXPECT_EQ(pragma("journal_mode"), "wal");
    EXPECT_EQ(pragma("foreign_keys"), "1");
    EXPECT_EQ(pragma("synchronous"), "2");
    EXPECT_EQ(pragma("trusted_schema"), "0");
    EXPECT_EQ(pragma("busy_timeout"), "5000");
    for (const char* sql :
        {"ATTACH ':memory:' AS other", "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema", "SELECT load_extension('x')",
            "CREATE TABLE t(a); CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT raise(ABORT, 'ran'); END; INSERT INTO t "
            "VALUES(1); SELECT * FROM nothing"}) {
        const auto status = (*database)->alone("Trying", [&](SQLite::Database& d) -> Status {
            d.exec(sql);
            return {};
        });
        ASSERT_FALSE(status.ok()) << sql;
        EXPECT_FALSE(holds(status.error(), "ran")) << status.error().message; // the trigger did not
    }
}

TEST_F(Open, TakesNamesThatLookLikeAddresses)
{
    const fs::path before = fs::current_path();
    fs::current_path(folder());
    for (const char* name : {"file:a.halftone?mode=memory", ":memory:", "a%20b#c.halftone", "ü 名.halftone"}) {
        EXPECT_TRUE(StudyFile::create(name, {.settings = {{"a", "b"}}}).ok()) << name;
        EXPECT_TRUE(fs::is_regular_file(folder() / name)) << name;
        EXPECT_EQ(*StudyFile::open(name)->setting("a"), "b");
        EXPECT_EQ(*StudyFile::open(name, {.access = StudyAccess::ReadOnly})->setting("a"), "b");
    }
    fs::current_path(before);
}

TEST_F(Open, NeverReplacesWhatIsThere)
{
    write(bytesOf("precious"));
    const auto study = StudyFile::create(studyPath());
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::BadInput);
    EXPECT_EQ(studyBytes(), bytesOf("precious"));
    fs::remove(studyPath());
    fs::create_symlink("nowhere", studyPath());
    EXPECT_EQ(StudyFile::create(studyPath()).error().code, ErrorCode::BadInput);
}

TEST_F(Open, DoesNotMakeAStudyBesideAnothersJournal)
{
    const fs::path journal = studyPath().string() + "-wal";
    std::ofstream(journal) << "left over";
    const auto study = StudyFile::create(studyPath());
    ASSERT_FALSE(study.ok());
    EXPECT_EQ(study.error().code, ErrorCode::BadInput);
    EXPECT_TRUE(holds(study.error(), journal.string()));
    EXPECT_FALSE(fs::exists(studyPath()));
}

TEST_F(Open, LeavesNothingWhenMakingFails)
{
    const auto study = StudyFile::create(studyPath(), {.settings = {{"bad\nname", "x"}}});
    EXPECT_EQ(study.error().code, ErrorCode::BadInput);
    EXPECT_TRUE(fs::is_empty(folder()));
    const auto lost = StudyFile::create(folder() / "no such folder" / "a.halftone");
    ASSERT_FALSE(lost.ok());
    EXPECT_EQ(lost.error().code, ErrorCode::Io);
    EXPECT_FALSE(holds(lost.error(), "making")) << lost.error().message;
}

TEST_F(Open, ReadsWithoutWritingWhenAsked)
{
    {
        newStudy({.settings = {{"a", "b"}}});
    }
    const Bytes before = studyBytes();
    {
        auto study = StudyFile::open(studyPath(), {.access = StudyAccess::ReadOnly});
        ASSERT_TRUE(study.ok()) << study.error().message;
        EXPECT_TRUE(study->readOnly());
        EXPECT_EQ(*study->setting("a"), "b");
        const Status saved = study->saveSettings({{"a", "c"}});
        ASSERT_FALSE(saved.ok());
        EXPECT_EQ(saved.error().code, ErrorCode::Io);
        EXPECT_TRUE(holds(saved.error(), "reading only"));
        EXPECT_EQ(study->removeUnreferencedBlobs().error().code, ErrorCode::Io);
        EXPECT_TRUE(study->check()->sound());
    }
    EXPECT_EQ(studyBytes(), before);
}

TEST_F(Open, ReadsAStudyInAFolderThatCannotBeWritten)
{
    {
        newStudy({.settings = {{"a", "b"}}});
    }
    fs::permissions(folder(), fs::perms(0555));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) { // permissions do not bind root
        if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(9);
        const auto writing = StudyFile::open(studyPath());
        if (writing.ok() || writing.error().code != ErrorCode::Io) ::_exit(1);
        const auto reading = StudyFile::open(studyPath(), {.access = StudyAccess::ReadOnly});
        if (!reading.ok()) ::_exit(2);
        if (*reading->setting("a") != "b") ::_exit(3);
        const auto made = StudyFile::create(folder() / "b.halftone");
        if (made.ok() || made.error().code != ErrorCode::Io) ::_exit(4);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    fs::permissions(folder(), fs::perms::owner_all);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Open, ReportsChangedContent)
{
    Bytes weights(3000);
    {
        auto study = newStudy({.model = StudyModel{.networkText = "n", .weights = weights, .fileName = "f"}});
        const std::int64_t run = *study.startRun(someRun("r"));
        ASSERT_TRUE(study.saveEpoch(run, {.epoch = 1}, std::vector<LossPoint>(2), bytesOf("checkpoint")).ok());
        EXPECT_TRUE(study.check()->sound());
    }
    change("UPDATE blob_piece SET bytes = CAST(zeroblob(2999) || x'01' AS BLOB) WHERE length(bytes) = 3000; UPDATE run SET "
           "state = 9;"
           "UPDATE run_epoch SET curve = x'00'; PRAGMA foreign_keys = OFF; UPDATE run SET weights = 'none'");
    auto study = StudyFile::open(studyPath());
    ASSERT_TRUE(study.ok());
    EXPECT_EQ(study->loadModel().error().code, ErrorCode::Corrupt);
    EXPECT_EQ(study->runs().error().code, ErrorCode::Corrupt);
    EXPECT_EQ(study->curve(1).error().code, ErrorCode::Corrupt);
    const auto report = study->check();
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->findings.size(), 5u) << testing::PrintToString(
        report->findings); // model and its blob, state, curve, reference
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(study->check(TaskContext(stop.get_token())).error().code, ErrorCode::Cancelled);
}

TEST_F(Open, DoesNotBelieveLengths)
{
    {
        newStudy({.model = StudyModel{.networkText = "n", .weights = bytesOf("weights"), .fileName = "f"}});
    }
    change("UPDATE blob SET size = 1000000000000");
    EXPECT_EQ(StudyFile::open(studyPath())->loadModel().error().code, ErrorCode::Corrupt);
    change("UPDATE blob SET size = -1");
    EXPECT_EQ(StudyFile::open(studyPath())->loadModel().error().code, ErrorCode::Corrupt);
    change("UPDATE blob SET size = 0; DELETE FROM blob_piece");
    EXPECT_EQ(StudyFile::open(studyPath())->loadModel().error().code, ErrorCode::Corrupt);
}

// Every byte of a small study changed in turn would take minutes; these are 150 places, most of them in the tables' pages.
TEST_F(Open, SurvivesChangedBytes)
{
    {
        auto study = newStudy({.settings = {{"a", "b"}},
            .model = StudyModel{.networkText = "n", .weights = bytesOf("weights"), .fileName = "f"}});
        const std::int64_t run = *study.startRun(someRun("r"));
        ASSERT_TRUE(study.saveEpoch(run, {.epoch = 1}, std::vector<LossPoint>(2), bytesOf("checkpoint")).ok());
        ASSERT_TRUE(study.saveAssignment({.name = "x", .bits = "8"}).ok());
    }
    const Bytes whole = studyBytes();
    Random random(3);
    int answers = 0;
    for (int round = 0; round < 150; ++round) {
        Bytes bytes = whole;
        bytes[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(bytes.size())))]
            = static_cast<std::byte>(random.next());
        if (round % 4 == 0) bytes[static_cast<std::size_t>(random.below(4096))] = static_cast<std::byte>(random.next());
        write(bytes);
        const auto study = StudyFile::open(studyPath(), {.access = StudyAccess::ReadOnly});
        if (!study.ok()) continue;
        for (const bool ok : {study->settings().ok(), study->loadModel().ok(), study->runs().ok(), study->epochs(1).ok(),
                 study->curve(1).ok(), study->checkpoint(1).ok(), study->assignments().ok(), study->scores().ok(),
                 study->exports().ok(), study->check().ok()})
            answers += ok ? 1 : 0; // an error is as good an answer; crashing is not
    }
    EXPECT_GT(answers, 300);
}
