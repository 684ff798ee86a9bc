// Process-wide LibTorch and allocator settings; called once by each main function, before any work.
#pragma once

namespace halftone {

// Threads that one operation may use. Results depend on it (sums are split differently), so it is part of provenance.
void setTorchThreads(int threads);
int torchThreads();
// LibTorch's version, for provenance: "1.13.1".
const char* torchVersion();
// glibc's defaults make small-batch training page-fault bound: a ReLU forward and backward 5.4 ms against 0.92 ms.
void setAllocatorForTraining();

} // namespace halftone
