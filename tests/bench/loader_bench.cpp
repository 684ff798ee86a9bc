// Images a second that the loader prepares for a network, beside a plain pipeline on the same JPEGs: cv::imdecode, cv::resize, crop,
// normalisation. bench_loader FOLDER, an image folder; both with one thread and with two, in turn.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <torch/types.h>

#include "core/data/batch_loader.h"
#include "core/data/dataset.h"

namespace halftone {
namespace {

constexpr int kRepeats = 9;
constexpr std::int64_t kBatch = 64;
constexpr double kTarget = 2.0;
constexpr int kSide = 224, kShortSide = 256;

struct Seconds {
    double wall = 0, processor = 0; // processor time of all threads
};

double secondsBy(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <typename Work> Seconds timed(Work work)
{
    const double wall = secondsBy(CLOCK_MONOTONIC), processor = secondsBy(CLOCK_PROCESS_CPUTIME_ID);
    work();
    return {secondsBy(CLOCK_MONOTONIC) - wall, secondsBy(CLOCK_PROCESS_CPUTIME_ID) - processor};
}

void plainImage(const std::filesystem::path& path, float* to)
{
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const cv::Mat decoded = cv::imdecode(bytes, cv::IMREAD_COLOR);
    const double scale = static_cast<double>(kShortSide) / std::min(decoded.cols, decoded.rows);
    cv::Mat resized;
    cv::resize(decoded, resized, {std::max(kShortSide, cvRound(decoded.cols * scale)), std::max(kShortSide, cvRound(decoded.rows * scale))});
    cv::Mat crop = resized({(resized.cols - kSide) / 2, (resized.rows - kSide) / 2, kSide, kSide}), colours, numbers;
    cv::cvtColor(crop, colours, cv::COLOR_BGR2RGB);
    colours.convertTo(numbers, CV_32FC3, 1 / 255.0);
    numbers = (numbers - cv::Scalar(0.485, 0.456, 0.406)) / cv::Scalar(0.229, 0.224, 0.225);
    std::vector<cv::Mat> planes;
    for (int c = 0; c < 3; ++c) planes.emplace_back(kSide, kSide, CV_32FC1, to + c * kSide * kSide);
    cv::split(numbers, planes);
}

// Each thread takes every so manyth image of a batch.
Seconds plainPass(const std::vector<std::filesystem::path>& files, int threads)
{
    const auto count = static_cast<std::int64_t>(files.size());
    return timed([&] {
        for (std::int64_t first = 0; first < count; first += kBatch) {
            const std::int64_t size = std::min(kBatch, count - first);
            torch::Tensor batch = torch::empty({size, 3, kSide, kSide}, torch::kFloat32);
            std::vector<std::thread> workers;
            for (int t = 0; t < threads; ++t)
                workers.emplace_back([&, t] {
                    for (std::int64_t i = t; i < size; i += threads)
                        plainImage(files[static_cast<std::size_t>(first + i)], batch.data_ptr<float>() + i * 3 * kSide * kSide);
                });
            for (std::thread& worker : workers) worker.join();
        }
    });
}

Seconds loaderPass(const Dataset& data, int threads)
{
    return timed([&] {
        BatchLoader loader(*splitOf(data, "all"), data.normalisation, {.batchSize = kBatch, .threads = threads});
        for (auto batch = loader.next(); batch.ok() && batch->has_value(); batch = loader.next()) {}
    });
}

struct Measured {
    std::vector<Seconds> plain, first, cached;
};

double least(const std::vector<Seconds>& all, double Seconds::*clock)
{
    double best = all.front().*clock;
    for (const Seconds& one : all) best = std::min(best, one.*clock);
    return best;
}

void printRatios(const char* what, const std::vector<Seconds>& plain, const std::vector<Seconds>& ours, double Seconds::*clock)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < plain.size(); ++i) ratios.push_back(plain[i].*clock / (ours[i].*clock));
    std::ranges::sort(ratios);
    const double median = ratios[ratios.size() / 2];
    std::printf("| %-58s | %8.2f | %8.2f | %8.2f | %6.1f | %-3s |\n", what, ratios.front(), median, ratios.back(), kTarget,
        median >= kTarget ? "yes" : "no");
}

void print(const Measured& m, int threads, double images)
{
    const auto speed = [&](const char* what, const std::vector<Seconds>& all) {
        std::printf("%d thread%s, %s: %.0f images/s, %.3f ms of processor time an image\n", threads, threads == 1 ? "" : "s", what,
            images / least(all, &Seconds::wall), 1e3 * least(all, &Seconds::processor) / images);
    };
    speed("cv::imdecode pipeline", m.plain);
    speed("loader, first epoch", m.first);
    speed("loader, second epoch", m.cached);
    const std::string on = threads == 1 ? "1 thread" : std::to_string(threads) + " threads";
    printRatios(("Loader over cv::imdecode pipeline, " + on + ", times").c_str(), m.plain, m.first, &Seconds::wall);
    printRatios(("the same by processor time, " + on + ", times").c_str(), m.plain, m.first, &Seconds::processor);
}

int run(const std::filesystem::path& folder)
{
    cv::setNumThreads(1);
    const auto open = [&] { return openDataset({"imagefolder", folder}, {.imageShape = {3, kSide, kSide}}); };
    if (const auto probe = open(); !probe.ok()) {
        std::fprintf(stderr, "%s\n", probe.error().message.c_str());
        return 1;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    plainPass(files, 2); // the files are in memory from here on
    for (const int threads : {1, 2}) {
        Measured measured;
        for (int i = 0; i < kRepeats; ++i) {
            measured.plain.push_back(plainPass(files, threads));
            const auto data = open(); // anew: nothing is decoded yet
            if (!data.ok()) return 1;
            measured.first.push_back(loaderPass(*data, threads));
            measured.cached.push_back(loaderPass(*data, threads));
        }
        print(measured, threads, static_cast<double>(files.size()));
    }
    return 0;
}

} // namespace
} // namespace halftone

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_loader FOLDER (an image folder of JPEGs)\n");
        return 2;
    }
    return halftone::run(argv[1]);
}
