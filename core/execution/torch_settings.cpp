// Threads and allocator of the process.
#include "core/execution/torch_settings.h"

#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/version.h>

namespace halftone {

void setTorchThreads(int threads) { at::set_num_threads(threads); }
int torchThreads() { return at::get_num_threads(); }
const char* torchVersion() { return TORCH_VERSION; }

void setAllocatorForTraining()
{
    constexpr int kBlockBytes = 1 << 30; // activations of a whole batch stay in the heap instead of being mapped anew
    mallopt(M_MMAP_THRESHOLD, kBlockBytes);
    mallopt(M_TRIM_THRESHOLD, kBlockBytes);
    mallopt(M_TOP_PAD, 64 << 20);
}

} // namespace halftone
