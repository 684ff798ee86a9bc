// The prefetching threads, and the way from bytes to normalised, augmented floats.
#include "core/data/batch_loader.h"

#include <torch/types.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>

#include "core/base/random.h"

namespace halftone {

namespace {

constexpr std::size_t kBatchesAhead = 2; // ready, beside the one that is being made
constexpr std::size_t kRemembered = kBatchesAhead + 3; // the queue's, and one or two that the caller still holds
constexpr std::int64_t kImagesAClaim = 4; // few, so that a large batch is shared evenly; more than one, so that small images pay

// Where the crop starts in the padded image, and whether the image is mirrored.
struct Placement {
    std::int64_t top = 0;
    std::int64_t left = 0;
    bool mirrored = false;
};

// The float of every byte, a table a channel. In float32 and in this order of operations, as PyTorch's transforms do.
std::vector<std::array<float, 256>> normalisationTables(const Normalisation& normalisation)
{
    std::vector<std::array<float, 256>> tables(normalisation.mean.size());
    for (std::size_t c = 0; c < tables.size(); ++c)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[c][byte] = (static_cast<float>(byte) / 255.0F - normalisation.mean[c]) / normalisation.deviation[c];
    return tables;
}

// One row of one channel. `shift` is where the row starts in the source row; what lies outside is the padding's zero byte.
void placeRow(
    const std::array<float, 256>& table, std::span<const std::uint8_t> source, std::int64_t shift, bool mirrored, float* to)
{
    const auto width = static_cast<std::int64_t>(source.size());
    const std::int64_t first = std::clamp<std::int64_t>(-shift, 0, width);
    const std::int64_t last = std::clamp<std::int64_t>(width - shift, 0, width);
    std::fill(to, to + first, table[0]);
    for (std::int64_t x = first; x < last; ++x) to[x] = table[source[static_cast<std::size_t>(x + shift)]];
    std::fill(to + last, to + width, table[0]);
    if (mirrored) std::reverse(to, to + width);
}

Status checkLoader(const ImageSet* images, const Normalisation& normalisation, const BatchOptions& options)
{
    if (!images) return Error{ErrorCode::BadInput, "There are no images to load; open a data set first."};
    if (options.batchSize < 1)
        return Error{ErrorCode::BadInput,
            "A batch of " + std::to_string(options.batchSize) + " images cannot be made; ask for one at least."};
    const Shape& shape = images->imageShape();
    if (shape.size() != 3 || normalisation.mean.size() != static_cast<std::size_t>(shape[0])
        || normalisation.deviation.size() != normalisation.mean.size())
        return Error{ErrorCode::BadInput,
            "Normalisation has " + std::to_string(normalisation.mean.size()) + " means and "
                + std::to_string(normalisation.deviation.size()) + " deviations for images of " + text(shape)
                + "; give one of each a channel."};
    if (std::any_of(normalisation.deviation.begin(), normalisation.deviation.end(), [](float d) { return !(d > 0.0F); }))
        return Error{
            ErrorCode::BadInput, "Normalisation divides by a deviation that is not positive; give positive deviations."};
    if (options.augmentation
        && (options.augmentation->cropPadding < 0 || options.augmentation->cropPadding > std::min(shape[1], shape[2])))
        return Error{ErrorCode::BadInput,
            "A crop padding of " + std::to_string(options.augmentation->cropPadding) + " does not fit images of " + text(shape)
                + "; give 0 for none, at most a side."};
    return {};
}

Error preparingFailed(const std::exception& failure)
{
    return Error{ErrorCode::Failed, std::string("Preparing a batch failed: ") + failure.what() + "; try a smaller batch."};
}

} // namespace

struct BatchLoader::State {
    // A batch that the threads fill together, a few images at a time.
    struct Filling {
        Batch batch;
        std::int64_t first = 0, count = 0; // of the order
        std::int64_t claimed = 0, done = 0; // images, counted from the first
        std::int64_t failedAt = 0; // of the images that could not be made, the first
        std::optional<Error> failure;

        bool canBeClaimed() const { return claimed < count && !failure; }
        bool isComplete() const { return done == claimed && !canBeClaimed(); }
        // Images are claimed in order, so when all that are claimed are done, no earlier one can fail any more.
        void fail(std::int64_t image, Error error)
        {
            if (failure && failedAt < image) return;
            failedAt = image;
            failure = std::move(error);
        }
    };

    // Images of a batch that one thread makes.
    struct Claim {
        std::shared_ptr<Filling> filling; // shared with the queue, which may go before the images are done
        std::int64_t begin = 0, end = 0;
    };

    std::shared_ptr<const ImageSet> images; // shared: the data set's owner may go before this pass ends
    BatchOptions options;
    std::vector<std::array<float, 256>> tables;
    bool bgr = false;
    std::vector<std::int64_t> order;
    std::int64_t batches = 0;
    std::uint64_t epochSeed = 0; // of the augmentation

    std::mutex mutex; // of all below
    std::condition_variable changed;
    std::deque<std::shared_ptr<Filling>> ahead; // in order; a failed one at the front stays
    std::deque<torch::Tensor> handed; // the last few batches' images
    std::int64_t started = 0; // batches
    std::optional<Error> refused; // options that cannot be
    bool failed = false; // no more batches are begun
    std::atomic<bool> stopping = false;
    std::vector<std::thread> threads;

    Placement drawPlacement(std::int64_t image) const
    {
        if (!options.augmentation) return {};
        // By epoch and image alone: neither batch size nor order nor threads change what happens to an image.
        Random random(epochSeed + static_cast<std::uint64_t>(image), "image");
        const std::int64_t offsets = 2 * options.augmentation->cropPadding + 1;
        Placement placement;
        placement.top = random.below(offsets) - options.augmentation->cropPadding;
        placement.left = random.below(offsets) - options.augmentation->cropPadding;
        placement.mirrored = options.augmentation->horizontalFlip && random.below(2) == 1;
        return placement;
    }

    void fill(std::span<const std::uint8_t> bytes, const Placement& placement, float* to) const
    {
        const Shape& shape = images->imageShape();
        const std::int64_t height = shape[1], width = shape[2];
        const std::vector<std::uint8_t> blackRow(static_cast<std::size_t>(width), 0);
        for (std::int64_t plane = 0; plane < shape[0]; ++plane) {
            const std::int64_t c = bgr ? shape[0] - 1 - plane : plane;
            for (std::int64_t y = 0; y < height; ++y, to += width) {
                const std::int64_t from = y + placement.top;
                const bool inside = from >= 0 && from < height;
                const auto row = inside
                    ? bytes.subspan(static_cast<std::size_t>((c * height + from) * width), static_cast<std::size_t>(width))
                    : std::span<const std::uint8_t>(blackRow);
                placeRow(tables[static_cast<std::size_t>(c)], row, placement.left, placement.mirrored, to);
            }
        }
    }

    // The class of every pixel, moved as its image is.
    Status fillMask(std::int64_t image, const Placement& placement, std::int64_t* to) const
    {
        const std::int64_t height = images->imageShape()[1], width = images->imageShape()[2];
        const auto voidClass = images->labelKind().voidClass;
        std::vector<std::uint8_t> mask(static_cast<std::size_t>(height * width));
        HALFTONE_CHECK(images->readMask(image, mask));
        for (std::int64_t y = 0; y < height; ++y)
            for (std::int64_t x = 0; x < width; ++x, ++to) {
                const std::int64_t fromY = y + placement.top;
                const std::int64_t fromX = (placement.mirrored ? width - 1 - x : x) + placement.left;
                *to = kIgnoredLabel;
                if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) continue;
                const std::uint8_t value = mask[static_cast<std::size_t>(fromY * width + fromX)];
                if (value != voidClass) *to = value;
            }
        return {};
    }

    Status makeImage(Filling& filling, std::int64_t i, std::span<std::uint8_t> bytes) const
    {
        const Shape& shape = images->imageShape();
        const std::int64_t image = order[static_cast<std::size_t>(filling.first + i)];
        const Task task = images->labelKind().task;
        auto* const labels = filling.batch.labels.data_ptr<std::int64_t>();
        HALFTONE_CHECK(images->read(image, bytes));
        const Placement placement = drawPlacement(image);
        fill(bytes, placement, filling.batch.images.data_ptr<float>() + i * elementCount(shape));
        if (task == Task::Classification) labels[i] = images->label(image);
        if (task == Task::Segmentation) return fillMask(image, placement, labels + i * shape[1] * shape[2]);
        return {};
    }

    // Until one fails or the loader goes away: then the number of the one that failed.
    std::pair<std::int64_t, Status> make(const Claim& claim, std::vector<std::uint8_t>& bytes) const
    {
        std::int64_t i = claim.begin;
        try {
            bytes.resize(static_cast<std::size_t>(elementCount(images->imageShape())));
            for (; i < claim.end && !stopping; ++i)
                if (Status made = makeImage(*claim.filling, i, bytes); !made.ok()) return {i, std::move(made)};
            return {i, {}};
        } catch (const std::exception& failure) { // LibTorch and OpenCV throw, most of all when memory ends
            return {i, preparingFailed(failure)};
        }
    }

    // An earlier batch's memory where nobody looks at it any more, not even through a view: fresh memory of this size costs as much
    // as decoding does, because the system clears it page by page.
    torch::Tensor imagesTensor(const torch::IntArrayRef& sizes)
    {
        for (const torch::Tensor& tensor : handed)
            if (tensor.storage().use_count() == 1 && tensor.sizes() == sizes) return tensor.detach();
        handed.push_back(torch::empty(sizes, torch::kFloat32));
        if (handed.size() > kRemembered) handed.pop_front();
        return handed.back().detach(); // the caller's own, whatever it is made to require
    }

    // With the lock held.
    std::shared_ptr<Filling> begin()
    {
        const Shape& shape = images->imageShape();
        auto filling = std::make_shared<Filling>();
        filling->first = started++ * options.batchSize;
        filling->count = std::min(options.batchSize, static_cast<std::int64_t>(order.size()) - filling->first);
        const std::int64_t count = filling->count;
        try {
            const bool masks = images->labelKind().task == Task::Segmentation;
            filling->batch = {imagesTensor({count, shape[0], shape[1], shape[2]}),
                masks ? torch::empty({count, shape[1], shape[2]}, torch::kInt64) : torch::full({count}, kIgnoredLabel, torch::kInt64)};
        } catch (const std::exception& failure) {
            filling->fail(0, preparingFailed(failure));
            failed = true;
        }
        ahead.push_back(filling);
        return filling;
    }

    // Waits for work; nothing when there will be none.
    std::optional<Claim> claim(std::unique_lock<std::mutex>& lock)
    {
        for (;;) {
            if (stopping) return {};
            auto found = std::ranges::find_if(ahead, [](const auto& filling) { return filling->canBeClaimed(); });
            const bool more = started < batches && !failed;
            if (found != ahead.end() || (more && ahead.size() <= kBatchesAhead)) {
                const auto filling = found != ahead.end() ? *found : begin();
                if (!filling->canBeClaimed()) continue; // there was no memory for it
                const std::int64_t from = filling->claimed;
                filling->claimed = std::min(filling->count, from + kImagesAClaim);
                return Claim{filling, from, filling->claimed};
            }
            if (!more) return {};
            changed.wait(lock);
        }
    }

    void run()
    {
        std::vector<std::uint8_t> bytes; // of one image
        std::unique_lock lock(mutex);
        while (const auto mine = claim(lock)) {
            lock.unlock();
            auto [image, made] = make(*mine, bytes);
            lock.lock();
            mine->filling->done += mine->end - mine->begin;
            if (!made.ok()) {
                mine->filling->fail(image, made.error());
                failed = true;
            }
            if (mine->filling->isComplete()) changed.notify_all();
        }
        changed.notify_all(); // of a batch that there was no memory for
    }

    bool hasAnswer() const { return refused || (ahead.empty() ? started == batches : ahead.front()->isComplete()); }
};

BatchLoader::BatchLoader(
    std::shared_ptr<const ImageSet> images, const Normalisation& normalisation, const BatchOptions& options)
    : m_state(std::make_unique<State>())
{
    State& state = *m_state;
    if (const Status usable = checkLoader(images.get(), normalisation, options); !usable.ok()) {
        state.refused = usable.error();
        return;
    }
    state.images = std::move(images);
    state.options = options;
    state.tables = normalisationTables(normalisation);
    state.bgr = normalisation.bgr;
    state.order.resize(static_cast<std::size_t>(state.images->count()));
    std::iota(state.order.begin(), state.order.end(), std::int64_t{0});
    if (options.shuffle) Random(options.seed, "order of epoch " + std::to_string(options.epoch)).shuffle(state.order);
    state.epochSeed = Random(options.seed, "augmentation of epoch " + std::to_string(options.epoch)).next();
    const std::int64_t count = state.images->count();
    state.batches = count / options.batchSize + (!options.dropLast && count % options.batchSize != 0 ? 1 : 0);
    for (int i = 0; i < std::max(1, options.threads); ++i) state.threads.emplace_back([&state] { state.run(); });
}

BatchLoader::~BatchLoader()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->changed.notify_all();
    for (std::thread& thread : m_state->threads) thread.join();
}

std::int64_t BatchLoader::batchCount() const { return m_state->batches; }

Result<std::optional<Batch>> BatchLoader::next()
{
    State& state = *m_state;
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] { return state.hasAnswer(); });
    if (state.refused) return *state.refused;
    if (state.ahead.empty()) return std::optional<Batch>{};
    if (const auto& failure = state.ahead.front()->failure) return *failure;
    std::optional<Batch> batch = std::move(state.ahead.front()->batch);
    state.ahead.pop_front();
    state.changed.notify_all();
    return batch;
}

} // namespace halftone
