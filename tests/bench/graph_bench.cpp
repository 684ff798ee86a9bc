// How long the frames of a pan over a network of 500 layers take at several zooms, offscreen.
#include <chrono>
#include <cstdio>
#include <vector>

#include <QApplication>
#include <QScrollBar>

#include "core/graph/layers.h"
#include "tests/bench/figures.h"
#include "widgets/graph/network_view.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBlocks = 250; // of two layers
constexpr int kFrames = 600;
constexpr int kStep = 9; // pixels a frame
constexpr double kFrameMs = 1000.0 / 60;

double millisecondsSince(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

Network residualNetwork()
{
    Network network("bench");
    ValueIndex x = network.addInput({16, 8, 8});
    for (int b = 0; b < kBlocks; ++b) {
        const std::string block = "layer" + std::to_string(b / 10) + "." + std::to_string(b % 10);
        const Conv2d conv{.outChannels = 16, .kernel = {3, 3}, .padding = {1, 1}};
        ValueIndex y = *network.add(block + ".conv1", conv, {x});
        y = *network.add(block + ".bn1", BatchNorm{}, {y});
        y = *network.add(block + ".relu1", Relu{}, {y});
        y = *network.add(block + ".conv2", conv, {y});
        y = *network.add(block + ".bn2", BatchNorm{}, {y});
        y = *network.add(block + ".add", Add{}, {y, x});
        x = *network.add(block + ".relu2", Relu{}, {y});
    }
    network.setOutput(x);
    return network;
}

// Every frame is a step of the scroll bar and a repaint of the whole view: the worst that a window system can ask for, as most of
// it is usually copied.
void pan(NetworkView& view, double zoom, std::vector<bench::Timed>& all)
{
    view.fit();
    view.zoomBy(zoom / view.zoom(), QPointF(view.viewport()->rect().center()));
    QScrollBar& bar = *view.horizontalScrollBar();
    bar.setValue(bar.minimum() + view.viewport()->width());
    QApplication::processEvents();
    std::vector<double> frames;
    int step = kStep;
    for (int frame = 0; frame < kFrames; ++frame) {
        if (bar.value() + step > bar.maximum() - view.viewport()->width() || bar.value() + step < bar.minimum()) step = -step;
        all.push_back(bench::timed([&] {
            bar.setValue(bar.value() + step);
            view.viewport()->repaint();
        }));
        frames.push_back(all.back().wallMs);
    }
    std::ranges::sort(frames);
    std::printf("  at zoom %.3f: median %.2f, p99 %.2f ms\n", view.zoom(), bench::atShare(frames, 0.5), bench::atShare(frames, 0.99));
}

int run()
{
    const Network network = residualNetwork();
    const LayerTable table = layerTable(network);
    auto drawing = std::make_shared<NetworkDrawing>();
    drawing->parts = networkParts(network, table, QStringLiteral("linked: same input"));
    const Theme& theme = themeOf(nullptr);
    measureParts(drawing->parts, {theme.font(TextStyle::NumberCaption), theme.font(TextStyle::Caption), theme.font(TextStyle::Caption)});
    const auto start = Clock::now();
    auto layout = layOut(drawing->parts);
    if (!layout.ok()) {
        std::fprintf(stderr, "%s\n", layout.error().message.c_str());
        return 1;
    }
    std::printf("%zu layers, %zu parts, laid out in %.0f ms\n", table.layers.size(), drawing->parts.parts.size(), millisecondsSince(start));
    drawing->layout = std::move(*layout);
    NetworkView view;
    view.resize(1360, 700);
    view.show();
    view.setDrawing(drawing);
    std::vector<DrawnLayer> layers(table.layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) layers[i] = {.bits = 2 << (i % 3), .cost = static_cast<double>(i % 7) / 7};
    view.network().setLayers(std::move(layers));
    QApplication::processEvents();
    std::vector<bench::Timed> all;
    for (const double zoom : {1.0, 0.5, 0.3, 0.2, 0.1, 0.03}) pan(view, zoom, all);
    bench::printRow("Graph: a frame of a pan over 500 layers, six zooms", all, kFrameMs);
    return 0;
}

} // namespace
} // namespace halftone

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    halftone::ThemeHost::install(application, halftone::ThemeKind::Light);
    return halftone::run();
}
