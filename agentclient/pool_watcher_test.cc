#include "agentclient/pool_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using ::testing::ElementsAre;

// Records events, and lets a test wait for them.
class Witness final : public PoolWatchListener {
 public:
  void OnViewCurrent(int64_t view_version, absl::Duration away) override {
    MutexLock lock(mutex_);
    current_.emplace_back(view_version, away);
    changed_.NotifyAll();
  }
  void OnViewLost(const absl::Status& error) override {
    MutexLock lock(mutex_);
    lost_.push_back(error);
    changed_.NotifyAll();
  }
  void OnViewAges(absl::Duration age) override {
    MutexLock lock(mutex_);
    ages_.push_back(age);
    changed_.NotifyAll();
  }

  void AwaitCurrent(size_t count) {
    MutexLock lock(mutex_);
    while (current_.size() < count) changed_.Wait(mutex_);
  }
  absl::Status AwaitLost(size_t count) {
    MutexLock lock(mutex_);
    while (lost_.size() < count) changed_.Wait(mutex_);
    return lost_[count - 1];
  }
  void AwaitAges(size_t count) {
    MutexLock lock(mutex_);
    while (ages_.size() < count) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::pair<int64_t, absl::Duration>> current_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> lost_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Duration> ages_ ABSL_GUARDED_BY(mutex_);
};

// Peers that the test can make unreachable.
class Peers final : public PeerProbe {
 public:
  bool IsGone(const HostPort& address) override {
    MutexLock lock(mutex_);
    return gone_.count(address.host) > 0;
  }
  void SetGone(std::set<std::string> gone) {
    MutexLock lock(mutex_);
    gone_ = std::move(gone);
  }

 private:
  Mutex mutex_;
  std::set<std::string> gone_ ABSL_GUARDED_BY(mutex_);
};

v1::WatchedAgent Agent(const std::string& id, int32_t broker_id) {
  v1::WatchedAgent agent;
  agent.set_agent_id(id);
  agent.set_broker_id(broker_id);
  agent.set_host(id);
  agent.set_port(9092);
  agent.set_weight(1);
  agent.set_state(v1::Agent::STATE_ACTIVE);
  return agent;
}

// Three agents, of which "c" is busy.
v1::WatchPoolResponse FullView(int64_t position) {
  v1::WatchPoolResponse view;
  view.set_position(position);
  view.set_view_version(position);
  view.mutable_cluster()->set_uid("vci_orders");
  int32_t broker_id = 0;
  for (const char* const id : {"a", "b", "c"}) {
    *view.add_agents() = Agent(id, ++broker_id);
    v1::PlannedAgent& planned = *view.mutable_plan()->add_agents();
    planned.set_agent(StableHash(id));
    planned.set_weight(1);
    view.add_load_levels(*id == 'c' ? LoadLevelOf(0.8) : LoadLevelOf(0.1));
  }
  return view;
}

v1::WatchPoolResponse Departure(const std::string& id, int64_t base) {
  v1::WatchPoolResponse change;
  change.set_base_position(base);
  change.set_position(base + 1);
  change.set_view_version(base + 1);
  change.add_gone_agent_ids(id);
  change.mutable_plan()->add_gone_agents(StableHash(id));
  return change;
}

uint64_t Partition(int32_t number) {
  return PartitionHash(StableHash("vci_orders"), StableHash("t"), number);
}

// Partition 7 is led by "a" and "b".
void SpreadSeven(v1::PlanChange& plan) {
  v1::SpreadPartition& spread = *plan.add_spread();
  spread.set_partition(Partition(7));
  spread.add_leaders(StableHash("a"));
  spread.add_leaders(StableHash("b"));
}

LeaderQuery Query(const std::string& client_id = "client") {
  LeaderQuery query;
  query.client_id = client_id;
  query.topics = {{"t", 50}};
  return query;
}

std::set<std::string> LeadersIn(const std::optional<LeaderAnswer>& answer) {
  std::set<std::string> leaders;
  if (!answer.has_value()) return leaders;
  for (const uint32_t leader : answer->topics.at(0).leaders) {
    leaders.insert(answer->view->agents[leader]->registration.spec.agent_id);
  }
  return leaders;
}

class PoolWatcherTest : public ::testing::Test {
 protected:
  void Begin() {
    fake_->SendView(FullView(10));
    watcher_.Watch("virtualClusters/orders");
    witness_.AwaitCurrent(1);
  }
  // Lets waits between attempts pass until the control plane has seen so many watches.
  void AwaitWatches(size_t count) {
    while (fake_->watches().size() < count) clock_.Advance(absl::Milliseconds(1));
  }

  std::unique_ptr<FakeControlPlane> fake_ = std::make_unique<FakeControlPlane>();
  FakeClock clock_;
  SeededRandom random_{1};
  Witness witness_;
  Peers peers_;
  PoolWatcher watcher_{MakeChannel(fake_->address()),
                       clock_,
                       random_,
                       witness_,
                       &peers_,
                       {absl::Milliseconds(1), absl::Milliseconds(2)}};
};

TEST_F(PoolWatcherTest, AnswersFromTheViewAsItChanges) {
  EXPECT_FALSE(watcher_.Answer(Query()).has_value());
  EXPECT_EQ(watcher_.view_age(), absl::InfiniteDuration());
  Begin();
  EXPECT_EQ(fake_->watches().at(0).virtual_cluster(), "virtualClusters/orders");
  EXPECT_EQ(fake_->watches().at(0).resume_after(), 0);
  EXPECT_EQ(watcher_.view_age(), absl::ZeroDuration());
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}));
  fake_->SendView(Departure("b", 10));
  while (watcher_.replica()->position() != 11) {
  }
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "c"}));
}

TEST_F(PoolWatcherTest, WhatTheViewDoesNotTellIsAsked) {
  Begin();
  EXPECT_FALSE(watcher_.Answer(Query("ws_pas=single_agent")).has_value());
  LeaderQuery impossible = Query();
  impossible.topics[0].partition_count = -1;
  EXPECT_FALSE(watcher_.Answer(impossible).has_value());
}

TEST_F(PoolWatcherTest, AfterABreakItGoesOnWhereItWas) {
  Begin();
  fake_->EndWatch({grpc::StatusCode::UNAVAILABLE, "restarting"});
  EXPECT_EQ(witness_.AwaitLost(1).message(), "restarting");
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}));
  AwaitWatches(2);
  EXPECT_EQ(fake_->watches().at(1).resume_after(), 10);
  v1::WatchPoolResponse nothing_new;
  nothing_new.set_position(10);
  nothing_new.set_base_position(10);
  const auto before = watcher_.replica();
  fake_->SendView(nothing_new);
  witness_.AwaitCurrent(2);
  EXPECT_EQ(watcher_.replica(), before);
  EXPECT_EQ(watcher_.view_age(), absl::ZeroDuration());
}

TEST_F(PoolWatcherTest, WithoutTheControlPlaneTheViewGetsOldAndAnswersOn) {
  Begin();
  fake_ = nullptr;
  EXPECT_FALSE(witness_.AwaitLost(1).ok());
  const absl::Status away = absl::UnavailableError("nobody there");
  for (int minute = 0; minute < 60; ++minute) {
    EXPECT_EQ(watcher_.view_age(), absl::Minutes(minute));
    EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}));
    clock_.Advance(absl::Minutes(1));
    witness_.AwaitAges(1);
  }
  // single_agent: one agent for each client, always the same, and clients share all of them.
  std::map<std::string, int> leaders;
  for (int i = 0; i < 300; ++i) {
    const LeaderQuery query = Query(absl::StrCat("app-", i, ",ws_pas=single_agent"));
    const auto answer = watcher_.AnswerAfter(query, away);
    EXPECT_EQ(answer->brokers.size(), 3u);
    ASSERT_EQ(LeadersIn(answer).size(), 1u);
    EXPECT_EQ(LeadersIn(watcher_.AnswerAfter(query, away)), LeadersIn(answer));
    ++leaders[*LeadersIn(answer).begin()];
  }
  for (const char* agent : {"a", "b", "c"}) EXPECT_NEAR(leaders[agent], 100, 35) << agent;
}

TEST_F(PoolWatcherTest, AgentThatLeavesLeadsNothingInItsOwnAnswersWhateverTheViewSays) {
  Begin();
  watcher_.SetLeaving("b");
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "c"}));
  EXPECT_EQ(watcher_.Answer(Query())->brokers.size(), 3u) << "it is listed until it is gone";
  EXPECT_EQ(watcher_.replica()->pool().view->candidates.size(), 3u) << "as it was sent";
  fake_ = nullptr;
  EXPECT_FALSE(witness_.AwaitLost(1).ok());
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "c"}));
}

TEST_F(PoolWatcherTest, PeersThatAreGoneAreSkippedWhileTheControlPlaneIsUnreachable) {
  Begin();
  peers_.SetGone({"b"});
  const std::optional<LeaderAnswer> before = watcher_.Answer(Query());
  EXPECT_EQ(LeadersIn(before), (std::set<std::string>{"a", "b", "c"})) << "the control plane knows";
  fake_->EndWatch({grpc::StatusCode::UNAVAILABLE, "restarting"});
  EXPECT_FALSE(witness_.AwaitLost(1).ok());
  // From here on there is always a watch under way, and each that ends is followed by a look.
  AwaitWatches(2);
  const auto look = [&] {
    fake_->EndWatch({grpc::StatusCode::UNAVAILABLE, "not yet"});
    AwaitWatches(fake_->watches().size() + 1);
  };
  while (LeadersIn(watcher_.Answer(Query())).count("b") > 0) look();
  const std::optional<LeaderAnswer> after = watcher_.Answer(Query());
  for (size_t i = 0; i < before->topics[0].leaders.size(); ++i) {
    const uint32_t leader = before->topics[0].leaders[i];
    EXPECT_TRUE(leader == 1 || after->topics[0].leaders[i] == leader) << "only what b led moves";
  }
  peers_.SetGone({"a", "b"});
  while (LeadersIn(watcher_.Answer(Query())).count("b") == 0) look();
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}))
      << "most of them are hardly gone";
  peers_.SetGone({"c"});
  while (LeadersIn(watcher_.Answer(Query())).count("c") > 0) look();
  v1::HeartbeatRequest heartbeat;
  watcher_.Report(heartbeat);
  EXPECT_THAT(heartbeat.unreachable_agent_ids(), ElementsAre("c"));
  v1::WatchPoolResponse nothing_new;
  nothing_new.set_position(10);
  nothing_new.set_base_position(10);
  fake_->SendView(nothing_new);
  witness_.AwaitCurrent(2);
  heartbeat.Clear();
  watcher_.Report(heartbeat);
  EXPECT_THAT(heartbeat.unreachable_agent_ids(), ElementsAre("c")) << "the first that arrives";
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b"}))
      << "the control plane does not know yet";
  clock_.Advance(kHoldGone);
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}));
  heartbeat.Clear();
  watcher_.Report(heartbeat);
  EXPECT_TRUE(heartbeat.unreachable_agent_ids().empty());
}

TEST_F(PoolWatcherTest, WhatTheControlPlaneMeansCounts) {
  Begin();
  EXPECT_FALSE(watcher_.AnswerAfter(Query(), absl::NotFoundError("deleted")).has_value());
  EXPECT_TRUE(watcher_.AnswerAfter(Query(), absl::UnavailableError("away")).has_value());
  fake_->EndWatch(WireError(grpc::StatusCode::NOT_FOUND, "VIRTUAL_CLUSTER_NOT_FOUND", "deleted"));
  EXPECT_FALSE(witness_.AwaitLost(1).ok());
  EXPECT_EQ(watcher_.replica(), nullptr);
  EXPECT_FALSE(watcher_.AnswerAfter(Query(), absl::UnavailableError("away")).has_value());
}

TEST_F(PoolWatcherTest, ControlPlaneOfAnotherClusterIsAsGoodAsNone) {
  fake_->SendView(FullView(10));
  watcher_.Watch("virtualClusters/orders", "cluster-1");
  witness_.AwaitCurrent(1);
  EXPECT_EQ(fake_->watches().at(0).cluster_uid(), "cluster-1");
  fake_->EndWatch(WireError(grpc::StatusCode::FAILED_PRECONDITION, "WRONG_CLUSTER", "another"));
  EXPECT_EQ(GetReason(witness_.AwaitLost(1)), Reason::kWrongCluster);
  EXPECT_NE(watcher_.replica(), nullptr);
  EXPECT_EQ(LeadersIn(watcher_.Answer(Query())), (std::set<std::string>{"a", "b", "c"}));
  const absl::Status wrong =
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster, "another");
  EXPECT_TRUE(watcher_.AnswerAfter(Query(), wrong).has_value());
}

TEST_F(PoolWatcherTest, WhatDoesNotFitBeginsAnew) {
  Begin();
  fake_->SendView(Departure("b", 99));
  EXPECT_FALSE(witness_.AwaitLost(1).ok());
  EXPECT_EQ(watcher_.replica(), nullptr);
  AwaitWatches(2);
  EXPECT_EQ(fake_->watches().at(1).resume_after(), 0);
}

TEST_F(PoolWatcherTest, AnotherVirtualClusterIsAnotherView) {
  Begin();
  watcher_.Watch("virtualClusters/orders");
  watcher_.Watch("virtualClusters/payments");
  AwaitWatches(2);
  EXPECT_EQ(fake_->watches().at(1).virtual_cluster(), "virtualClusters/payments");
  EXPECT_EQ(fake_->watches().at(1).resume_after(), 0);
  EXPECT_EQ(watcher_.replica(), nullptr);
}

TEST_F(PoolWatcherTest, ClientsGoByThePlanOfTheirZone) {
  EXPECT_EQ(watcher_.PlanZoneOf(Query()), "") << "nothing is known yet";
  v1::WatchPoolResponse view = FullView(10);
  view.mutable_agents(0)->set_zone("z");
  view.mutable_agents(1)->set_zone("z");
  v1::ZonePlanChange& zone = *view.add_zone_plans();
  zone.set_zone("z");
  for (const char* const id : {"a", "b"}) {
    v1::PlannedAgent& planned = *zone.mutable_plan()->add_agents();
    planned.set_agent(StableHash(id));
    planned.set_weight(1);
  }
  SpreadSeven(*zone.mutable_plan());
  fake_->SendView(view);
  watcher_.Watch("virtualClusters/orders");
  witness_.AwaitCurrent(1);
  EXPECT_EQ(watcher_.PlanZoneOf(Query()), "");
  EXPECT_EQ(watcher_.PlanZoneOf(Query("ws_pas=single_agent")), std::nullopt);
  EXPECT_EQ(watcher_.PlanZoneOf(Query("ws_az=z")), "z");
  EXPECT_EQ(watcher_.Answer(Query("ws_az=z"))->plan_zone, "z");
  watcher_.Answer(Query());
  v1::HeartbeatRequest heartbeat;
  watcher_.Report(heartbeat);
  ASSERT_EQ(heartbeat.spread_clients_size(), 1) << "to other clients it is not spread";
  EXPECT_EQ(heartbeat.spread_clients(0).plan_zone(), "z");
  EXPECT_EQ(heartbeat.spread_clients(0).client(), ClientHash("ws_az=z", ""));
}

TEST_F(PoolWatcherTest, AnswersAndClientsOfHotPartitionsAreReportedOnce) {
  v1::WatchPoolResponse view = FullView(10);
  SpreadSeven(*view.mutable_plan());
  fake_->SendView(view);
  watcher_.Watch("virtualClusters/orders");
  witness_.AwaitCurrent(1);
  watcher_.Answer(Query());
  watcher_.Answer(Query());
  v1::HeartbeatRequest heartbeat;
  watcher_.Report(heartbeat);
  ASSERT_EQ(heartbeat.spread_clients_size(), 1);
  EXPECT_EQ(heartbeat.spread_clients(0).partition(), Partition(7));
  EXPECT_EQ(heartbeat.spread_clients(0).client(), ClientHash("client", ""));
  ASSERT_EQ(heartbeat.answers().strategies_size(), 1);
  EXPECT_EQ(heartbeat.answers().strategies(0).strategy(), "consistent_random_jump");
  EXPECT_EQ(heartbeat.answers().strategies(0).source(), "system");
  EXPECT_EQ(heartbeat.answers().strategies(0).count(), 2u);
  EXPECT_EQ(heartbeat.answers().zones().at("unknown"), 2u);
  v1::HeartbeatRequest next;
  watcher_.Report(next);
  EXPECT_EQ(next.spread_clients_size(), 0);
  EXPECT_FALSE(next.has_answers());
}

}  // namespace
}  // namespace bellwether
