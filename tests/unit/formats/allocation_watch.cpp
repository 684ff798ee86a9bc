// Replaces operator new and delete so that every byte asked for is counted.
#include "allocation_watch.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::ptrdiff_t> live{0};
std::atomic<std::ptrdiff_t> peak{0};
} // namespace

void* operator new(std::size_t size)
{
    void* memory = std::malloc(size > 0 ? size : 1);
    if (!memory) throw std::bad_alloc();
    const std::ptrdiff_t now = live += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    if (now > peak) peak = now;
    return memory;
}

void operator delete(void* memory) noexcept
{
    if (memory) live -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace halftone {

AllocationWatch::AllocationWatch()
{
    live = 0;
    peak = 0;
}

std::size_t AllocationWatch::peakBytes() const { return static_cast<std::size_t>(std::max<std::ptrdiff_t>(peak, 0)); }

} // namespace halftone
