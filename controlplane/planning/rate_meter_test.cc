#include "controlplane/planning/rate_meter.h"

#include <memory>
#include <string>
#include <vector>

#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr uint64_t kCluster = 42;

uint64_t Partition(int32_t partition) {
  return PartitionHash(kCluster, StableHash("clicks"), partition);
}

std::shared_ptr<LoadReport> Report(const std::vector<PartitionRate>& rates) {
  auto report = std::make_shared<LoadReport>();
  report->partition_rates = rates;
  return report;
}

class RateMeterTest : public testing::Test {
 protected:
  void SetReport(const std::string& agent_id, std::shared_ptr<const LoadReport> report,
                 AgentState state = AgentState::kActive, const std::string& zone = "") {
    for (RosterEntry& entry : roster_.entries) {
      if (entry.registration->spec.agent_id != agent_id) continue;
      entry.report = std::move(report);
      entry.state = state;
      return;
    }
    RosterEntry entry;
    Registration registration = TestRegistration(agent_id);
    registration.spec.zone = zone;
    entry.registration = std::make_shared<const Registration>(registration);
    entry.report = std::move(report);
    entry.state = state;
    roster_.entries.push_back(entry);
  }
  // Of the pool's own plan, or of a zone's.
  Measurements Measure(const std::string& zone = "") {
    PlanSet plans;
    plans.whole = std::make_shared<const Plan>(plan_);
    MeasurementsByZone measured = meter_.Measure(roster_, kCluster, plans);
    const auto found = measured.find(zone);
    return found == measured.end() ? Measurements() : std::move(found->second);
  }
  MeasuredRate RateOf(const Measurements& measured, int32_t partition) {
    for (const MeasuredRate& rate : measured.rates) {
      if (rate.partition == Partition(partition)) return rate;
    }
    return {};
  }

  Roster roster_;
  Plan plan_;
  RateMeter meter_;
};

TEST_F(RateMeterTest, RatesAreSummedOverAgentsAndFetchesCountHalf) {
  SetReport("a", Report({{"clicks", 1, 1'000, 0}, {"clicks", 2, 100, 100}}));
  SetReport("b", Report({{"clicks", 1, 500, 2'000}}));
  const Measurements measured = Measure();
  EXPECT_EQ(RateOf(measured, 1).bytes_per_second, 1'000u + 500 + 1'000);
  EXPECT_EQ(RateOf(measured, 2).bytes_per_second, 150u);
  EXPECT_FALSE(RateOf(measured, 1).incomplete);
}

TEST_F(RateMeterTest, LateAgentLeavesItsPartitionsIncomplete) {
  SetReport("a", Report({{"clicks", 1, 1'000, 0}}));
  SetReport("b", Report({{"clicks", 1, 500, 0}, {"clicks", 2, 70, 0}}));
  Measure();
  SetReport("a", Report({{"clicks", 1, 1'100, 0}}));
  Measurements measured = Measure();
  EXPECT_TRUE(RateOf(measured, 1).incomplete);
  EXPECT_EQ(RateOf(measured, 1).bytes_per_second, 1'100u);
  EXPECT_TRUE(RateOf(measured, 2).incomplete);
  SetReport("a", Report({{"clicks", 1, 1'100, 0}}));
  SetReport("b", Report({{"clicks", 1, 500, 0}}));
  measured = Measure();
  EXPECT_FALSE(RateOf(measured, 1).incomplete);
  EXPECT_EQ(RateOf(measured, 1).bytes_per_second, 1'600u);
}

TEST_F(RateMeterTest, DeadAgentCarriesNothing) {
  SetReport("a", Report({{"clicks", 1, 1'000, 0}}), AgentState::kDead);
  const Measurements measured = Measure();
  EXPECT_TRUE(measured.rates.empty());
  EXPECT_TRUE(measured.agents.empty());
}

TEST_F(RateMeterTest, WhatIsNotListedIsBaseLoad) {
  const auto told = Report({{"clicks", 1, 1'000, 0}});
  told->other_rate = {"", 0, 300, 0};
  SetReport("a", told);
  const auto untold = Report({{"clicks", 2, 1'000, 0}});
  untold->load.bytes_in_per_second = 5'000;
  untold->load.cpu_utilization = 0.25;
  SetReport("b", untold);
  const Measurements measured = Measure();
  ASSERT_EQ(measured.agents.size(), 2u);
  EXPECT_EQ(measured.agents[0].base_bytes_per_second, 300u);
  EXPECT_EQ(measured.agents[1].base_bytes_per_second, 4'000u);
  EXPECT_EQ(measured.agents[1].hash, StableHash("b"));
  EXPECT_EQ(measured.agents[1].utilization_ppm, 250'000u);
}

TEST_F(RateMeterTest, EachPlanIsToldItsOwnTrafficAndTakesTheRestAsGiven) {
  const auto report = Report({{"clicks", 1, 1'000, 0},
                              {"clicks", 1, 200, 0, "z"},
                              {"clicks", 2, 30, 0, "z"},
                              {"clicks", 3, 4, 0, "gone"}});
  // 5 more, from single_agent.
  report->load.bytes_in_per_second = 1'239;
  SetReport("a", report, AgentState::kActive, "z");
  SetReport("b", Report({{"clicks", 1, 70, 0, "z"}}), AgentState::kActive, "y");
  const Measurements whole = Measure();
  ASSERT_EQ(whole.rates.size(), 1u);
  EXPECT_EQ(RateOf(whole, 1).bytes_per_second, 1'000u);
  ASSERT_EQ(whole.agents.size(), 2u);
  EXPECT_EQ(whole.agents[0].base_bytes_per_second, 239u);
  EXPECT_EQ(whole.agents[1].base_bytes_per_second, 70u);
}

TEST_F(RateMeterTest, PlanOfAZoneIsToldWhatItsClientsBringAnywhere) {
  const auto report = Report({{"clicks", 1, 1'000, 0}, {"clicks", 1, 200, 0, "z"}});
  SetReport("a", report, AgentState::kActive, "z");
  SetReport("b", Report({{"clicks", 1, 70, 0, "z"}}), AgentState::kActive, "y");
  const Measurements zone = Measure("z");
  EXPECT_EQ(RateOf(zone, 1).bytes_per_second, 270u);
  ASSERT_EQ(zone.agents.size(), 1u) << "b is not there";
  EXPECT_EQ(zone.agents[0].base_bytes_per_second, 1'000u);
  EXPECT_TRUE(Measure("nobody is there").rates.empty());
}

TEST_F(RateMeterTest, UseOfASpreadPartitionIsTellingOnlyWhenComplete) {
  Spread spread;
  spread.partition = Partition(1);
  spread.members = {0, 1};
  plan_.spread.push_back(spread);
  SetReport("a", Report({{"clicks", 1, 900, 0}, {"clicks", 2, 70, 0}}));
  SetReport("b", Report({{"clicks", 1, 100, 0}}));
  Measurements measured = Measure();
  ASSERT_EQ(measured.spread_use.size(), 1u);
  EXPECT_EQ(measured.spread_use[0].partition, Partition(1));
  ASSERT_EQ(measured.spread_use[0].rates.size(), 2u);
  EXPECT_EQ(measured.spread_use[0].rates[0].agent_hash, StableHash("a"));
  EXPECT_EQ(measured.spread_use[0].rates[0].bytes_per_second, 900u);
  SetReport("a", Report({{"clicks", 1, 900, 0}}));
  measured = Measure();
  EXPECT_TRUE(measured.spread_use.empty()) << "b is late";
}

}  // namespace
}  // namespace bellwether
