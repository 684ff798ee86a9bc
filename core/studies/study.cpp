// Making and opening a study: model, data reference and settings in one file.
#include "core/studies/study.h"

#include <charconv>

#include "core/base/version.h"
#include "core/formats/key_report.h"
#include "core/formats/safetensors.h"
#include "core/graph/network_text.h"
#include "core/models/architectures.h"
#include "core/studies/script_import.h"
#include "core/studies/zoo.h"

namespace halftone {

namespace {

struct OpenedModel {
    Network network;
    std::string fileName;
    ImportReport import;
    std::optional<BitAssignment> bits; // of a file that was quantized
    NetworkGrids grids;
};

std::string randomFileName(std::uint64_t seed) { return "random weights, seed " + std::to_string(seed); }

constexpr const char* kOtherClasses = "give --labels FILE, the network's class names in its order, where the data are some of its "
                                      "classes, or other data.";

// `imageShape`: the data's, for files that do not say how large their images are.
Result<ImportedModel> importFor(
    const NewStudyOptions& options, const StudyEnvironment& environment, std::int64_t classes, const Shape& imageShape = {})
{
    const ModelImportOptions wanted{.file = options.model,
        .source = {},
        .architecture = options.architecture,
        .classes = classes,
        .input = options.input,
        .map = options.map,
        .weights = options.weights};
    return isZooName(options.model) ? importFromZoo(wanted, {environment.resources, options.seed}) : importModelOrScript(wanted, imageShape);
}

// Whether the weights would fit with another number of classes than the data's.
Status checkClasses(
    const ImportedModel& imported, const NewStudyOptions& options, const StudyEnvironment& environment, std::int64_t classes)
{
    if (imported.report.keys.complete()) return {};
    const auto other = importFor(options, environment, 0);
    if (!other.ok() || !other->report.keys.complete()) return {};
    const Shape& output = other->network.value(other->network.output()).shape;
    if (output.size() > 1)
        return Error{ErrorCode::BadInput,
            "The network in " + options.model + " answers " + text(output) + " values, some for each pixel, but the data has a class an "
                "image; give --data segmentation:FOLDER, or images:FOLDER where there are no masks."};
    const std::int64_t answers = elementCount(output);
    return Error{ErrorCode::BadInput,
        "The network in " + options.model + " tells " + std::to_string(answers) + " classes apart but the data has "
            + std::to_string(classes) + "; " + kOtherClasses};
}

Result<OpenedModel> openModel(const NewStudyOptions& options, const StudyEnvironment& environment, const Dataset& data)
{
    OpenedModel opened;
    const Task kind = data.train->labelKind().task;
    const auto classes = static_cast<std::int64_t>(data.classNames.size());
    const Shape input
        = options.input.empty() && kind != Task::Classification ? data.train->imageShape() : options.input;
    if (options.model.empty()) { // trained from scratch
        if (options.architecture.empty())
            return Error{ErrorCode::BadInput, "Give --model FILE, or --arch NAME for a network with random weights."};
        HALFTONE_TRY(opened.network, buildArchitecture(options.architecture, {.classes = classes, .input = input}));
        initialiseParameters(opened.network, options.seed);
        opened.fileName = randomFileName(options.seed);
        opened.import.format = kRandomFormat;
        return opened;
    }
    NewStudyOptions wanted = options;
    wanted.input = input;
    // Files of other networks may answer void besides, or something else.
    const bool asData = kind == Task::Classification || (kind == Task::Segmentation && isZooName(options.model));
    HALFTONE_TRY(ImportedModel imported, importFor(wanted, environment, asData ? classes : 0, data.train->imageShape()));
    if (kind == Task::Classification) HALFTONE_CHECK(checkClasses(imported, options, environment, classes));
    HALFTONE_CHECK(checkImport(imported, options.model));
    const bool isRandom = imported.report.format == kRandomFormat;
    opened.fileName = isRandom ? randomFileName(options.seed) : std::filesystem::path(options.model).filename().string();
    opened.network = std::move(imported.network);
    opened.import = std::move(imported.report);
    opened.bits = std::move(imported.bits);
    opened.grids = std::move(imported.grids);
    return opened;
}

Status checkShapes(const Network& network, const Dataset& data)
{
    if (network.inputShape() != data.train->imageShape())
        return Error{ErrorCode::BadInput,
            "The network wants images of " + text(network.inputShape()) + " but the data has " + text(data.train->imageShape())
                + "; choose other data, or another --input."};
    const Shape& output = network.value(network.output()).shape;
    const auto classes = static_cast<std::int64_t>(data.classNames.size());
    const Shape& image = data.train->imageShape();
    const Task kind = data.train->labelKind().task;
    if (kind == Task::Outputs) return {};
    if (kind == Task::Segmentation && (output.size() != 3 || output[0] < classes || output[1] != image[1] || output[2] != image[2]))
        return Error{ErrorCode::BadInput,
            "The network answers " + text(output) + " values but masks of " + std::to_string(classes) + " classes need "
                + text({classes, image[1], image[2]}) + "; choose a network that answers every pixel."};
    if (kind == Task::Classification && output != Shape{classes})
        return Error{ErrorCode::BadInput,
            "The network answers " + text(output) + " values but the data has " + std::to_string(classes) + " classes; "
                + kOtherClasses};
    return {};
}

// Files of any size take the network's input shape; sets of fixed images keep their own.
Result<Shape> wantedShape(const NewStudyOptions& options, const DataReference& reference)
{
    if (!options.input.empty() || !takesAnySize(reference)) return options.input;
    if (reference.kind == "images" && std::filesystem::path(options.model).extension() == ".onnx") {
        HALFTONE_TRY(const ImportedModel model, importModel({.file = options.model})); // a detector has a size of its own
        return model.network.inputShape();
    }
    std::string architecture = options.architecture;
    if (isZooName(options.model)) {
        HALFTONE_TRY(architecture, zooArchitecture(options.model));
    }
    if (architecture.empty()) return Shape{3, 224, 224};
    HALFTONE_TRY(const Network published, buildArchitecture(architecture));
    return published.inputShape();
}

Result<std::uint64_t> readSeed(const std::string& text)
{
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size())
        return Error{ErrorCode::Corrupt, "The study's seed '" + text + "' is no number."};
    return seed;
}

} // namespace

Result<Study> Study::create(const NewStudyOptions& options, const StudyEnvironment& environment, const TaskContext& task)
{
    if (std::filesystem::exists(options.path))
        return Error{
            ErrorCode::BadInput, "There is a file " + options.path.string() + " already; choose another name or remove it."};
    HALFTONE_TRY(DataReference reference, parseDataReference(options.data));
    // So that the study finds its data from every folder; "full" is a word, not a path.
    if (reference.path != "full" && std::filesystem::exists(reference.path))
        reference.path = std::filesystem::canonical(reference.path);
    HALFTONE_TRY(const Shape shape, wantedShape(options, reference));
    DatasetOptions dataOptions{environment.resources, shape, options.preset, {}};
    if (!options.labels.empty()) {
        HALFTONE_TRY(dataOptions.labels, readLabelMap(options.labels));
    }
    HALFTONE_TRY(Dataset data, openDataset(reference, dataOptions, task));
    HALFTONE_TRY(OpenedModel opened, openModel(options, environment, data));
    HALFTONE_CHECK(checkShapes(opened.network, data));
    NewStudy content;
    content.settings = {{"architecture", opened.network.architecture()}, {"data", text(reference)}, {"dataHash", data.hash},
        {"preset", options.preset}, {"imageShape", text(opened.network.inputShape())}, {"seed", std::to_string(options.seed)},
        {"createdBy", kVersion}, {"import", toJson(opened.import)}};
    if (dataOptions.labels) content.settings["labels"] = text(*dataOptions.labels);
    content.model = StudyModel{.networkText = toText(opened.network),
        .weights = writeSafeTensors(stateDict(opened.network)),
        .fileName = opened.fileName,
        .contentHash = {},
        .grids = namedGrids(opened.grids, opened.network, layerTable(opened.network))};
    {
        HALFTONE_TRY(StudyFile made, StudyFile::create(options.path, content));
        if (opened.bits) HALFTONE_CHECK(made.saveAssignment({.name = "as-in-file", .bits = toText(*opened.bits)}));
    }
    return open(options.path, environment);
}

Result<Study> Study::open(const std::filesystem::path& path, const StudyEnvironment& environment)
{
    Study study;
    study.m_environment = environment;
    HALFTONE_TRY(StudyFile file, StudyFile::open(path));
    study.m_file = std::make_unique<StudyFile>(std::move(file));
    HALFTONE_TRY(const StudyModel model, study.m_file->loadModel());
    HALFTONE_TRY(study.m_network, networkFromText(model.networkText));
    HALFTONE_TRY(const SafeTensors weights, parseSafeTensors(model.weights));
    const KeyReport keys = loadParameters(study.m_network, weights.tensors);
    if (!keys.complete()) return Error{ErrorCode::Corrupt, "The study's weights do not fit its network: " + summary(keys)};
    study.m_table = layerTable(study.m_network);
    auto grids = gridsOf(model.grids, study.m_network, study.m_table);
    if (!grids.ok())
        return Error{ErrorCode::Corrupt, "The study's grids do not fit its network: " + grids.error().message};
    study.m_fileGrids = std::move(*grids);
    study.m_modelHash = model.contentHash;
    HALFTONE_TRY(const auto seed, study.m_file->setting("seed"));
    HALFTONE_TRY(study.m_seed, readSeed(seed.value_or("0")));
    HALFTONE_TRY(const auto data, study.m_file->setting("data"));
    study.m_task = taskOfData(data.value_or(""));
    return study;
}

Result<const Dataset*> Study::dataset(const TaskContext& task)
{
    if (m_dataset) return static_cast<const Dataset*>(m_dataset.get());
    HALFTONE_TRY(const StudySettings settings, m_file->settings());
    const auto setting = [&](const char* name) {
        const auto found = settings.find(name);
        return found == settings.end() ? std::string() : found->second;
    };
    HALFTONE_TRY(const DataReference reference, parseDataReference(setting("data")));
    DatasetOptions options{m_environment.resources, m_network.inputShape(), setting("preset"), {}};
    if (const std::string labels = setting("labels"); !labels.empty()) {
        HALFTONE_TRY(options.labels, parseLabelMap(labels, "kept in the study"));
    }
    HALFTONE_TRY(Dataset data, openDataset(reference, options, task));
    if (data.hash != setting("dataHash"))
        return Error{ErrorCode::BadInput,
            "The data at " + text(reference)
                + " is not what this study was made with; put the old files back, or make a new study."};
    m_dataset = std::make_unique<Dataset>(std::move(data));
    return static_cast<const Dataset*>(m_dataset.get());
}

Result<BitAssignment> Study::assignment(const std::string& name) const
{
    if (auto known = assignmentByWidth(m_table, name)) return std::move(*known);
    HALFTONE_TRY(const AssignmentRecord record, m_file->assignment(name));
    HALFTONE_TRY(BitAssignment assignment, assignmentFromText(record.bits));
    HALFTONE_CHECK(validate(assignment, m_table));
    return assignment;
}

} // namespace halftone
