// Blobs in pieces: SQLite's rows end at a gigabyte, weights and checkpoints need not.
#include "core/store/blobs.h"

#include <algorithm>

#include "core/base/content_hash.h"
#include "core/store/database.h"

namespace halftone {

namespace {

constexpr std::int64_t kPieceBytes = std::int64_t(8) << 20;
static_assert(kPieceBytes < 1'000'000'000, "SQLite's longest row");

Error damaged(const std::string& hash, std::string_view how)
{
    return {ErrorCode::Corrupt, "The study's blob " + hash + " " + std::string(how) + "; restore the file from a copy."};
}

// No piece can be longer than the file: a damaged length must not become an allocation.
std::int64_t fileBytes(SQLite::Database& database)
{
    Query query(database, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)");
    return query.step() ? query.integer(0) : 0;
}

// A check goes on after what SQLite throws at a damaged page.
Result<Bytes> getOrExplain(SQLite::Database& database, const std::string& hash)
{
    try {
        return getBlob(database, hash);
    } catch (const std::exception& exception) {
        return damaged(hash, std::string("cannot be read (") + exception.what() + ")");
    }
}

} // namespace

std::string putBlob(SQLite::Database& database, std::span<const std::byte> bytes)
{
    std::string hash = ContentHasher().add(bytes).hex();
    Query(database, "INSERT INTO blob(hash, size) VALUES(?, ?) ON CONFLICT DO NOTHING", hash, bytes.size()).run();
    if (changedRows(database) == 0) return hash;
    const auto size = static_cast<std::int64_t>(bytes.size());
    for (std::int64_t at = 0, piece = 0; at < size; at += kPieceBytes, ++piece) {
        const auto part
            = bytes.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(std::min(kPieceBytes, size - at)));
        Query(database, "INSERT INTO blob_piece(hash, piece, bytes) VALUES(?, ?, ?)", hash, piece, part).run();
    }
    return hash;
}

Result<Bytes> getBlob(SQLite::Database& database, const std::string& hash)
{
    Query entry(database,
        "SELECT size, (SELECT coalesce(sum(length(bytes)), 0) FROM blob_piece WHERE blob_piece.hash = blob.hash) FROM blob "
        "WHERE hash = ?",
        hash);
    if (!entry.step()) return damaged(hash, "is missing");
    const std::int64_t size = entry.integer(0);
    if (size != entry.integer(1) || size > fileBytes(database)) return damaged(hash, "is not as long as it says");
    Bytes bytes;
    bytes.reserve(static_cast<std::size_t>(size));
    Query pieces(database, "SELECT bytes FROM blob_piece WHERE hash = ? ORDER BY piece", hash);
    while (pieces.step()) {
        const auto part = pieces.bytes(0);
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    if (ContentHasher().add(std::span<const std::byte>(bytes)).hex() != hash)
        return damaged(hash, "does not have its content any more");
    return bytes;
}

void dropBlobIfUnused(SQLite::Database& database, const std::string& hash)
{
    Query(database,
        "DELETE FROM blob WHERE hash = ?1 AND NOT EXISTS(SELECT 1 FROM model WHERE weights = ?1)"
        " AND NOT EXISTS(SELECT 1 FROM run WHERE checkpoint = ?1) AND NOT EXISTS(SELECT 1 FROM run WHERE weights = ?1)",
        hash)
        .run();
}

std::int64_t dropUnusedBlobs(SQLite::Database& database)
{
    constexpr const char* kUnused = "SELECT hash, size FROM blob WHERE hash NOT IN (SELECT weights FROM model"
                                    " UNION SELECT checkpoint FROM run WHERE checkpoint IS NOT NULL UNION SELECT weights FROM "
                                    "run WHERE weights IS NOT NULL)";
    std::vector<std::string> hashes;
    std::int64_t freed = 0;
    for (Query query(database, kUnused); query.step();) {
        hashes.push_back(query.text(0));
        freed += query.integer(1);
    }
    for (const std::string& hash : hashes) Query(database, "DELETE FROM blob WHERE hash = ?", hash).run();
    return freed;
}

Status checkBlobs(SQLite::Database& database, const TaskContext& context, CheckReport& report)
{
    std::vector<std::string> hashes;
    for (Query query(database, "SELECT hash FROM blob ORDER BY hash"); query.step();) hashes.push_back(query.text(0));
    for (const std::string& hash : hashes) {
        if (context.stopRequested()) return Error{ErrorCode::Cancelled, "The check of the study was stopped."};
        const Result<Bytes> bytes = getOrExplain(database, hash);
        if (!bytes.ok())
            report.findings.push_back(bytes.error().message);
        else
            report.blobBytes += static_cast<std::int64_t>(bytes->size());
        ++report.blobs;
        context.report("check", report.blobs, static_cast<std::int64_t>(hashes.size()));
    }
    return {};
}

} // namespace halftone
