// Dataset: labelled images by split. No Torch here, so that window and command line can describe data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/data/label_map.h"
#include "core/data/task.h"
#include "core/graph/tensor_data.h"

namespace halftone {

// What the labels of a set are.
struct LabelKind {
    Task task = Task::Classification;
    std::int64_t classes = 0; // segmentation: masks hold 0 to classes - 1 and voidClass
    std::optional<std::uint8_t> voidClass; // segmentation: pixels of this value belong to no class and are not counted
};

// Labelled images of one shape, as bytes. Reading is thread-safe.
class ImageSet {
public:
    virtual ~ImageSet() = default;
    virtual std::int64_t count() const = 0;
    virtual const Shape& imageShape() const = 0; // {C, H, W}
    virtual LabelKind labelKind() const { return {}; }
    virtual std::int64_t label(std::int64_t index) const = 0; // classification alone; 0 for other tasks
    // Fills chw, C*H*W bytes, planes R, G, B. Errors name the file that cannot be read.
    virtual Status read(std::int64_t index, std::span<std::uint8_t> chw) const = 0;
    // Segmentation: fills hw, H*W bytes, with the class of every pixel. Errors as read(); Unsupported for other tasks.
    virtual Status readMask(std::int64_t index, std::span<std::uint8_t> hw) const;
};

// Every kind that can be opened, for help texts:
std::string dataKindForms(); // "fashion-mnist[:FOLDER], cifar10:FOLDER, ..."

// What --data says: a kind and, for most kinds, a folder or file.
struct DataReference {
    std::string kind; // "fashion-mnist", "cifar10", "csv"
    std::filesystem::path path; // empty: the kind's installed or bundled place
};
Result<DataReference> parseDataReference(const std::string& text); // "cifar10:/data/c10"; nearest kinds when unknown
std::string text(const DataReference& reference);
bool takesAnySize(const DataReference& reference); // files of all sizes, brought to the one that the network wants

struct Normalisation { // (byte/255 - mean) / deviation, per channel
    std::vector<float> mean; // R, G, B
    std::vector<float> deviation;
    bool bgr = false; // the network gets the planes in the order B, G, R
    bool operator==(const Normalisation&) const = default;
};
struct Augmentation { // of training images, drawn from the seed
    std::int64_t cropPadding = 4; // zero pixels round the image, then a random crop of the original size; 0: none
    bool horizontalFlip = true;
    bool operator==(const Augmentation&) const = default;
};

struct Dataset {
    DataReference reference;
    std::vector<std::string> classNames; // size is the class count; never empty
    std::shared_ptr<const ImageSet> train; // shared with loaders' threads
    std::shared_ptr<const ImageSet> test; // never overlaps train
    Normalisation normalisation; // the preset that belongs to the kind
    Augmentation augmentation;
    std::string hash; // of contents (of names, sizes and times for image folders)
};

struct DatasetOptions {
    std::filesystem::path resources; // where bundled data lies; passed down by app/
    Shape imageShape; // what the network wants; image folders are resized to it. Empty: the data's own
    std::string preset; // "cifar10", "imagenet", "fashion-mnist", "none"; empty: the kind's own
    std::optional<LabelMap> labels; // the network's classes; nothing: classes.txt beside the data, else the data's own
};
Result<Dataset> openDataset(const DataReference& reference, const DatasetOptions& options, const TaskContext& task = {});

Result<LabelMap> readLabelMap(const std::filesystem::path& file);

// Some images of another set, in the given order; for held-back parts and limits.
std::shared_ptr<const ImageSet> subset(std::shared_ptr<const ImageSet> set, std::vector<std::int64_t> indices);
// The same images with other labels: newLabels[l] where they had l.
std::shared_ptr<const ImageSet> relabelled(std::shared_ptr<const ImageSet> set, std::vector<std::int64_t> newLabels);
// "test", "train" or "all", which is the training images and then the test images.
Result<std::shared_ptr<const ImageSet>> splitOf(const Dataset& data, const std::string& split);
// Splits off a held-back part by a seeded permutation: {kept, heldBack}. Same seed, same split.
std::pair<std::shared_ptr<const ImageSet>, std::shared_ptr<const ImageSet>> holdBack(
    std::shared_ptr<const ImageSet> set, double fraction, std::uint64_t seed);

} // namespace halftone
