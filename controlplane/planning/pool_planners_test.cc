#include "controlplane/planning/pool_planners.h"

#include <atomic>
#include <thread>
#include <vector>

#include "controlplane/base/fake_clock.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

class PoolPlannersTest : public testing::Test {
 protected:
  PoolPlannersTest() : registry_(clock_, MembershipOptions{}), planners_(registry_, clock_, 500) {}

  FakeClock clock_;
  AgentRegistry registry_;
  PoolPlanners planners_;
};

TEST_F(PoolPlannersTest, EachPoolHasOnePlanner) {
  const auto orders = planners_.Find("apn_orders");
  EXPECT_EQ(planners_.Find("apn_orders"), orders);
  EXPECT_NE(planners_.Find("apn_clicks"), orders);
  EXPECT_EQ(orders->members(), registry_.Pool("apn_orders"));
  EXPECT_GT(orders->Current()->view->version, 500);
}

TEST_F(PoolPlannersTest, PoolMadeAgainUnderAnOldIdStartsEmpty) {
  registry_.Add(TestRegistration("a"));
  const auto before = planners_.Find("apn_orders")->Current()->view;
  ASSERT_EQ(before->agents.size(), 1u);
  registry_.RemovePool("apn_orders");
  planners_.Remove("apn_orders");
  const auto after = planners_.Find("apn_orders")->Current()->view;
  EXPECT_TRUE(after->agents.empty());
  EXPECT_GT(after->version, before->version);
  registry_.Add(TestRegistration("b"));
  EXPECT_NE(planners_.Find("apn_orders")->Current()->view->FindAgent("b"), nullptr);
}

TEST_F(PoolPlannersTest, ConcurrentRemovalLeavesNoPlannerOfOldMembers) {
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!done) planners_.Find("apn_orders")->Current();
    });
  }
  const auto is_orphaned = [this] {
    return planners_.Find("apn_orders")->members() != registry_.Pool("apn_orders");
  };
  int orphans = 0;
  for (int i = 0; i < 2'000; ++i) {
    registry_.RemovePool("apn_orders");
    planners_.Remove("apn_orders");
    // A concurrent reader may briefly see its own planner.
    int tries = 0;
    while (is_orphaned() && ++tries < 100'000) std::this_thread::yield();
    if (tries == 100'000) ++orphans;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(orphans, 0);
  EXPECT_FALSE(is_orphaned());
}

}  // namespace
}  // namespace bellwether
