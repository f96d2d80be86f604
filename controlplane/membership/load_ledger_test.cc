#include "controlplane/membership/load_ledger.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr absl::Duration kWindow = absl::Seconds(3);

MonotonicTime At(double seconds) {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
}

TEST(LoadLedgerTest, NothingIsKnownBeforeTheFirstReport) {
  LoadLedger ledger;
  EXPECT_FALSE(ledger.HasReport(At(0)));
  ledger.RecordAnswer(0.5, At(0));
  EXPECT_FALSE(ledger.HasReport(At(0)));
  EXPECT_EQ(ledger.pending(), 0.5);
}

TEST(LoadLedgerTest, ReportCountsForItsLifetime) {
  LoadLedger ledger(absl::Seconds(9));
  ledger.RecordReport(2, 10, 3, At(0), kWindow);
  EXPECT_TRUE(ledger.HasReport(At(8.9)));
  EXPECT_FALSE(ledger.HasReport(At(9)));
  ledger.RecordReport(2, 10, 3, At(10), kWindow);
  EXPECT_TRUE(ledger.HasReport(At(18.9)));
}

TEST(LoadLedgerTest, DroppedReportIsNoneUntilTheNext) {
  LoadLedger ledger;
  ledger.RecordReport(2, 10, 3, At(0), kWindow);
  ledger.RecordAnswer(1, At(0));
  ledger.DropReport(At(5), kWindow);
  EXPECT_FALSE(ledger.HasReport(At(5)));
  EXPECT_EQ(ledger.pending(), 0) << "what is long past is not held against the agent";
  ledger.RecordReport(2, 10, 3, At(6), kWindow);
  EXPECT_TRUE(ledger.HasReport(At(6)));
}

TEST(LoadLedgerTest, NameableSinceItWasFirst) {
  LoadLedger ledger;
  EXPECT_EQ(ledger.NameableSince(At(1)), At(1)) << "it is not yet";
  ledger.MakeNameable(At(2));
  ledger.MakeNameable(At(5));
  EXPECT_EQ(ledger.NameableSince(At(9)), At(2));
}

TEST(LoadLedgerTest, AnswersCountUntilAReportShowsThem) {
  LoadLedger ledger;
  ledger.RecordReport(2, 10, 3, At(0), kWindow);
  ledger.RecordAnswer(1, At(1));
  EXPECT_EQ(ledger.pending(), 1);
  ledger.RecordReport(2, 10, 3, At(1.5), kWindow);
  EXPECT_EQ(ledger.pending(), 1) << "the client had not moved yet";
  ledger.RecordReport(2.5, 11, 3, At(3), kWindow);
  EXPECT_NEAR(ledger.pending(), 0.5, 1e-9) << "half of the window is after the client moved";
  ledger.RecordReport(3, 11, 3, At(4.5), kWindow);
  EXPECT_EQ(ledger.pending(), 0);
  EXPECT_EQ(ledger.reported_load(), 3);
}

TEST(LoadLedgerTest, InstantaneousReportShowsAllOrNothing) {
  LoadLedger ledger;
  ledger.RecordAnswer(1, At(0));
  ledger.RecordReport(2, 10, 3, At(0.5), absl::ZeroDuration());
  EXPECT_EQ(ledger.pending(), 1);
  ledger.RecordReport(2, 10, 3, At(0.6), absl::ZeroDuration());
  EXPECT_EQ(ledger.pending(), 0);
}

TEST(LoadLedgerTest, DeparturesTakeAway) {
  LoadLedger ledger;
  ledger.RecordReport(2, 10, 3, At(0), kWindow);
  ledger.RecordAnswer(0.5, At(1));
  ledger.RecordAnswer(-0.75, At(1.01));
  EXPECT_NEAR(ledger.pending(), -0.25, 1e-9);
}

TEST(LoadLedgerTest, ReportThatComesLateIsDropped) {
  LoadLedger ledger;
  ledger.RecordReport(2, 20, 2, At(5), kWindow);
  ledger.RecordReport(1, 10, 1, At(4), kWindow);
  EXPECT_EQ(ledger.reported_load(), 2);
  EXPECT_EQ(ledger.connections(), 20);
}

TEST(LoadLedgerTest, FloodOfAnswersIsNeitherLostNorForgottenTooSoon) {
  LoadLedger ledger;
  ledger.RecordReport(0, 0, 0, At(0), kWindow);
  // Ten minutes of them, far more than the ledger keeps apart.
  for (int i = 0; i < 60'000; ++i) ledger.RecordAnswer(0.001, At(1 + i * 0.01));
  EXPECT_NEAR(ledger.pending(), 60, 1e-6);
  ledger.RecordReport(0, 0, 0, At(600.5), kWindow);
  // The last half second is not shown at all, the three before it on average by half.
  EXPECT_NEAR(ledger.pending(), 0.1 * (1 + 1.5), 0.02);
  ledger.RecordReport(0, 0, 0, At(605), kWindow);
  EXPECT_EQ(ledger.pending(), 0);
}

TEST(LoadLedgerTest, AnswersThatNoReportShowsOutlastTheBound) {
  LoadLedger ledger;
  for (int i = 0; i < 2'000; ++i) ledger.RecordAnswer(1, At(i));
  ledger.RecordReport(0, 0, 0, At(0), kWindow);
  EXPECT_EQ(ledger.pending(), 2'000);
}

TEST(LoadLedgerTest, ConcurrentAnswersAndReportsAddUp) {
  LoadLedger ledger;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&ledger, t] {
      for (int i = 0; i < 5'000; ++i) {
        ledger.RecordAnswer(1, At(10 + i * 0.001));
        // Before every answer, so that it can show none of them.
        if (i % 100 == 0) ledger.RecordReport(t, i, i, At(5), kWindow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ledger.pending(), 20'000);
}

}  // namespace
}  // namespace bellwether
