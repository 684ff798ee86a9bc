// How long the Bits view takes from a mouse event to the painted frame: dragging a pinned chip, which solves the frontier anew,
// and dragging the budget, which also solves the assignment; ResNet-50's 54 layers and three widths, the real page offscreen.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QTest>

#include "tests/unit/widgets/study_fixture.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/bits_page.h"
#include "widgets/pages/bits/budget_slider.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

constexpr int kFrames = 600;

struct Frame {
    double wall = 0, processor = 0; // milliseconds; they differ when other programs take the processor
};

double processorMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

void report(const char* what, const std::vector<Frame>& frames)
{
    const auto print = [&](const char* clock, double Frame::* part) {
        std::vector<double> sorted;
        for (const Frame& frame : frames) sorted.push_back(frame.*part);
        std::ranges::sort(sorted);
        const auto at = [&](double share) { return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]; };
        std::printf("%-46s %-9s min %6.2f ms   median %6.2f ms   p99 %6.2f ms   of %zu frames\n", what, clock, at(0), at(0.5), at(0.99),
            sorted.size());
    };
    print("wall", &Frame::wall);
    print("processor", &Frame::processor);
}

// The event, what it changes everywhere, and all that is painted for it.
template <typename Event> Frame frameOf(QWidget& page, Event event)
{
    QApplication::processEvents();
    QElapsedTimer clock;
    clock.start();
    const double before = processorMilliseconds();
    event();
    QApplication::processEvents();
    QEvent paint(QEvent::UpdateRequest); // now, instead of with the screen's next frame
    QApplication::sendEvent(page.window(), &paint);
    return {static_cast<double>(clock.nsecsElapsed()) / 1e6, processorMilliseconds() - before};
}

std::vector<Frame> dragChip(BitsPage& page, GroupIndex group)
{
    BitBoard& board = page.board();
    const QPoint from = board.chipRectangle(group).center().toPoint();
    const int top = static_cast<int>(board.rowRectangle(8).center().y()), bottom = static_cast<int>(board.rowRectangle(2).center().y());
    QTest::mousePress(board.viewport(), Qt::LeftButton, {}, from);
    std::vector<Frame> frames;
    for (int i = 0; i < kFrames; ++i) {
        const double wave = 0.5 + 0.5 * std::sin(i * 0.35);
        const QPoint to(from.x() + i % 9, static_cast<int>(top + wave * (bottom - top)));
        frames.push_back(frameOf(page, [&] { QTest::mouseMove(board.viewport(), to); }));
    }
    QTest::mouseRelease(board.viewport(), Qt::LeftButton, {}, from);
    return frames;
}

std::vector<Frame> dropPinned(BitsPage& page, BitDocument& document, GroupIndex group)
{
    std::vector<Frame> frames;
    for (int i = 0; i < kFrames / 4; ++i) {
        const int bits = i % 3 == 0 ? 2 : i % 3 == 1 ? 4 : 8;
        frames.push_back(frameOf(page, [&] { document.move({group}, bits); }));
        QTest::qWait(1);
    }
    return frames;
}

std::vector<Frame> dragBudget(BitsPage& page)
{
    BudgetSlider& slider = page.slider();
    const auto at = [&](double part) {
        const double from = slider.xOf(slider.marks().lowest), to = slider.xOf(slider.marks().highest);
        return QPoint(static_cast<int>(from + part * (to - from)), static_cast<int>(slider.handle().y()));
    };
    QTest::mousePress(&slider, Qt::LeftButton, {}, at(0.5));
    std::vector<Frame> frames;
    for (int i = 0; i < kFrames; ++i) {
        const double wave = 0.5 + 0.5 * std::sin(i * 0.21);
        frames.push_back(frameOf(page, [&] { QTest::mouseMove(&slider, at(wave)); }));
    }
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, at(0.5));
    return frames;
}

int run(QApplication& application)
{
    ThemeHost::install(application, ThemeKind::Light);
    test::TemporaryStudy study("resnet50");
    SensitivityReport scores{.metric = "eagl", .unit = "bits of entropy"};
    for (std::size_t i = 0; i < study.table.groups.size(); ++i)
        if (!study.table.groups[i].edge)
            scores.groups.push_back({.group = GroupIndex(static_cast<std::int64_t>(i)), .gain = 3 + std::sin(2.7 * static_cast<double>(i))});
    if (!study.file->saveScores({.key = "made up", .report = scores}).ok()) return 1;
    Session session([](const std::vector<std::string>&, const TaskContext&) -> Result<std::string> {
        return Error{ErrorCode::Failed, "nothing runs in this benchmark"};
    });
    session.open(study.path());
    if (!QTest::qWaitFor([&] { return session.isOpen(); }, 30000)) return 1;
    BitsPage page(session);
    page.resize(1368, 820);
    page.show();
    if (!QTest::qWaitForWindowExposed(&page)) return 1;
    BitDocument& document = session.bits();
    document.setSolverLevels({8, 4, 2});
    document.setBudget(0.6);
    const GroupIndex group(20);
    document.setPinned({group}, true);
    QTest::qWait(300);
    std::size_t inner = 0;
    for (const LinkedGroup& linked : document.study()->table.groups) inner += linked.edge ? 0 : 1;
    std::printf("%zu layers in %zu groups that are chosen for, 3 widths, %zu points on the frontier\n", document.study()->table.layers.size(),
        inner, document.frontier().size());
    report("drag a chip: totals, tip, chart", dragChip(page, group));
    report("drop a pinned chip: the frontier solved anew", dropPinned(page, document, group));
    report("drag the budget: the assignment solved anew", dragBudget(page));
    return 0;
}

} // namespace
} // namespace halftone

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("halftone-tests")); // the person's own settings stay untouched
    return halftone::run(application);
}
