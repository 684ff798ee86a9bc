// The history as an item model: ticks, texts and rows that stay.
#include "widgets/pages/training/history_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "widgets/pages/training/run_table_model.h"

namespace halftone {
namespace {

HistoryRow rowOf(std::int64_t id, const QString& title, RunState state)
{
    HistoryRow row;
    row.run.id = id;
    row.run.key = title;
    row.run.title = title;
    row.run.state = state;
    row.run.epochs = 30;
    return row;
}

TEST(HistoryModel, KeepsItsRowsWhileTheRunsAreTheSame)
{
    HistoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset), changes(&model, &QAbstractItemModel::dataChanged);
    model.setRows({rowOf(2, QStringLiteral("b"), RunState::Running), rowOf(1, QStringLiteral("a"), RunState::Finished)});
    EXPECT_EQ(resets.count(), 1);
    auto rows = model.rows();
    rows[0].run.epochsDone = 12;
    model.setRows(rows);
    EXPECT_EQ(resets.count(), 1);
    EXPECT_EQ(changes.count(), 1);
    EXPECT_EQ(model.index(0).data(HistoryModel::EpochsRole).toString(), QStringLiteral("12 of 30"));
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(HistoryModel, TellsWhatWasTicked)
{
    HistoryModel model;
    model.setRows({rowOf(1, QStringLiteral("a"), RunState::Failed)});
    QSignalSpy ticked(&model, &HistoryModel::ticked);
    EXPECT_TRUE(model.setData(model.index(0), int(Qt::Checked), Qt::CheckStateRole));
    EXPECT_TRUE(model.setData(model.index(0), int(Qt::Checked), Qt::CheckStateRole)); // nothing new
    ASSERT_EQ(ticked.count(), 1);
    EXPECT_EQ(ticked[0][0].toString(), QStringLiteral("a"));
    EXPECT_TRUE(ticked[0][1].toBool());
    EXPECT_EQ(model.index(0).data(HistoryModel::IconRole).toString(), QStringLiteral("warning"));
    EXPECT_EQ(model.index(0).data(HistoryModel::AccuracyRole).toString(), QString(QChar(0x2013)));
    EXPECT_FALSE(model.setData(model.index(0), QStringLiteral("x"), Qt::EditRole));
}

TEST(RunTableModel, ShowsADashWhereNothingIsKnown)
{
    RunTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows({{.key = QStringLiteral("a"), .title = QStringLiteral("eagl75"), .test = 0.894, .seconds = 931}});
    EXPECT_EQ(model.index(0, RunTableModel::Loss).data().toString(), QString(QChar(0x2013)));
    EXPECT_EQ(model.index(0, RunTableModel::Test).data().toString(), QStringLiteral("89.4"));
    EXPECT_EQ(model.index(0, RunTableModel::Time).data().toString(), QStringLiteral("15:31"));
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

} // namespace
} // namespace halftone
