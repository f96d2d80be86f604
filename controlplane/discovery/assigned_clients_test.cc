// Client assignment end to end: leader queries record the clients, balancing rounds assign them,
// and the next answers follow the assignment.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/catalog/stored_plans.h"
#include "controlplane/discovery/planned_control_plane.h"

namespace bellwether {
namespace {

constexpr int kAgents = 4;
constexpr int kPartitions = 100;
constexpr char kPool[] = "apn_orders";

// The virtual cluster "orders" with four agents. Of its topic "clicks", partition 0 makes nearly
// all the traffic.
class AssignedClientsTest : public PlannedControlPlaneTest {
 protected:
  AssignedClientsTest() : PlannedControlPlaneTest(MakeAgents()) {}

  static Agents MakeAgents() {
    Agents agents;
    for (int i = 0; i < kAgents; ++i) agents.emplace_back(absl::StrCat("a", i), "");
    return agents;
  }

  // Each of its leaders has an equal part of the hot partition, so that the partition is spread and
  // not taken for the load of one client.
  void SendHeartbeat() {
    ++sequence_;
    for (int i = 0; i < kAgents; ++i) {
      Heartbeat heartbeat;
      heartbeat.agent = {kPool, absl::StrCat("a", i)};
      heartbeat.epoch = 1;
      heartbeat.sequence = sequence_;
      for (int32_t p = 0; p < kPartitions; ++p) {
        heartbeat.report.partition_rates.push_back({"clicks", p, p == 0 ? 5e7 : 1e4, 0});
      }
      ASSERT_TRUE(now_running_->registry.RecordHeartbeat(heartbeat).ok());
    }
  }
  void RunRound() {
    SendHeartbeat();
    now_running_->planners.RunRound(*catalog_->View());
    clock_.Advance(absl::Seconds(3));
  }
  void RunRoundsUntilSpread() {
    for (int i = 0; i < 30 && plan().spread.empty(); ++i) RunRound();
    ASSERT_EQ(plan().spread.size(), 1u);
  }

  std::shared_ptr<const PoolSnapshot> Snapshot() {
    return now_running_->planners.Find(kPool)->Current();
  }
  Plan plan() { return Snapshot()->lookup->plan(); }

  static std::string Address(int client) {
    return absl::StrCat("10.1.", client / 250, ".", client % 250);
  }
  // The client's leader of the hot partition.
  std::string Ask(int client) {
    LeaderQuery query;
    query.virtual_cluster = "orders";
    query.client_id = "app";
    query.client_address = absl::StrCat(Address(client), ":40000");
    query.topics = {{"clicks", kPartitions}};
    const absl::StatusOr<LeaderAnswer> answer = now_running_->resolver.Resolve(query);
    EXPECT_TRUE(answer.ok()) << answer.status();
    const uint32_t leader = answer->topics[0].leaders[0];
    return answer->view->agents[leader]->registration.spec.agent_id;
  }
  LookupReason ReasonFor(int client) {
    const uint64_t cluster = StableHash(catalog_->View()->FindVirtualCluster("orders")->uid);
    const uint64_t hot = PartitionHash(cluster, StableHash("clicks"), 0);
    return Snapshot()->lookup->Find(hot, ClientHash("app", Address(client))).reason;
  }
  std::map<std::string, int> AskAll(int clients) {
    std::map<std::string, int> by_leader;
    for (int client = 0; client < clients; ++client) ++by_leader[Ask(client)];
    return by_leader;
  }

  int64_t sequence_ = 0;
};

TEST_F(AssignedClientsTest, FewClientsAreAssignedEvenlyToTheLeaders) {
  RunRoundsUntilSpread();
  const size_t leaders = plan().spread[0].members.size();
  ASSERT_EQ(leaders, 4u);
  const std::map<std::string, int> hashed = AskAll(8);
  const bool is_uneven =
      hashed.size() < 4 || std::any_of(hashed.begin(), hashed.end(),
                                       [](const auto& leader) { return leader.second != 2; });
  ASSERT_TRUE(is_uneven) << "these clients prove nothing: choose others";
  EXPECT_EQ(ReasonFor(0), LookupReason::kSpread);
  RunRound();
  const std::map<std::string, int> assigned = AskAll(8);
  EXPECT_EQ(assigned.size(), 4u);
  for (const auto& [leader, clients] : assigned) EXPECT_EQ(clients, 2) << leader;
  for (int client = 0; client < 8; ++client) EXPECT_EQ(ReasonFor(client), LookupReason::kAssigned);
  EXPECT_EQ(ReasonFor(8), LookupReason::kSpread) << "it has never asked";
}

TEST_F(AssignedClientsTest, ThousandsOfClientsAreNotAssignedAndNotKept) {
  RunRoundsUntilSpread();
  AskAll(5'000);
  RunRound();
  EXPECT_TRUE(plan().spread[0].assigned_clients.empty());
  EXPECT_EQ(ReasonFor(0), LookupReason::kSpread);
  const auto snapshot = Snapshot();
  const size_t kept =
      snapshot->clients.at("")->Seen(plan().spread[0].partition, clock_.MonotonicNow()).size();
  EXPECT_GE(kept, 2 * 8 * 4u) << "enough to know that they are many";
  EXPECT_LE(kept, 4 * 8 * 4u);
}

TEST_F(AssignedClientsTest, WhoNoLongerAsksGivesUpItsPlace) {
  RunRoundsUntilSpread();
  AskAll(8);
  RunRound();
  ASSERT_EQ(plan().spread[0].assigned_clients.size(), 8u);
  // The agents go on reporting; of the clients, four go on asking.
  for (int i = 0; i < 310; ++i) {
    if (i % 100 == 0) AskAll(4);
    RunRound();
  }
  EXPECT_EQ(plan().spread[0].assigned_clients.size(), 4u);
  for (const auto& [leader, clients] : AskAll(4)) EXPECT_EQ(clients, 1) << leader;
}

TEST_F(AssignedClientsTest, RestartKeepsTheAssignment) {
  RunRoundsUntilSpread();
  AskAll(8);
  RunRound();
  const std::map<std::string, int> before = AskAll(8);
  std::vector<std::string> leaders;
  for (int client = 0; client < 8; ++client) leaders.push_back(Ask(client));
  StoredPlans stored(store_, *catalog_);
  ASSERT_TRUE(now_running_->planners.StorePlans(stored).ok());

  Start();
  ASSERT_TRUE(now_running_->planners.RestorePlans(stored).ok());
  SendHeartbeat();
  const auto expect_same = [&] {
    for (int client = 0; client < 8; ++client) {
      EXPECT_EQ(ReasonFor(client), LookupReason::kAssigned);
      EXPECT_EQ(Ask(client), leaders[static_cast<size_t>(client)]);
    }
  };
  expect_same();
  const std::shared_ptr<const PoolView> view = Snapshot()->view;
  for (int i = 0; i < 20; ++i) RunRound();
  expect_same();
  EXPECT_EQ(Snapshot()->view, view) << "no client was assigned again";
}

TEST_F(AssignedClientsTest, RestartDoesNotTakeBackTheAssignmentBeforeItsClientsAskAgain) {
  RunRoundsUntilSpread();
  AskAll(8);
  RunRound();
  const Plan before = plan();
  StoredPlans stored(store_, *catalog_);
  ASSERT_TRUE(now_running_->planners.StorePlans(stored).ok());
  Start();
  ASSERT_TRUE(now_running_->planners.RestorePlans(stored).ok());
  for (int i = 0; i < 60; ++i) RunRound();
  EXPECT_EQ(plan().spread[0].assigned_clients, before.spread[0].assigned_clients);
}

TEST_F(AssignedClientsTest, QueriesGoOnDuringBalancingRounds) {
  RunRoundsUntilSpread();
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      while (!stop) AskAll(8);
    });
  }
  AskAll(8);
  for (int i = 0; i < 20; ++i) RunRound();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(plan().spread[0].assigned_clients.size(), 8u);
}

}  // namespace
}  // namespace bellwether
