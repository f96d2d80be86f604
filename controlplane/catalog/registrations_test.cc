#include "controlplane/catalog/registrations.h"

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/test_catalog.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

using Code = absl::StatusCode;

AgentSpec Spec(const std::string& agent_id, const std::string& boot_id = "boot-1") {
  AgentSpec spec;
  spec.agent_id = agent_id;
  spec.boot_id = boot_id;
  spec.address = {"10.0.0.1", 9092};
  spec.zone = "a";
  spec.roles = {AgentRole::kProxyConsume};
  spec.default_strategy = Strategy::kSingleAgent;
  return spec;
}

class RegistrationsTest : public CatalogTest {
 protected:
  RegistrationsTest() {
    registrations_ = std::make_unique<Registrations>(store_, *catalog_);
    Create("orders");
  }

  void Restart() {
    registrations_ = nullptr;
    Reopen();
    registrations_ = std::make_unique<Registrations>(store_, *catalog_);
  }
  Registration Register(const AgentSpec& spec, const std::string& pool = "apn_orders") {
    const auto registration = registrations_->Register(spec, pool, "");
    EXPECT_TRUE(registration.ok()) << registration.status();
    return registration.value_or(Registration());
  }
  absl::Status Refused(const std::string& pool, const std::string& cluster) {
    return registrations_->Register(Spec("agent-0"), pool, cluster).status();
  }
  Registration Stored(const std::string& agent_id) {
    const auto all = registrations_->List();
    EXPECT_TRUE(all.ok()) << all.status();
    for (const Registration& registration : *all) {
      if (registration.spec.agent_id == agent_id) return registration;
    }
    return {};
  }
  void Leave(const Registration& registration) {
    EXPECT_TRUE(registrations_
                    ->Deregister({registration.agent_pool_id, registration.spec.agent_id},
                                 registration.epoch)
                    .ok());
  }

  std::unique_ptr<Registrations> registrations_;
  const AgentKey agent_0_{"apn_orders", "agent-0"};
};

TEST_F(RegistrationsTest, WhatAnAgentSaysIsKeptOverARestart) {
  const Registration made = Register(Spec("agent-0"));
  Restart();
  const Registration stored = Stored("agent-0");
  EXPECT_EQ(stored.epoch, made.epoch);
  EXPECT_EQ(stored.broker_id, made.broker_id);
  EXPECT_EQ(stored.agent_pool_id, "apn_orders");
  EXPECT_EQ(stored.spec.zone, "a");
  EXPECT_EQ(FormatHostPort(stored.spec.address), "10.0.0.1:9092");
  EXPECT_EQ(stored.spec.roles, std::vector<AgentRole>{AgentRole::kProxyConsume});
  EXPECT_EQ(stored.spec.default_strategy, Strategy::kSingleAgent);
}

TEST_F(RegistrationsTest, AnEmptyPoolNameIsTheDefaultPool) {
  EXPECT_EQ(Register(Spec("agent-0"), "").agent_pool_id, "apn_default");
  EXPECT_EQ(Register(Spec("agent-0"), "agentPools/apn_orders").agent_pool_id, "apn_orders");
}

TEST_F(RegistrationsTest, LaterBootGetsHigherEpoch) {
  const Registration first = Register(Spec("agent-0", "boot-1"));
  const Registration second = Register(Spec("agent-0", "boot-2"));
  EXPECT_GT(second.epoch, first.epoch);
  EXPECT_EQ(second.broker_id, first.broker_id);
  EXPECT_EQ(Stored("agent-0").epoch, second.epoch);
}

TEST_F(RegistrationsTest, SameBootGetsSameEpoch) {
  const Registration first = Register(Spec("agent-0"));
  EXPECT_EQ(Register(Spec("agent-0")).epoch, first.epoch);
  AgentSpec moved = Spec("agent-0");
  moved.address.port = 9093;
  EXPECT_EQ(Register(moved).epoch, first.epoch);
  EXPECT_EQ(Stored("agent-0").spec.address.port, 9093);
  Restart();
  EXPECT_EQ(Register(moved).epoch, first.epoch);
}

TEST_F(RegistrationsTest, ARepeatedRegistrationWritesNothing) {
  Register(Spec("agent-0"));
  store_.SetFails(true);
  EXPECT_TRUE(registrations_->Register(Spec("agent-0"), "apn_orders", "").ok());
}

TEST_F(RegistrationsTest, EpochRisesAfterDeregistration) {
  const Registration first = Register(Spec("agent-0"));
  Leave(first);
  const Registration second = Register(Spec("agent-0"));
  EXPECT_GT(second.epoch, first.epoch);
}

// Two registrations of one agent, of which the first has come and gone between the second one's
// reading and its commit.
TEST_F(RegistrationsTest, EpochRisesWhateverComesInBetween) {
  Registration first;
  store_.BeforeNextCommit([&] {
    first = Register(Spec("agent-0", "boot-1"));
    Leave(first);
  });
  const Registration second = Register(Spec("agent-0", "boot-2"));
  EXPECT_GT(first.epoch, 0);
  EXPECT_GT(second.epoch, first.epoch);
}

TEST_F(RegistrationsTest, BrokerIdIsStableOverLeaveAndReturn) {
  const Registration first = Register(Spec("agent-0"));
  Leave(first);
  Register(Spec("agent-1"));
  Restart();
  EXPECT_EQ(Register(Spec("agent-0", "boot-2")).broker_id, first.broker_id);
  EXPECT_EQ(first.broker_id, PreferredBrokerId("agent-0"));
}

TEST_F(RegistrationsTest, BrokerIdsDifferWhenManyJoinAtOnce) {
  // Takes the number that agent-0 would have.
  Registration squatter = Register(Spec("squatter"));
  squatter.broker_id = PreferredBrokerId("agent-0");
  ASSERT_TRUE(
      store_
          .Commit(
              {{}, {{RegistrationKey({"apn_orders", "squatter"}), EncodeRegistration(squatter)}}})
          .ok());
  Restart();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = t; i < 100; i += 4) Register(Spec(absl::StrCat("agent-", i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int32_t> broker_ids;
  const auto all = registrations_->List();
  ASSERT_TRUE(all.ok());
  for (const Registration& registration : *all) broker_ids.insert(registration.broker_id);
  EXPECT_EQ(all->size(), 101u);
  EXPECT_EQ(broker_ids.size(), 101u);
  EXPECT_EQ(Stored("agent-0").broker_id, PreferredBrokerId("agent-0") + 1);
}

TEST_F(RegistrationsTest, APoolIsReadOnceHoweverManyJoin) {
  Register(Spec("agent-0"));
  const int lists = store_.lists();
  for (int i = 1; i < 20; ++i) Register(Spec(absl::StrCat("agent-", i)));
  EXPECT_EQ(store_.lists(), lists);
}

TEST_F(RegistrationsTest, OnlyTheCurrentRunCanLeave) {
  const Registration old = Register(Spec("agent-0", "boot-1"));
  const Registration current = Register(Spec("agent-0", "boot-2"));
  ExpectError(registrations_->Deregister(agent_0_, old.epoch), Code::kFailedPrecondition,
              Reason::kStaleAgentEpoch);
  EXPECT_EQ(Stored("agent-0").epoch, current.epoch);
  Leave(current);
  EXPECT_EQ(Stored("agent-0").epoch, 0);
  Leave(current);
}

TEST_F(RegistrationsTest, DrainSurvivesRestartsOfBothSides) {
  const Registration first = Register(Spec("agent-0"));
  ASSERT_TRUE(registrations_->SetDraining(agent_0_, true).ok());
  EXPECT_EQ(Stored("agent-0").epoch, first.epoch);
  Restart();
  EXPECT_TRUE(Register(Spec("agent-0", "boot-2")).draining);
  const auto undrained = registrations_->SetDraining(agent_0_, false);
  ASSERT_TRUE(undrained.ok());
  EXPECT_FALSE(undrained->draining);
  ExpectError(registrations_->SetDraining({"apn_orders", "nobody"}, true).status(), Code::kNotFound,
              Reason::kAgentNotFound, "agentPools/apn_orders/agents/nobody");
}

TEST_F(RegistrationsTest, AnnouncedRestartIsKeptUntilTheAgentReturns) {
  const Registration first = Register(Spec("agent-0"));
  ASSERT_TRUE(registrations_->AnnounceRestart(agent_0_, first.epoch).ok());
  EXPECT_TRUE(registrations_->AnnounceRestart(agent_0_, first.epoch).ok());
  EXPECT_TRUE(registrations_->AnnounceRestart({"apn_orders", "nobody"}, 1).ok());
  Restart();
  EXPECT_TRUE(Stored("agent-0").restarting);
  const Registration second = Register(Spec("agent-0", "boot-2"));
  EXPECT_FALSE(second.restarting);
  EXPECT_FALSE(Stored("agent-0").restarting);
  ExpectError(registrations_->AnnounceRestart(agent_0_, first.epoch), Code::kFailedPrecondition,
              Reason::kStaleAgentEpoch);
  EXPECT_FALSE(Stored("agent-0").restarting);
}

TEST_F(RegistrationsTest, AnnouncedDepartureIsKeptUntilTheAgentLeavesOrReturns) {
  const Registration first = Register(Spec("agent-0"));
  ASSERT_TRUE(registrations_->AnnounceDeparture(agent_0_, first.epoch, true).ok());
  EXPECT_TRUE(registrations_->AnnounceDeparture(agent_0_, first.epoch, true).ok());
  EXPECT_TRUE(registrations_->AnnounceDeparture({"apn_orders", "nobody"}, 1, true).ok());
  Restart();
  EXPECT_TRUE(Stored("agent-0").leaving);
  EXPECT_TRUE(Stored("agent-0").restarting);
  EXPECT_FALSE(Stored("agent-0").gone_to_restart());
  ASSERT_TRUE(registrations_->AnnounceRestart(agent_0_, first.epoch).ok());
  EXPECT_TRUE(Stored("agent-0").gone_to_restart());
  // An announcement that was late on its way.
  ASSERT_TRUE(registrations_->AnnounceDeparture(agent_0_, first.epoch, true).ok());
  EXPECT_TRUE(Stored("agent-0").gone_to_restart());
  const Registration second = Register(Spec("agent-0", "boot-2"));
  EXPECT_FALSE(second.leaving);
  EXPECT_FALSE(second.restarting);
  ExpectError(registrations_->AnnounceDeparture(agent_0_, first.epoch, false),
              Code::kFailedPrecondition, Reason::kStaleAgentEpoch);
  // The same run may announce something else later.
  ASSERT_TRUE(registrations_->AnnounceDeparture(agent_0_, second.epoch, false).ok());
  EXPECT_TRUE(Stored("agent-0").leaving);
  Register(Spec("agent-0", "boot-2"));
  EXPECT_FALSE(Stored("agent-0").leaving);
}

TEST_F(RegistrationsTest, JoiningIsKeptUntilItIsOver) {
  const Registration first = Register(Spec("agent-0"));
  const Registration other = Register(Spec("agent-1"));
  Restart();
  EXPECT_EQ(Stored("agent-0").joining, Joining::kNew);
  EXPECT_EQ(Register(Spec("agent-0", "boot-2")).joining, Joining::kNew);
  // That run is of the past, and one of the agents is not there.
  EXPECT_TRUE(registrations_
                  ->MarkJoined({{agent_0_, first.epoch},
                                {{"apn_orders", "agent-1"}, other.epoch},
                                {{"apn_orders", "nobody"}, 1}})
                  .ok());
  EXPECT_EQ(Stored("agent-0").joining, Joining::kNew);
  EXPECT_EQ(Stored("agent-1").joining, Joining::kDone);
  EXPECT_EQ(Stored("agent-1").epoch, other.epoch);
  EXPECT_EQ(Register(Spec("agent-1")).joining, Joining::kDone) << "the same run";
  EXPECT_EQ(Register(Spec("agent-1", "boot-2")).joining, Joining::kReturning);
  EXPECT_EQ(Register(Spec("agent-1", "boot-3")).joining, Joining::kReturning);
  ASSERT_TRUE(registrations_->MarkDead({"apn_orders", "agent-1"}, Stored("agent-1").epoch).ok());
  EXPECT_EQ(Register(Spec("agent-1", "boot-4")).joining, Joining::kNew);
}

TEST_F(RegistrationsTest, DeathIsKeptUntilTheAgentReturns) {
  const Registration first = Register(Spec("agent-0"));
  ASSERT_TRUE(registrations_->MarkDead(agent_0_, first.epoch + 1).ok());
  EXPECT_FALSE(Stored("agent-0").dead);
  ASSERT_TRUE(registrations_->MarkDead(agent_0_, first.epoch).ok());
  EXPECT_TRUE(registrations_->MarkDead({"apn_orders", "nobody"}, 1).ok());
  Restart();
  EXPECT_TRUE(Stored("agent-0").dead);
  const Registration second = Register(Spec("agent-0"));
  EXPECT_FALSE(second.dead);
  EXPECT_GT(second.epoch, first.epoch);
  ASSERT_TRUE(registrations_->MarkDead(agent_0_, first.epoch).ok());
  EXPECT_FALSE(Stored("agent-0").dead);
}

TEST_F(RegistrationsTest, AWrongPoolIsToldWhichWouldBeRight) {
  Create("billing");
  CreatePool("spare");
  const std::string right =
      "virtualClusters/orders works with agentPools/apn_orders; set -agentPoolName=apn_orders";
  ExpectError(Refused("apn_billing", "orders"), Code::kFailedPrecondition,
              Reason::kAgentPoolMismatch, right);
  ExpectError(Refused("", Cluster("orders")->uid), Code::kFailedPrecondition,
              Reason::kAgentPoolMismatch, right);
  ExpectError(Refused("spare", "virtualClusters/orders"), Code::kFailedPrecondition,
              Reason::kAgentPoolMismatch, right);
  ExpectError(Refused("spare", ""), Code::kFailedPrecondition, Reason::kAgentPoolMismatch,
              "agentPools/spare is not bound");
  ExpectError(Refused("nowhere", ""), Code::kNotFound, Reason::kAgentPoolNotFound);
  ExpectError(Refused("nowhere", "orders"), Code::kNotFound, Reason::kAgentPoolNotFound, right);
  ExpectError(Refused("apn_orders", "nowhere"), Code::kNotFound, Reason::kVirtualClusterNotFound);
  EXPECT_TRUE(registrations_->List()->empty());
}

TEST_F(RegistrationsTest, ADeletedClusterTakesNoAgents) {
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", true, {}).ok());
  ExpectError(Refused("apn_orders", ""), Code::kNotFound, Reason::kVirtualClusterNotFound);
  ExpectError(Refused("apn_orders", "orders"), Code::kNotFound, Reason::kVirtualClusterNotFound);
}

TEST_F(RegistrationsTest, AClusterDeletedMeanwhileTakesNoAgents) {
  store_.BeforeNextCommit(
      [&] { ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", true, {}).ok()); });
  ExpectError(Refused("apn_orders", ""), Code::kNotFound, Reason::kVirtualClusterNotFound);
  EXPECT_TRUE(registrations_->List()->empty());
}

TEST_F(RegistrationsTest, AClusterWithAgentsThatAreNotDeadIsDeletedOnlyByForce) {
  const Registration agent = Register(Spec("agent-0", "boot-1"));
  const Registration other = Register(Spec("agent-1", "boot-1"));
  const absl::Status refused = catalog_->DeleteVirtualCluster("orders", false, {}).status();
  ExpectError(refused, Code::kFailedPrecondition, Reason::kVirtualClusterInUse);
  EXPECT_EQ(GetErrorMetadata(refused)["agents"], "2");
  EXPECT_EQ(GetErrorMetadata(refused)["agent_pool"], "apn_orders");
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", true, {}).ok());
  ASSERT_TRUE(catalog_->UndeleteVirtualCluster("orders", {}).ok());
  ASSERT_TRUE(registrations_->MarkDead({"apn_orders", "agent-0"}, agent.epoch).ok());
  ASSERT_TRUE(registrations_->Deregister({"apn_orders", "agent-1"}, other.epoch).ok());
  EXPECT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
}

TEST_F(RegistrationsTest, AnAgentThatJoinsMeanwhileIsNotCutOff) {
  store_.BeforeNextCommit([&] { Register(Spec("agent-0", "boot-1")); });
  ExpectError(catalog_->DeleteVirtualCluster("orders", false, {}).status(),
              Code::kFailedPrecondition, Reason::kVirtualClusterInUse);
}

TEST_F(RegistrationsTest, ADrainIsNotLostToARacingRegistration) {
  Register(Spec("agent-0", "boot-1"));
  store_.BeforeNextCommit([&] { ASSERT_TRUE(registrations_->SetDraining(agent_0_, true).ok()); });
  EXPECT_TRUE(Register(Spec("agent-0", "boot-2")).draining);
  EXPECT_TRUE(Stored("agent-0").draining);
}

TEST_F(RegistrationsTest, APoolDeletedMeanwhileTakesNoAgents) {
  Register(Spec("agent-1"));
  store_.BeforeNextCommit(
      [&] { ASSERT_TRUE(catalog_->DeleteAgentPool("apn_orders", true, {}).ok()); });
  ExpectError(Refused("apn_orders", ""), Code::kNotFound, Reason::kAgentPoolNotFound);
  EXPECT_TRUE(registrations_->List()->empty());
}

TEST_F(RegistrationsTest, AnAgentThatJoinsMeanwhileKeepsItsPool) {
  CreatePool("spare");
  VirtualClusterFields fields;
  fields.agent_pool_id = "spare";
  Create("billing", fields);
  store_.BeforeNextCommit([&] { Register(Spec("agent-0"), "spare"); });
  ASSERT_TRUE(catalog_->DeleteAgentPool("spare", true, {}).ok());
  // It joined before the pool was gone, so it is gone with the pool.
  EXPECT_TRUE(registrations_->List()->empty());
}

TEST_F(RegistrationsTest, APoolWithAgentsIsDeletedByForceOnly) {
  const Registration first = Register(Spec("agent-0"));
  ExpectError(catalog_->DeleteAgentPool("apn_orders", false, {}), Code::kFailedPrecondition,
              Reason::kAgentPoolInUse, "1 registered agent");
  ASSERT_TRUE(catalog_->DeleteAgentPool("apn_orders", true, {}).ok());
  EXPECT_TRUE(registrations_->List()->empty());
  EXPECT_TRUE(registrations_->Deregister(agent_0_, first.epoch).ok());
}

TEST_F(RegistrationsTest, WhatCannotBeStoredIsNotRegistered) {
  store_.SetFails(true);
  ExpectError(Refused("apn_orders", ""), Code::kUnavailable, Reason::kStoreUnavailable);
  store_.SetFails(false);
  EXPECT_TRUE(registrations_->List()->empty());
  ExpectError(registrations_->Register(Spec("no spaces"), "apn_orders", "").status(),
              Code::kInvalidArgument, Reason::kInvalidResourceId);
}

}  // namespace
}  // namespace bellwether
