// The prefetching thread, and the way from bytes to normalised, augmented floats.
#include "core/data/batch_loader.h"

#include <torch/types.h>

#include <algorithm>
#include <array>
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

constexpr std::size_t kBatchesAhead = 2;

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

} // namespace

struct BatchLoader::State {
    std::shared_ptr<const ImageSet> images; // shared: the data set's owner may go before this pass ends
    BatchOptions options;
    std::vector<std::array<float, 256>> tables;
    std::vector<std::int64_t> order;
    std::int64_t batches = 0;
    std::uint64_t epochSeed = 0; // of the augmentation

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Result<std::optional<Batch>>> ready; // the last one, an end or an error, stays
    bool stopping = false;
    std::thread thread;

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
        for (std::int64_t c = 0; c < shape[0]; ++c)
            for (std::int64_t y = 0; y < height; ++y, to += width) {
                const std::int64_t from = y + placement.top;
                const bool inside = from >= 0 && from < height;
                const auto row = inside
                    ? bytes.subspan(static_cast<std::size_t>((c * height + from) * width), static_cast<std::size_t>(width))
                    : std::span<const std::uint8_t>(blackRow);
                placeRow(tables[static_cast<std::size_t>(c)], row, placement.left, placement.mirrored, to);
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

    bool stopRequested()
    {
        const std::lock_guard lock(mutex);
        return stopping;
    }

    Result<std::optional<Batch>> make(std::int64_t number)
    {
        const Shape& shape = images->imageShape();
        const std::int64_t first = number * options.batchSize;
        const std::int64_t count = std::min(options.batchSize, static_cast<std::int64_t>(order.size()) - first);
        const bool masks = images->labelKind().task == Task::Segmentation;
        Batch batch{torch::empty({count, shape[0], shape[1], shape[2]}, torch::kFloat32),
            masks ? torch::empty({count, shape[1], shape[2]}, torch::kInt64) : torch::full({count}, kIgnoredLabel, torch::kInt64)};
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(elementCount(shape)));
        float* to = batch.images.data_ptr<float>();
        auto* labels = batch.labels.data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < count; ++i, to += bytes.size()) {
            if (stopRequested()) return std::optional<Batch>{}; // nobody will ask for it
            const std::int64_t image = order[static_cast<std::size_t>(first + i)];
            HALFTONE_CHECK(images->read(image, bytes));
            const Placement placement = drawPlacement(image);
            fill(bytes, placement, to);
            if (images->labelKind().task == Task::Classification) labels[i] = images->label(image);
            if (masks) HALFTONE_CHECK(fillMask(image, placement, labels + i * shape[1] * shape[2]));
        }
        return std::optional<Batch>(std::move(batch));
    }

    // False when nothing more is wanted.
    bool hand(Result<std::optional<Batch>> result)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stopping || ready.size() < kBatchesAhead; });
        if (stopping) return false;
        ready.push_back(std::move(result));
        changed.notify_all();
        return true;
    }

    void run()
    {
        try {
            for (std::int64_t number = 0; number < batches; ++number) {
                auto batch = make(number);
                const bool last = !batch.ok();
                if (!hand(std::move(batch)) || last) return;
            }
            hand(std::optional<Batch>{});
        } catch (const std::exception& failure) { // LibTorch and OpenCV throw, most of all when memory ends
            hand(Error{
                ErrorCode::Failed, std::string("Preparing a batch failed: ") + failure.what() + "; try a smaller batch."});
        }
    }
};

BatchLoader::BatchLoader(
    std::shared_ptr<const ImageSet> images, const Normalisation& normalisation, const BatchOptions& options)
    : m_state(std::make_unique<State>())
{
    State& state = *m_state;
    if (const Status usable = checkLoader(images.get(), normalisation, options); !usable.ok()) {
        state.ready.push_back(usable.error());
        return;
    }
    state.images = std::move(images);
    state.options = options;
    state.tables = normalisationTables(normalisation);
    state.order.resize(static_cast<std::size_t>(state.images->count()));
    std::iota(state.order.begin(), state.order.end(), std::int64_t{0});
    if (options.shuffle) Random(options.seed, "order of epoch " + std::to_string(options.epoch)).shuffle(state.order);
    state.epochSeed = Random(options.seed, "augmentation of epoch " + std::to_string(options.epoch)).next();
    const std::int64_t count = state.images->count();
    state.batches = count / options.batchSize + (!options.dropLast && count % options.batchSize != 0 ? 1 : 0);
    state.thread = std::thread([&state] { state.run(); });
}

BatchLoader::~BatchLoader()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->changed.notify_all();
    if (m_state->thread.joinable()) m_state->thread.join();
}

std::int64_t BatchLoader::batchCount() const { return m_state->batches; }

Result<std::optional<Batch>> BatchLoader::next()
{
    State& state = *m_state;
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] { return !state.ready.empty(); });
    const bool last = !state.ready.front().ok() || !state.ready.front()->has_value();
    if (last) return state.ready.front();
    Result<std::optional<Batch>> batch = std::move(state.ready.front());
    state.ready.pop_front();
    state.changed.notify_all();
    return batch;
}

} // namespace halftone
