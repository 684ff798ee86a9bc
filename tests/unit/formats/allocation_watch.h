// Measures how much memory a piece of work holds at its peak, through the test program's own operator new.
#pragma once

#include <cstddef>

namespace halftone {

class AllocationWatch {
public:
    AllocationWatch(); // starts counting from zero; one watch at a time
    std::size_t peakBytes() const;
};

} // namespace halftone
