// The rules of ARCHITECTURE.md about who may include whom, checked on the text of a source tree.
#include "tests/layers/layer_rules.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string_view>
#include <tuple>

namespace halftone {
namespace {

namespace fs = std::filesystem;

struct Include {
    std::string path; // as written between the quotes or angle brackets
    int line = 0;
};

struct SourceFile {
    std::string path; // relative to the root, with '/'
    std::vector<Include> includes;
};

using SourceTree = std::map<std::string, SourceFile>;

std::string readText(const fs::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool isTorch(std::string_view include) { return startsWithAny(include, {"torch/", "ATen/", "c10/", "caffe2/"}); }

bool isQt(std::string_view include)
{
    static const std::regex className("Q[A-Z][A-Za-z0-9]*(\\.h)?");
    return include.starts_with("Qt") || std::regex_match(include.begin(), include.end(), className);
}

bool isCustomPlot(std::string_view include) { return include.find("qcustomplot") != std::string_view::npos; }

// Libraries whose types stay in the .cpp (docs: third-party types never in headers).
bool isHiddenLibrary(std::string_view include)
{
    return startsWithAny(include,
        {"SQLiteCpp/", "sqlite3", "opencv2/", "nlohmann/", "google/protobuf", "onnx/", "fmt/", "xxhash", "zlib", "spdlog/",
            "CLI/"});
}

bool isHeader(std::string_view path) { return path.ends_with(".h"); }

std::vector<Include> includesOf(const std::string& text)
{
    static const std::regex pattern("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    std::vector<Include> includes;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::smatch match;
        if (std::regex_search(line, match, pattern)) includes.push_back({match[1], number});
    }
    return includes;
}

SourceTree readTree(const fs::path& root)
{
    SourceTree tree;
    for (const char* folder : {"app", "widgets", "core"}) {
        if (!fs::is_directory(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension().string();
            if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp")) continue;
            const std::string path = fs::relative(entry.path(), root).generic_string();
            tree[path] = {path, includesOf(readText(entry.path()))};
        }
    }
    return tree;
}

// Files that core's CMakeLists.txt give to halftone_learning, with the headers beside them.
std::set<std::string> learningFiles(const fs::path& root)
{
    static const std::regex block("target_sources\\(\\s*halftone_learning\\s+PRIVATE([^)]*)\\)");
    std::set<std::string> files;
    if (!fs::is_directory(root / "core")) return files;
    for (const auto& entry : fs::recursive_directory_iterator(root / "core")) {
        if (entry.path().filename() != "CMakeLists.txt") continue;
        const std::string folder = fs::relative(entry.path().parent_path(), root).generic_string();
        const std::string text = readText(entry.path());
        for (std::sregex_iterator match(text.begin(), text.end(), block), end; match != end; ++match) {
            std::istringstream names((*match)[1]);
            for (std::string name; names >> name;) {
                if (!name.ends_with(".cpp")) continue;
                files.insert(folder + "/" + name);
                files.insert(folder + "/" + name.substr(0, name.size() - 4) + ".h");
            }
        }
    }
    return files;
}

class LayerCheck {
public:
    explicit LayerCheck(const fs::path& root)
        : m_root(root)
        , m_tree(readTree(root))
        , m_learning(learningFiles(root))
    {
    }

    std::vector<LayerViolation> run()
    {
        for (const auto& [path, file] : m_tree) {
            for (const Include& include : file.includes) checkInclude(file, include);
        }
        checkMap();
        std::sort(m_violations.begin(), m_violations.end(), [](const LayerViolation& a, const LayerViolation& b) {
            return std::tie(a.file, a.line, a.message) < std::tie(b.file, b.line, b.message);
        });
        return m_violations;
    }

private:
    // Rooms whose every file is learning, and the files of mixed rooms that CMake says are.
    bool isLearning(const std::string& path) const
    {
        return startsWithAny(path, {"core/execution/", "core/quantizers/", "core/training/"})
            || m_learning.count(path) > 0;
    }

    // The chain of includes from `path` to a Torch header, empty when there is none.
    std::vector<std::string> wayToTorch(const std::string& path, std::set<std::string>& seen) const
    {
        if (isTorch(path)) return {path};
        const auto file = m_tree.find(path);
        if (file == m_tree.end() || !seen.insert(path).second) return {};
        for (const Include& include : file->second.includes) {
            std::vector<std::string> way = wayToTorch(include.path, seen);
            if (way.empty()) continue;
            way.insert(way.begin(), path);
            return way;
        }
        return {};
    }

    void checkInclude(const SourceFile& file, const Include& include)
    {
        const auto report = [&](const std::string& rule) {
            m_violations.push_back({file.path, include.line, "includes " + include.path + ": " + rule});
        };
        const bool core = file.path.starts_with("core/");
        const bool learning = core && isLearning(file.path);
        if (core && startsWithAny(include.path, {"widgets/", "app/"})) report("core/ never sees widgets/ or app/");
        if (file.path.starts_with("widgets/") && include.path.starts_with("app/")) report("widgets/ never sees app/");
        if (core && (isQt(include.path) || isCustomPlot(include.path))) report("core/ knows no Qt");
        if (isCustomPlot(include.path) && !core && !(file.path.starts_with("widgets/plots/") && !isHeader(file.path)))
            report("QCustomPlot is seen only by widgets/plots/*.cpp");
        if (isHeader(file.path) && isHiddenLibrary(include.path)) report("types of other libraries stay in the .cpp");
        if (core && !learning && isLearning(include.path)) report("the plain library never sees the learning library");
        if (!learning) {
            std::set<std::string> seen;
            const std::vector<std::string> way = wayToTorch(include.path, seen);
            if (way.size() == 1) report("only the learning library sees Torch");
            if (way.size() > 1) report("it brings in " + way.back() + ", and only the learning library sees Torch");
        }
    }

    void checkMap()
    {
        if (!fs::is_directory(m_root / "core")) return;
        const std::string map = readText(m_root / "ARCHITECTURE.md");
        for (const auto& entry : fs::directory_iterator(m_root / "core")) {
            const std::string name = entry.path().filename().string();
            if (entry.is_directory() && map.find("**" + name + "/**") == std::string::npos)
                m_violations.push_back({"ARCHITECTURE.md", 0,
                    "does not describe core/" + name + "/ (a paragraph that begins with **" + name + "/**)"});
        }
    }

    fs::path m_root;
    SourceTree m_tree;
    std::set<std::string> m_learning;
    std::vector<LayerViolation> m_violations;
};

} // namespace

std::vector<LayerViolation> checkLayers(const std::filesystem::path& root) { return LayerCheck(root).run(); }

} // namespace halftone
