#include "agentclient/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace bellwether {
namespace {

// A random source that always returns the same fraction.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(uint64_t bits) : bits_(bits) {}
  uint64_t Next64() override { return bits_; }

 private:
  const uint64_t bits_;
};

constexpr BackoffOptions kOptions = {absl::Milliseconds(100), absl::Seconds(1)};

TEST(BackoffTest, CeilingDoublesUpToTheMaximum) {
  ConstantRandom half(uint64_t{1} << 63);
  Backoff backoff(kOptions, half);
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(50));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(100));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(200));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(400));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
}

TEST(BackoffTest, NoWaitIsLongerThanItsLimit) {
  ConstantRandom half(uint64_t{1} << 63);
  Backoff backoff(kOptions, half);
  for (int i = 0; i < 10; ++i) backoff.Next();
  backoff.Limit(absl::Milliseconds(300));
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(150));
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(50));
  backoff.Limit(absl::ZeroDuration());
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(50)) << "never in a tight loop";
  backoff.Limit(absl::InfiniteDuration());
  for (int i = 0; i < 10; ++i) backoff.Next();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(500));
}

TEST(BackoffTest, ResetBeginsAnew) {
  ConstantRandom half(uint64_t{1} << 63);
  Backoff backoff(kOptions, half);
  backoff.Next();
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(50));
}

TEST(BackoffTest, SpreadsOverTheWholeSpan) {
  SeededRandom random(1);
  absl::Duration least = absl::InfiniteDuration();
  absl::Duration most = absl::ZeroDuration();
  absl::Duration sum;
  constexpr int kAgents = 1000;
  for (int i = 0; i < kAgents; ++i) {
    Backoff backoff(kOptions, random);
    const absl::Duration wait = backoff.Next();
    least = std::min(least, wait);
    most = std::max(most, wait);
    sum += wait;
  }
  EXPECT_LT(least, absl::Milliseconds(2));
  EXPECT_GT(most, absl::Milliseconds(98));
  EXPECT_LT(most, absl::Milliseconds(100));
  EXPECT_NEAR(absl::ToDoubleMilliseconds(sum / kAgents), 50, 5);
}

}  // namespace
}  // namespace bellwether
