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

void* allocate(std::size_t size) noexcept
{
    void* memory = std::malloc(size > 0 ? size : 1);
    if (!memory) return nullptr;
    const std::ptrdiff_t now = live += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    if (now > peak) peak = now;
    return memory;
}

void* allocateOrThrow(std::size_t size)
{
    void* memory = allocate(size);
    if (!memory) throw std::bad_alloc();
    return memory;
}

void release(void* memory) noexcept
{
    if (memory) live -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    std::free(memory);
}

} // namespace

// All forms but the over-aligned ones: the address sanitizer brings its own of each, which must not meet these.
void* operator new(std::size_t size) { return allocateOrThrow(size); }
void* operator new[](std::size_t size) { return allocateOrThrow(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }

namespace halftone {

AllocationWatch::AllocationWatch()
{
    live = 0;
    peak = 0;
}

std::size_t AllocationWatch::peakBytes() const { return static_cast<std::size_t>(std::max<std::ptrdiff_t>(peak, 0)); }

} // namespace halftone
