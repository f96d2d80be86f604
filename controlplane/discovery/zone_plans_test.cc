#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/stored_plans.h"
#include "controlplane/discovery/planned_control_plane.h"

namespace bellwether {
namespace {

constexpr int kAgentsOfAZone = 4;
constexpr int kPartitions = 100;
constexpr char kPool[] = "apn_orders";

// Four agents in each of the zones "a" and "b". Of the topic "clicks", partition 0 makes nearly all
// the traffic of the clients in zone "a". For the clients in zone "b" and those without a zone, all
// partitions have equal traffic.
class ZonePlansTest : public PlannedControlPlaneTest {
 protected:
  ZonePlansTest() : PlannedControlPlaneTest(MakeAgents()) {}

  static Agents MakeAgents() {
    Agents agents;
    for (const char* const zone : {"a", "b"}) {
      for (int i = 0; i < kAgentsOfAZone; ++i) agents.emplace_back(absl::StrCat(zone, i), zone);
    }
    return agents;
  }

  void SendHeartbeat(const std::string& agent_id, bool hot) {
    Heartbeat heartbeat;
    heartbeat.agent = {kPool, agent_id};
    heartbeat.epoch = 1;
    heartbeat.sequence = ++sequence_;
    auto& rates = heartbeat.report.partition_rates;
    for (int32_t p = 0; p < kPartitions; ++p) {
      rates.push_back({"clicks", p, 1e5, 0, ""});
      const bool in_a = agent_id[0] == 'a';
      rates.push_back({"clicks", p, in_a && hot && p == 0 ? 5e7 : 1e5, 0, in_a ? "a" : "b"});
    }
    ASSERT_TRUE(now_running_->registry.RecordHeartbeat(heartbeat).ok());
  }
  void RunRound(bool hot = true) {
    for (const char* const zone : {"a", "b"}) {
      for (int i = 0; i < kAgentsOfAZone; ++i) SendHeartbeat(absl::StrCat(zone, i), hot);
    }
    now_running_->planners.RunRound(*catalog_->View());
    clock_.Advance(absl::Seconds(3));
  }
  void RunRoundsUntilSpread() {
    for (int i = 0; i < 30; ++i) {
      RunRound();
      const PlanSet plans = Plans();
      const auto found = plans.zones.find("a");
      if (found != plans.zones.end() && !found->second->spread.empty()) return;
    }
    FAIL() << "the hot partition of zone a was not found";
  }
  std::shared_ptr<PoolPlanner> Planner() { return now_running_->planners.Find(kPool); }
  PlanSet Plans() { return Planner()->Current()->plans; }

  // The leader of each partition for a client.
  std::vector<std::string> Leaders(const std::string& client_id, int client = 0) {
    LeaderQuery query;
    query.virtual_cluster = "orders";
    query.client_id = client_id;
    query.client_address = absl::StrCat("10.1.0.", client, ":40000");
    query.topics = {{"clicks", kPartitions}};
    const absl::StatusOr<LeaderAnswer> answer = now_running_->resolver.Resolve(query);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> leaders;
    for (const uint32_t leader : answer->topics[0].leaders) {
      leaders.push_back(answer->view->agents[leader]->registration.spec.agent_id);
    }
    return leaders;
  }
  // The leaders of the hot partition, over many clients.
  std::map<std::string, int> LeadersOfTheHot(const std::string& client_id, int clients) {
    std::map<std::string, int> by_leader;
    for (int client = 0; client < clients; ++client) ++by_leader[Leaders(client_id, client)[0]];
    return by_leader;
  }

  int64_t sequence_ = 0;
};

TEST_F(ZonePlansTest, HotPartitionOfAZoneIsSpreadThereAndNowhereElse) {
  for (int i = 0; i < 10; ++i) RunRound(/*hot=*/false);
  const std::vector<std::string> of_nobody = Leaders("app");
  const std::vector<std::string> of_b = Leaders("app,ws_az=b");
  const std::vector<std::string> of_a = Leaders("app,ws_az=a");
  RunRoundsUntilSpread();
  const std::map<std::string, int> leaders = LeadersOfTheHot("app,ws_az=a", 100);
  EXPECT_EQ(leaders.size(), 4u);
  for (const auto& [leader, clients] : leaders) EXPECT_EQ(leader[0], 'a');
  EXPECT_EQ(Leaders("app"), of_nobody);
  EXPECT_EQ(Leaders("app,ws_az=b"), of_b);
  std::vector<std::string> of_a_now = Leaders("app,ws_az=a");
  of_a_now[0] = of_a[0];
  EXPECT_EQ(of_a_now, of_a) << "no other partition of the zone moved";
}

TEST_F(ZonePlansTest, FewClientsOfAZoneAreAssigned) {
  RunRoundsUntilSpread();
  LeadersOfTheHot("app,ws_az=a", 8);
  LeadersOfTheHot("app", 60);
  RunRound();
  const std::map<std::string, int> leaders = LeadersOfTheHot("app,ws_az=a", 8);
  EXPECT_EQ(leaders.size(), 4u);
  for (const auto& [leader, clients] : leaders) EXPECT_EQ(clients, 2) << leader;
}

TEST_F(ZonePlansTest, RestartMovesNoLeaderOfAZone) {
  RunRoundsUntilSpread();
  std::map<int, std::vector<std::string>> before;
  for (int client = 0; client < 20; ++client) before[client] = Leaders("app,ws_az=a", client);
  StoredPlans stored(store_, *catalog_);
  ASSERT_TRUE(now_running_->planners.StorePlans(stored).ok());
  Start();
  ASSERT_TRUE(now_running_->planners.RestorePlans(stored).ok());
  for (const auto& [client, leaders] : before) EXPECT_EQ(Leaders("app,ws_az=a", client), leaders);
  EXPECT_EQ(Planner()->UnstoredPlans(), std::nullopt);
}

TEST_F(ZonePlansTest, ZoneHasAPlanFromItsFirstTrafficUntilItsLastAgentGoes) {
  EXPECT_TRUE(Plans().zones.empty());
  RunRound();
  EXPECT_EQ(Planner()->PlanStatuses().size(), 3u) << "the pool's own, a and b";
  for (int i = 0; i < kAgentsOfAZone; ++i) {
    now_running_->registry.Remove({kPool, absl::StrCat("a", i)}, 1);
  }
  EXPECT_EQ(Plans().zones.size(), 1u);
  EXPECT_EQ(Plans().zones.count("b"), 1u);
  EXPECT_EQ(Leaders("app,ws_az=a"), Leaders("app")) << "its clients go by the pool's plan";
}

TEST_F(ZonePlansTest, ZonesBeyondTheLimitHaveNoPlan) {
  ASSERT_TRUE(Plans().zones.empty());
  Heartbeat heartbeat;
  for (size_t i = 0; i < 2 * PoolPlans::kMaxZonePlans; ++i) {
    Registration registration;
    registration.spec.agent_id = absl::StrCat("c", i);
    registration.spec.boot_id = "boot";
    registration.spec.address = {"10.0.0.1", 9092};
    registration.spec.zone = absl::StrCat("zone-", i);
    registration.agent_pool_id = kPool;
    registration.epoch = 1;
    now_running_->registry.Add(registration);
    heartbeat.report.partition_rates.push_back({"clicks", 1, 1e5, 0, registration.spec.zone});
  }
  heartbeat.agent = {kPool, "c0"};
  heartbeat.epoch = 1;
  heartbeat.sequence = 1;
  ASSERT_TRUE(now_running_->registry.RecordHeartbeat(heartbeat).ok());
  now_running_->planners.RunRound(*catalog_->View());
  EXPECT_EQ(Plans().zones.size(), PoolPlans::kMaxZonePlans);
}

}  // namespace
}  // namespace bellwether
