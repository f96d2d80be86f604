#include "controlplane/assignment/pool_load.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>

namespace bellwether {
namespace {

MonotonicTime At(double seconds) {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
}

class KnownLoads final : public AgentLoads {
 public:
  void Set(uint32_t agent, double load, int64_t requests = 0) {
    loads_[agent] = load;
    requests_[agent] = {requests, 0};
  }
  std::optional<double> LoadOf(uint32_t position, MonotonicTime /*now*/) const override {
    const auto known = loads_.find(position);
    return known == loads_.end() ? std::nullopt : std::optional(known->second);
  }
  double ReportedLoadOf(uint32_t position) const override { return loads_.at(position); }
  RequestsInFlight RequestsOf(uint32_t position) const override { return requests_.at(position); }

 private:
  std::map<uint32_t, double> loads_;
  std::map<uint32_t, RequestsInFlight> requests_;
};

class PoolLoadTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const int32_t weight : {1, 1, 2}) {
      ViewAgent agent;
      agent.registration.spec.weight = weight;
      view_.candidates.push_back(static_cast<uint32_t>(view_.agents.size()));
      view_.agents.push_back(std::make_shared<const ViewAgent>(agent));
    }
  }

  PoolView view_;
  KnownLoads loads_;
  PoolLoad load_;
};

TEST_F(PoolLoadTest, OverloadedIfEveryoneIs) {
  loads_.Set(0, 0.95);
  loads_.Set(1, 0.95);
  load_.Refresh(view_, loads_, At(0));
  EXPECT_FALSE(load_.all_overloaded()) << "nothing is known of one of them";
  loads_.Set(2, 2 * 0.91);
  load_.Refresh(view_, loads_, At(1));
  EXPECT_TRUE(load_.all_overloaded());
  EXPECT_NEAR(load_.mean_utilization(), (0.95 + 0.95 + 1.82) / 4, 1e-9);
  EXPECT_NEAR(load_.least_utilization(), 0.91, 1e-9);
  loads_.Set(2, 2 * 0.86);
  load_.Refresh(view_, loads_, At(2));
  EXPECT_FALSE(load_.all_overloaded()) << "one of them is not";
}

TEST_F(PoolLoadTest, NobodyIsNotOverloaded) {
  load_.Refresh(PoolView{}, loads_, At(0));
  EXPECT_FALSE(load_.all_overloaded());
  EXPECT_EQ(load_.mean_utilization(), 0);
}

TEST_F(PoolLoadTest, LooksOnceASecond) {
  for (uint32_t i = 0; i < 3; ++i) loads_.Set(i, 0.1, 20);
  load_.Refresh(view_, loads_, At(0));
  for (uint32_t i = 0; i < 3; ++i) loads_.Set(i, 0.1, 100);
  load_.Refresh(view_, loads_, At(0.9));
  EXPECT_TRUE(load_.IsHot(loads_.RequestsOf(0))) << "above twice what it was";
  load_.Refresh(view_, loads_, At(1));
  EXPECT_FALSE(load_.IsHot(loads_.RequestsOf(0))) << "all have as many";
}

}  // namespace
}  // namespace bellwether
