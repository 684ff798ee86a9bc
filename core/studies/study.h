// Study: an open study file with its network and data; what every stage is given.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/data/dataset.h"
#include "core/formats/key_mapping.h"
#include "core/graph/bit_assignment.h"
#include "core/graph/network.h"
#include "core/store/study_file.h"

namespace halftone {

// What the program tells the engine of its surroundings; core reads no environment of its own.
struct StudyEnvironment {
    std::filesystem::path resources; // bundled network and data
    int threads = 1; // processor cores that long work may use
};

struct NewStudyOptions {
    std::filesystem::path path; // of the study to make
    std::string model; // a file of weights, or zoo:NAME; empty: `architecture` with random weights
    std::string architecture; // empty: found from the weights' names and shapes
    std::vector<KeyMapping> map; // keys of the file that have other names in the network
    std::string weights; // the key of the file's weights to take where it holds several; empty: the model's own
    std::string data; // "cifar10:PATH"
    std::string preset; // normalisation; empty: the data's own
    std::filesystem::path labels; // a label map, kept with the study; empty: the data's own names
    Shape input; // empty: the architecture's, or the data's for small images
    std::uint64_t seed = 0;
};

class Study {
public:
    // Makes the file. Errors leave no file behind. The import's report is in setting("import").
    static Result<Study> create(
        const NewStudyOptions& options, const StudyEnvironment& environment, const TaskContext& task = {});
    static Result<Study> open(const std::filesystem::path& path, const StudyEnvironment& environment);

    StudyFile& file() { return *m_file; }
    const StudyFile& file() const { return *m_file; }
    const Network& network() const { return m_network; } // with the pretrained weights
    const LayerTable& table() const { return m_table; }
    // Of the quantized file that the network came from; none of others, and of studies made before they were kept.
    const NetworkGrids& fileGrids() const { return m_fileGrids; }
    const std::string& modelHash() const { return m_modelHash; }
    const StudyEnvironment& environment() const { return m_environment; }
    std::uint64_t seed() const { return m_seed; }
    Task task() const { return m_task; } // of its data
    // Opened on first use. Errors: NotFound when the folder has moved, BadInput when its content changed since the study was
    // made.
    Result<const Dataset*> dataset(const TaskContext& task = {});

    // "fp32", "8", "4", "2" (and every width between) or a saved name.
    Result<BitAssignment> assignment(const std::string& name) const;

private:
    Study() = default;
    std::unique_ptr<StudyFile> m_file;
    Network m_network;
    LayerTable m_table;
    NetworkGrids m_fileGrids;
    std::string m_modelHash;
    StudyEnvironment m_environment;
    std::uint64_t m_seed = 0;
    Task m_task = Task::Classification;
    std::unique_ptr<Dataset> m_dataset;
};

} // namespace halftone
