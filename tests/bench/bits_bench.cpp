// How long the Bits view takes from a mouse event to the painted frame: dragging a pinned chip, which solves the frontier anew,
// and dragging the budget, which also solves the assignment; ResNet-50's 54 layers and three widths, the real page offscreen.
#include <cmath>
#include <cstdio>
#include <vector>

#include <QApplication>
#include <QEvent>
#include <QTest>

#include "tests/bench/figures.h"
#include "tests/unit/widgets/study_fixture.h"
#include "widgets/pages/bits/bit_board.h"
#include "widgets/pages/bits/bits_page.h"
#include "widgets/pages/bits/budget_slider.h"
#include "widgets/theme/theme_host.h"

namespace halftone {
namespace {

constexpr int kFrames = 600;
constexpr double kFrameMs = 16; // of a screen with 60 in a second

using bench::Timed;

// The event, what it changes everywhere, and all that is painted for it.
template <typename Event> Timed frameOf(QWidget& page, Event event)
{
    QApplication::processEvents();
    return bench::timed([&] {
        event();
        QApplication::processEvents();
        QEvent paint(QEvent::UpdateRequest); // now, instead of with the screen's next frame
        QApplication::sendEvent(page.window(), &paint);
    });
}

std::vector<Timed> dragChip(BitsPage& page, GroupIndex group)
{
    BitBoard& board = page.board();
    const QPoint from = board.chipRectangle(group).center().toPoint();
    const int top = static_cast<int>(board.rowRectangle(8).center().y()), bottom = static_cast<int>(board.rowRectangle(2).center().y());
    QTest::mousePress(board.viewport(), Qt::LeftButton, {}, from);
    std::vector<Timed> frames;
    for (int i = 0; i < kFrames; ++i) {
        const double wave = 0.5 + 0.5 * std::sin(i * 0.35);
        const QPoint to(from.x() + i % 9, static_cast<int>(top + wave * (bottom - top)));
        frames.push_back(frameOf(page, [&] { QTest::mouseMove(board.viewport(), to); }));
    }
    QTest::mouseRelease(board.viewport(), Qt::LeftButton, {}, from);
    return frames;
}

std::vector<Timed> dropPinned(BitsPage& page, BitDocument& document, GroupIndex group)
{
    std::vector<Timed> frames;
    for (int i = 0; i < kFrames / 4; ++i) {
        const int bits = i % 3 == 0 ? 2 : i % 3 == 1 ? 4 : 8;
        frames.push_back(frameOf(page, [&] { document.move({group}, bits); }));
        QTest::qWait(1);
    }
    return frames;
}

std::vector<Timed> dragBudget(BitsPage& page)
{
    BudgetSlider& slider = page.slider();
    const auto at = [&](double part) {
        const double from = slider.xOf(slider.marks().lowest), to = slider.xOf(slider.marks().highest);
        return QPoint(static_cast<int>(from + part * (to - from)), static_cast<int>(slider.handle().y()));
    };
    QTest::mousePress(&slider, Qt::LeftButton, {}, at(0.5));
    std::vector<Timed> frames;
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
    bench::printRow("Bits: drag a chip to totals, tip and chart", dragChip(page, group), kFrameMs);
    bench::printRow("Bits: drop a pinned chip to the frontier solved anew", dropPinned(page, document, group), kFrameMs);
    bench::printRow("Bits: drag the budget to the assignment solved anew", dragBudget(page), kFrameMs);
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
