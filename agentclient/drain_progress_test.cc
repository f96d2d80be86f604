#include "agentclient/drain_progress.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

class DrainProgressTest : public testing::Test {
 protected:
  bool IsOver() const { return progress_.IsOver(clock_.MonotonicNow()); }

  FakeClock clock_;
  DrainProgress progress_{clock_, absl::Seconds(30)};
};

TEST_F(DrainProgressTest, IsNotOverBeforeItBegins) {
  progress_.RecordRequest();
  clock_.Advance(absl::Hours(1));
  EXPECT_FALSE(IsOver());
  EXPECT_EQ(progress_.EarliestEnd(), MonotonicTime::InfiniteFuture());
}

TEST_F(DrainProgressTest, IsOverAfterQuietTime) {
  clock_.Advance(absl::Hours(1));
  progress_.Begin();
  EXPECT_FALSE(IsOver()) << "a client that sends every few seconds has not been seen yet";
  clock_.Advance(absl::Milliseconds(4999));
  EXPECT_FALSE(IsOver());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(IsOver());
}

TEST_F(DrainProgressTest, RequestMakesTheQuietTimeBeginAnew) {
  progress_.Begin();
  clock_.Advance(absl::Seconds(4));
  progress_.RecordRequest();
  EXPECT_EQ(progress_.EarliestEnd(), clock_.MonotonicNow() + absl::Seconds(5));
  clock_.Advance(absl::Milliseconds(4999));
  EXPECT_FALSE(IsOver());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(IsOver());
}

TEST_F(DrainProgressTest, IsOverAfterTheDrainPeriodWhateverComes) {
  progress_.Begin();
  for (int i = 0; i < 29; ++i) {
    clock_.Advance(absl::Seconds(1));
    progress_.RecordRequest();
    EXPECT_FALSE(IsOver()) << i;
  }
  EXPECT_EQ(progress_.EarliestEnd(), clock_.MonotonicNow() + absl::Seconds(1));
  clock_.Advance(absl::Seconds(1));
  progress_.RecordRequest();
  EXPECT_TRUE(IsOver());
}

TEST_F(DrainProgressTest, SecondBeginChangesNothing) {
  progress_.Begin();
  clock_.Advance(absl::Seconds(4));
  progress_.Begin();
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(IsOver());
}

TEST_F(DrainProgressTest, ShortDrainPeriodBeatsTheQuietTime) {
  for (const absl::Duration period : {absl::Seconds(2), absl::ZeroDuration(), -absl::Seconds(1)}) {
    DrainProgress progress(clock_, period);
    progress.Begin();
    EXPECT_EQ(progress.EarliestEnd(),
              clock_.MonotonicNow() + std::max(period, absl::ZeroDuration()));
  }
}

TEST_F(DrainProgressTest, ManyThreadsRecord) {
  progress_.Begin();
  clock_.Advance(absl::Seconds(3));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 1000; ++j) progress_.RecordRequest();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(progress_.EarliestEnd(), clock_.MonotonicNow() + DrainProgress::kQuiet);
}

}  // namespace
}  // namespace bellwether
