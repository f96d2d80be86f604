#include "controlplane/catalog/retention_clock.h"

#include <gtest/gtest.h>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

constexpr absl::Duration kWeek = absl::Hours(7 * 24);

class RetentionClockTest : public testing::Test {
 protected:
  // Sets the wall clock by this much ahead, or back, for `work`.
  template <typename Work>
  void WithWallClockOff(absl::Duration by, const Work& work) {
    clock_.SetWall(clock_.WallNow() + by);
    work();
    clock_.SetWall(clock_.WallNow() - by);
  }

  FakeClock clock_;
};

TEST_F(RetentionClockTest, WhatWasStoredInThisRunIsDueAfterItsRetention) {
  const RetentionClock retention(clock_);
  const absl::Time since = clock_.WallNow();
  const absl::Time until = retention.KeepUntil(absl::Minutes(5));
  EXPECT_EQ(until, since + absl::Minutes(5));
  clock_.Advance(absl::Minutes(5) - absl::Seconds(1));
  EXPECT_FALSE(retention.IsDue(since, until));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(retention.IsDue(since, until));
}

TEST_F(RetentionClockTest, AWallClockThatJumpsAheadRemovesNothing) {
  const RetentionClock retention(clock_);
  const absl::Time since = clock_.WallNow();
  const absl::Time until = retention.KeepUntil(kWeek);
  clock_.Advance(absl::Hours(2));
  WithWallClockOff(absl::Hours(8 * 24), [&] { EXPECT_FALSE(retention.IsDue(since, until)); });
  clock_.Advance(kWeek);
  EXPECT_TRUE(retention.IsDue(since, until));
}

TEST_F(RetentionClockTest, WhatIsStoredWhileTheWallClockIsBehindIsKeptForItsRetention) {
  const RetentionClock retention(clock_);
  clock_.Advance(absl::Hours(2));
  absl::Time since;
  absl::Time until;
  WithWallClockOff(-absl::Hours(8 * 24), [&] {
    since = clock_.WallNow();
    until = retention.KeepUntil(kWeek);
  });
  EXPECT_FALSE(retention.IsDue(since, until));
  clock_.Advance(kWeek);
  EXPECT_TRUE(retention.IsDue(since, until));
}

TEST_F(RetentionClockTest, AMachineThatStartsWithAWrongClockRemovesNothingOfEarlierRuns) {
  const absl::Time since = clock_.WallNow();
  const absl::Time until = since + kWeek;
  clock_.SetWall(since + absl::Hours(8 * 24));
  const RetentionClock retention(clock_);
  clock_.Advance(absl::Minutes(1));
  EXPECT_FALSE(retention.IsDue(since, until));
  clock_.SetWall(since + absl::Minutes(1));
  clock_.Advance(absl::Hours(2));
  EXPECT_FALSE(retention.IsDue(since, until));
}

TEST_F(RetentionClockTest, WhatExpiredBeforeThisRunIsDueAfterItsFirstHour) {
  const absl::Time since = clock_.WallNow();
  clock_.Advance(2 * kWeek);
  const RetentionClock retention(clock_);
  EXPECT_FALSE(retention.IsDue(since, since + kWeek));
  clock_.Advance(absl::Hours(1));
  EXPECT_TRUE(retention.IsDue(since, since + kWeek));
}

}  // namespace
}  // namespace bellwether
