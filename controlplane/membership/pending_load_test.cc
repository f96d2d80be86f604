#include "controlplane/membership/pending_load.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr absl::Duration kWindow = absl::Seconds(3);

MonotonicTime At(double seconds) {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
}

TEST(PendingLoadTest, NothingIsKnownBeforeTheFirstReport) {
  PendingLoad pending_load;
  EXPECT_FALSE(pending_load.HasReport(At(0)));
  pending_load.RecordAnswer(0.5, At(0));
  EXPECT_FALSE(pending_load.HasReport(At(0)));
  EXPECT_EQ(pending_load.pending(), 0.5);
}

TEST(PendingLoadTest, ReportCountsForItsLifetime) {
  PendingLoad pending_load(absl::Seconds(9));
  pending_load.RecordReport(2, 10, 3, At(0), kWindow);
  EXPECT_TRUE(pending_load.HasReport(At(8.9)));
  EXPECT_FALSE(pending_load.HasReport(At(9)));
  pending_load.RecordReport(2, 10, 3, At(10), kWindow);
  EXPECT_TRUE(pending_load.HasReport(At(18.9)));
}

TEST(PendingLoadTest, DroppedReportIsNoneUntilTheNext) {
  PendingLoad pending_load;
  pending_load.RecordReport(2, 10, 3, At(0), kWindow);
  pending_load.RecordAnswer(1, At(0));
  pending_load.DropReport(At(5), kWindow);
  EXPECT_FALSE(pending_load.HasReport(At(5)));
  EXPECT_EQ(pending_load.pending(), 0) << "what is long past is not held against the agent";
  pending_load.RecordReport(2, 10, 3, At(6), kWindow);
  EXPECT_TRUE(pending_load.HasReport(At(6)));
}

TEST(PendingLoadTest, NameableSinceItWasFirst) {
  PendingLoad pending_load;
  EXPECT_EQ(pending_load.NameableSince(At(1)), At(1)) << "it is not yet";
  pending_load.MakeNameable(At(2));
  pending_load.MakeNameable(At(5));
  EXPECT_EQ(pending_load.NameableSince(At(9)), At(2));
}

TEST(PendingLoadTest, AnswersCountUntilAReportShowsThem) {
  PendingLoad pending_load;
  pending_load.RecordReport(2, 10, 3, At(0), kWindow);
  pending_load.RecordAnswer(1, At(1));
  EXPECT_EQ(pending_load.pending(), 1);
  pending_load.RecordReport(2, 10, 3, At(1.5), kWindow);
  EXPECT_EQ(pending_load.pending(), 1) << "the client had not moved yet";
  pending_load.RecordReport(2.5, 11, 3, At(3), kWindow);
  EXPECT_NEAR(pending_load.pending(), 0.5, 1e-9) << "half of the window is after the client moved";
  pending_load.RecordReport(3, 11, 3, At(4.5), kWindow);
  EXPECT_EQ(pending_load.pending(), 0);
  EXPECT_EQ(pending_load.reported_load(), 3);
}

TEST(PendingLoadTest, InstantaneousReportShowsAllOrNothing) {
  PendingLoad pending_load;
  pending_load.RecordAnswer(1, At(0));
  pending_load.RecordReport(2, 10, 3, At(0.5), absl::ZeroDuration());
  EXPECT_EQ(pending_load.pending(), 1);
  pending_load.RecordReport(2, 10, 3, At(0.6), absl::ZeroDuration());
  EXPECT_EQ(pending_load.pending(), 0);
}

TEST(PendingLoadTest, DeparturesTakeAway) {
  PendingLoad pending_load;
  pending_load.RecordReport(2, 10, 3, At(0), kWindow);
  pending_load.RecordAnswer(0.5, At(1));
  pending_load.RecordAnswer(-0.75, At(1.01));
  EXPECT_NEAR(pending_load.pending(), -0.25, 1e-9);
}

TEST(PendingLoadTest, ReportThatComesLateIsDropped) {
  PendingLoad pending_load;
  pending_load.RecordReport(2, 20, 2, At(5), kWindow);
  pending_load.RecordReport(1, 10, 1, At(4), kWindow);
  EXPECT_EQ(pending_load.reported_load(), 2);
  EXPECT_EQ(pending_load.connections(), 20);
}

TEST(PendingLoadTest, FloodOfAnswersIsNeitherLostNorForgottenTooSoon) {
  PendingLoad pending_load;
  pending_load.RecordReport(0, 0, 0, At(0), kWindow);
  // Ten minutes of answers, far more than the entries can hold separately.
  for (int i = 0; i < 60'000; ++i) pending_load.RecordAnswer(0.001, At(1 + i * 0.01));
  EXPECT_NEAR(pending_load.pending(), 60, 1e-6);
  pending_load.RecordReport(0, 0, 0, At(600.5), kWindow);
  // The last half second is not shown at all, the three seconds before it on average by half.
  EXPECT_NEAR(pending_load.pending(), 0.1 * (1 + 1.5), 0.02);
  pending_load.RecordReport(0, 0, 0, At(605), kWindow);
  EXPECT_EQ(pending_load.pending(), 0);
}

TEST(PendingLoadTest, AnswersThatNoReportShowsOutlastTheBound) {
  PendingLoad pending_load;
  for (int i = 0; i < 2'000; ++i) pending_load.RecordAnswer(1, At(i));
  pending_load.RecordReport(0, 0, 0, At(0), kWindow);
  EXPECT_EQ(pending_load.pending(), 2'000);
}

TEST(PendingLoadTest, ConcurrentAnswersAndReportsAddUp) {
  PendingLoad pending_load;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pending_load, t] {
      for (int i = 0; i < 5'000; ++i) {
        pending_load.RecordAnswer(1, At(10 + i * 0.001));
        // Before every answer, so that it can show none of them.
        if (i % 100 == 0) pending_load.RecordReport(t, i, i, At(5), kWindow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pending_load.pending(), 20'000);
}

}  // namespace
}  // namespace bellwether
