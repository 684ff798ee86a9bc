// ByteCache: decoded bytes of a set's items, kept in memory while a budget that several sets share lasts.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace halftone {

class ByteCache {
public:
    ByteCache(std::size_t items, std::shared_ptr<std::atomic<std::int64_t>> budget)
        : m_kept(items)
        , m_budget(std::move(budget))
    {
    }

    // Fills `to` when the item is kept.
    bool take(std::size_t item, std::span<std::uint8_t> to) const
    {
        const std::vector<std::uint8_t>* kept = nullptr;
        {
            const std::lock_guard lock(m_mutex);
            kept = &m_kept[item];
            if (kept->size() != to.size()) return false;
        }
        std::copy(kept->begin(), kept->end(), to.begin()); // what is kept never changes or moves, so it is copied without the lock
        return true;
    }

    void keep(std::size_t item, std::span<const std::uint8_t> bytes) const
    {
        const auto size = static_cast<std::int64_t>(bytes.size());
        if (m_budget->fetch_sub(size) < size) {
            m_budget->fetch_add(size);
            return;
        }
        const std::lock_guard lock(m_mutex);
        if (m_kept[item].empty())
            m_kept[item].assign(bytes.begin(), bytes.end());
        else
            m_budget->fetch_add(size); // another thread was quicker
    }

private:
    mutable std::mutex m_mutex;
    mutable std::vector<std::vector<std::uint8_t>> m_kept;
    std::shared_ptr<std::atomic<std::int64_t>> m_budget; // shared by the caches that it is for
};

} // namespace halftone
