#include "agentclient/redirect_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

// How many are taken at one moment.
int TakeAll(RedirectBudget& budget, const Clock& clock, int64_t open_connections) {
  int taken = 0;
  while (budget.TryTake(clock.MonotonicNow(), open_connections)) ++taken;
  return taken;
}

TEST(RedirectBudgetTest, IsAShareOfTheConnectionsRoundedUp) {
  FakeClock clock;
  for (const auto& [connections, expected] :
       {std::pair{1000, 50}, {60, 3}, {61, 4}, {20, 1}, {3, 1}, {0, 1}, {-5, 1}}) {
    RedirectBudget budget(0.05, RedirectBudgetBase::kOpenNow);
    EXPECT_EQ(TakeAll(budget, clock, connections), expected) << connections;
  }
}

TEST(RedirectBudgetTest, ShareOutOfRangeIsLimited) {
  FakeClock clock;
  RedirectBudget none(-1, RedirectBudgetBase::kOpenNow);
  EXPECT_EQ(TakeAll(none, clock, 1000), 1);
  RedirectBudget all(7, RedirectBudgetBase::kOpenNow);
  EXPECT_EQ(TakeAll(all, clock, 1000), 1000);
}

TEST(RedirectBudgetTest, NoSecondHasMoreThanTheShare) {
  FakeClock clock;
  SeededRandom random(1);
  RedirectBudget budget(0.05, RedirectBudgetBase::kOpenNow);
  constexpr int64_t kConnections = 200;
  std::deque<MonotonicTime> taken;
  int total = 0;
  constexpr int kSteps = 20'000;
  for (int i = 0; i < kSteps; ++i) {
    clock.Advance(absl::Microseconds(random.Below(10'000)));
    const MonotonicTime now = clock.MonotonicNow();
    if (budget.TryTake(now, kConnections)) {
      taken.push_back(now);
      ++total;
    }
    while (!taken.empty() && now - taken.front() >= absl::Seconds(1)) taken.pop_front();
    ASSERT_LE(taken.size(), 10);
  }
  const double seconds = kSteps * 0.005;
  EXPECT_GE(total, 10 * seconds / 1.1 * 0.95) << "the share is used";
}

TEST(RedirectBudgetTest, ClosedConnectionsSlowDownOneKindOnly) {
  FakeClock clock;
  RedirectBudget open_now(0.25, RedirectBudgetBase::kOpenNow);
  RedirectBudget most_open(0.25, RedirectBudgetBase::kMostOpen);
  EXPECT_EQ(TakeAll(open_now, clock, 100), 25);
  EXPECT_EQ(TakeAll(most_open, clock, 100), 25);
  clock.Advance(absl::Milliseconds(1100));
  EXPECT_EQ(TakeAll(open_now, clock, 20), 5);
  EXPECT_EQ(TakeAll(most_open, clock, 20), 25);
  clock.Advance(RedirectBudget::kForgetAfter + absl::Seconds(1));
  EXPECT_EQ(TakeAll(most_open, clock, 20), 5) << "a later drain";
}

}  // namespace
}  // namespace bellwether
