#include "controlplane/planning/pool_load.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

MonotonicTime At(double seconds) {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
}

class PoolLoadTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const int32_t weight : {1, 1, 2}) {
      ViewAgent agent;
      agent.registration.spec.capacity_units = weight;
      view_.candidates.push_back(static_cast<uint32_t>(view_.agents.size()));
      view_.agents.push_back(std::make_shared<const ViewAgent>(agent));
      ledgers_.push_back(std::make_shared<LoadLedger>());
    }
  }
  void Report(size_t agent, double load, int64_t in_flight = 0) {
    ledgers_[agent]->RecordReport(load, 0, in_flight, At(0), absl::Seconds(3));
  }

  PoolView view_;
  std::vector<std::shared_ptr<LoadLedger>> ledgers_;
  PoolLoad load_;
};

TEST_F(PoolLoadTest, OverloadedIfEveryoneIs) {
  Report(0, 0.95);
  Report(1, 0.95);
  load_.Refresh(view_, ledgers_, At(0));
  EXPECT_FALSE(load_.all_overloaded()) << "nothing is known of one of them";
  Report(2, 2 * 0.91);
  load_.Refresh(view_, ledgers_, At(1));
  EXPECT_TRUE(load_.all_overloaded());
  EXPECT_NEAR(load_.mean_utilization(), (0.95 + 0.95 + 1.82) / 4, 1e-9);
  ledgers_[2]->RecordAnswer(-0.1, At(1));
  load_.Refresh(view_, ledgers_, At(2));
  EXPECT_FALSE(load_.all_overloaded()) << "clients were sent away from it";
}

TEST_F(PoolLoadTest, NobodyIsNotOverloaded) {
  load_.Refresh(PoolView{}, {}, At(0));
  EXPECT_FALSE(load_.all_overloaded());
  EXPECT_EQ(load_.mean_utilization(), 0);
}

TEST_F(PoolLoadTest, LooksOnceASecond) {
  for (size_t i = 0; i < 3; ++i) Report(i, 0.1, 20);
  load_.Refresh(view_, ledgers_, At(0));
  for (size_t i = 0; i < 3; ++i) Report(i, 0.1, 100);
  load_.Refresh(view_, ledgers_, At(0.9));
  EXPECT_TRUE(load_.IsHot(*ledgers_[0])) << "above twice what it was";
  load_.Refresh(view_, ledgers_, At(1));
  EXPECT_FALSE(load_.IsHot(*ledgers_[0])) << "all have as many";
}

}  // namespace
}  // namespace bellwether
