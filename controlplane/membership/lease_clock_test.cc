#include "controlplane/membership/lease_clock.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/fake_clock.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr absl::Duration kLongestGap = absl::Milliseconds(300);

class LeaseClockTest : public testing::Test {
 protected:
  // Lets time pass for a process that is running.
  void StayAwake(absl::Duration duration) {
    for (absl::Duration passed; passed < duration; passed += absl::Milliseconds(100)) {
      clock_.Advance(absl::Milliseconds(100));
      lease_clock_.Observe();
    }
  }

  FakeClock clock_;
  LeaseClock lease_clock_{clock_, kLongestGap};
};

TEST_F(LeaseClockTest, IsTheClockWhileTheProcessIsAwake) {
  EXPECT_EQ(lease_clock_.MonotonicNow(), clock_.MonotonicNow());
  StayAwake(absl::Hours(1));
  clock_.Advance(kLongestGap);
  EXPECT_EQ(lease_clock_.MonotonicNow(), clock_.MonotonicNow());
  EXPECT_EQ(lease_clock_.Stalled(), absl::ZeroDuration());
  EXPECT_EQ(lease_clock_.WallNow(), clock_.WallNow());
}

TEST_F(LeaseClockTest, StallDoesNotCount) {
  const MonotonicTime before = lease_clock_.MonotonicNow();
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(lease_clock_.MonotonicNow(), before + kLongestGap)
      << "a reader was woken before whoever observes";
  EXPECT_EQ(lease_clock_.Observe(), absl::Minutes(5) - kLongestGap);
  EXPECT_EQ(lease_clock_.Observe(), absl::ZeroDuration());
  EXPECT_EQ(lease_clock_.MonotonicNow(), before + kLongestGap);
  EXPECT_EQ(lease_clock_.Stalled(), absl::Minutes(5) - kLongestGap);
  StayAwake(absl::Seconds(10));
  EXPECT_EQ(lease_clock_.MonotonicNow(), before + kLongestGap + absl::Seconds(10));
}

TEST_F(LeaseClockTest, WallClockDoesNotMatter) {
  const MonotonicTime before = lease_clock_.MonotonicNow();
  clock_.SetWall(clock_.WallNow() + absl::Hours(1));
  lease_clock_.Observe();
  EXPECT_EQ(lease_clock_.MonotonicNow(), before);
}

TEST_F(LeaseClockTest, InfiniteGapNeedsNoObservation) {
  const LeaseClock unobserved(clock_, absl::InfiniteDuration());
  clock_.Advance(absl::Hours(24 * 365));
  EXPECT_EQ(unobserved.MonotonicNow(), clock_.MonotonicNow());
}

TEST_F(LeaseClockTest, NeverGoesBackUnderConcurrentObservation) {
  std::atomic<bool> done = false;
  std::atomic<int> went_back = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      MonotonicTime last = lease_clock_.MonotonicNow();
      while (!done) {
        const MonotonicTime now = lease_clock_.MonotonicNow();
        if (now < last) ++went_back;
        last = now;
      }
    });
  }
  for (int i = 0; i < 20'000; ++i) {
    clock_.Advance(i % 7 == 0 ? absl::Seconds(10) : absl::Milliseconds(10));
    lease_clock_.Observe();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(went_back, 0);
}

}  // namespace
}  // namespace bellwether
