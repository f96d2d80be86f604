#include "controlplane/planning/enrollment.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/error.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/store/in_memory_metadata_store.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

const std::string kPool(kDefaultAgentPoolId);

// A store whose disk can be full, or hang.
class FullStore final : public MetadataStore {
 public:
  void set_full(bool full) { full_ = full; }
  // Blocks every commit until unblock.
  void block() {
    MutexLock lock(mutex_);
    blocked_ = true;
  }
  void unblock() {
    MutexLock lock(mutex_);
    blocked_ = false;
    changed_.NotifyAll();
  }
  void WaitUntilBlocked() {
    MutexLock lock(mutex_);
    while (waiting_ == 0) changed_.Wait(mutex_);
  }

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override {
    return store_.Get(key);
  }
  absl::StatusOr<Listing> List(absl::string_view prefix) const override {
    return store_.List(prefix);
  }
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override {
    {
      MutexLock lock(mutex_);
      ++waiting_;
      changed_.NotifyAll();
      while (blocked_) changed_.Wait(mutex_);
      --waiting_;
    }
    if (full_) {
      return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "disk full");
    }
    return store_.Commit(transaction);
  }

 private:
  InMemoryMetadataStore store_;
  std::atomic<bool> full_ = false;
  Mutex mutex_;
  CondVar changed_;
  bool blocked_ ABSL_GUARDED_BY(mutex_) = false;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The membership part of a control plane: everything that a restart loses.
struct ControlPlane {
  ControlPlane(MetadataStore& store, const Clock& clock, Random& random)
      : catalog(Catalog::Open(store, clock, random, Catalog::Options{}).value()),
        registrations(store, *catalog),
        registry(clock, MembershipOptions{}),
        planners(registry, clock, catalog->start_count() << 32),
        enrollment(registrations, registry) {
    EXPECT_TRUE(enrollment.Restore().ok());
  }

  std::shared_ptr<const PoolView> View() { return planners.Find(kPool)->Current()->view; }

  const std::unique_ptr<Catalog> catalog;
  Registrations registrations;
  AgentRegistry registry;
  PoolPlanners planners;
  Enrollment enrollment;
};

class EnrollmentTest : public testing::Test {
 protected:
  EnrollmentTest() { Restart(); }

  // Ends the control plane abruptly, and starts it again on the same data.
  void Restart() {
    plane_.reset();
    plane_ = std::make_unique<ControlPlane>(store_, clock_, random_);
  }

  static AgentSpec Spec(const std::string& agent_id, const std::string& boot_id = "boot-1") {
    AgentSpec spec;
    spec.agent_id = agent_id;
    spec.boot_id = boot_id;
    spec.address = {"10.0.0.1", 9092};
    return spec;
  }
  Registration Register(const std::string& agent_id, const std::string& boot_id = "boot-1") {
    const auto registration = plane_->enrollment.Register(Spec(agent_id, boot_id), "", "");
    EXPECT_TRUE(registration.ok()) << registration.status();
    return registration.value_or(Registration{});
  }
  HeartbeatReply SendHeartbeat(const Registration& registration, int64_t sequence = 1) {
    Heartbeat heartbeat;
    heartbeat.agent = {registration.agent_pool_id, registration.spec.agent_id};
    heartbeat.epoch = registration.epoch;
    heartbeat.sequence = sequence;
    const auto reply = plane_->registry.RecordHeartbeat(heartbeat);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.value_or(HeartbeatReply{});
  }
  // Also DEAD if there is no such agent.
  AgentState StateOf(const std::string& agent_id) {
    const auto view = plane_->View();
    const ViewAgent* const agent = view->FindAgent(agent_id);
    return agent == nullptr ? AgentState::kDead : agent->state;
  }
  bool IsListed(const std::string& agent_id) {
    return plane_->View()->FindAgent(agent_id) != nullptr;
  }

  // Advances the clock until a silent agent is DEAD, while another one is heard: the last agent of
  // a pool does not die.
  void PassTwoLeases() {
    witness_ = Register("witness");
    SendHeartbeat(witness_, 1);
    for (int64_t heartbeat = 2; heartbeat <= 7; ++heartbeat) {
      clock_.Advance(absl::Seconds(3));
      SendHeartbeat(witness_, heartbeat);
    }
  }

  FakeClock clock_;
  SeededRandom random_{1};
  FullStore store_;
  std::unique_ptr<ControlPlane> plane_;
  Registration witness_;
};

TEST_F(EnrollmentTest, RestartBringsEveryAgentBack) {
  for (const char* id : {"a", "b", "c"}) SendHeartbeat(Register(id));
  ASSERT_TRUE(plane_->enrollment.SetDraining({kPool, "c"}, true).ok());
  const std::shared_ptr<const PoolView> before = plane_->View();
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  clock_.Advance(absl::Seconds(8));
  Restart();
  const std::shared_ptr<const PoolView> after = plane_->View();
  ASSERT_EQ(after->agents.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(after->agents[i]->registration, before->agents[i]->registration);
    EXPECT_EQ(after->agents[i]->state, before->agents[i]->state);
  }
  EXPECT_EQ(after->candidates, before->candidates);
  EXPECT_GT(after->version, before->version);
  clock_.Advance(absl::Seconds(9) - absl::Milliseconds(1));
  EXPECT_EQ(plane_->View(), after) << "not a full lease";
  EXPECT_FALSE(SendHeartbeat(before->agents[0]->registration, 77).reregister);
}

TEST_F(EnrollmentTest, RestartOfAnAgentKeepsItsBrokerIdAndRaisesItsEpoch) {
  const Registration first = Register("a");
  SendHeartbeat(first);
  const Registration second = Register("a", "boot-2");
  EXPECT_GT(second.epoch, first.epoch);
  EXPECT_EQ(second.broker_id, first.broker_id);
  SendHeartbeat(second);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
}

TEST_F(EnrollmentTest, DeregisteredAgentIsOutAtOnceAndForGood) {
  const Registration a = Register("a");
  SendHeartbeat(a);
  ASSERT_TRUE(plane_->enrollment.Deregister({kPool, "a"}, a.epoch).ok());
  EXPECT_FALSE(IsListed("a"));
  Restart();
  EXPECT_FALSE(IsListed("a"));
}

TEST_F(EnrollmentTest, OldRunCannotDeregisterTheNew) {
  const Registration first = Register("a");
  Register("a", "boot-2");
  const absl::Status status = plane_->enrollment.Deregister({kPool, "a"}, first.epoch);
  EXPECT_EQ(GetReason(status), Reason::kStaleAgentEpoch) << status;
  EXPECT_TRUE(IsListed("a"));
}

TEST_F(EnrollmentTest, DrainOfAnUnknownAgentIsNotFound) {
  const auto result = plane_->enrollment.SetDraining({kPool, "nobody"}, true);
  EXPECT_EQ(GetReason(result.status()), Reason::kAgentNotFound);
}

TEST_F(EnrollmentTest, WhatCannotBeStoredDoesNotHappen) {
  const Registration a = Register("a");
  SendHeartbeat(a);
  store_.set_full(true);
  EXPECT_FALSE(plane_->enrollment.Register(Spec("b"), "", "").ok());
  EXPECT_FALSE(plane_->enrollment.SetDraining({kPool, "a"}, true).ok());
  EXPECT_FALSE(plane_->enrollment.Deregister({kPool, "a"}, a.epoch).ok());
  EXPECT_FALSE(IsListed("b"));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_FALSE(SendHeartbeat(a, 2).reregister) << "heartbeats need no disk";
}

TEST_F(EnrollmentTest, DeathIsStoredSoThatARestartBringsNobodyBackToLife) {
  const Registration a = Register("a");
  SendHeartbeat(a);
  PassTwoLeases();
  store_.set_full(true);
  EXPECT_FALSE(plane_->enrollment.SweepDead().ok());
  store_.set_full(false);
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  Restart();
  EXPECT_TRUE(IsListed("a"));
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
  EXPECT_TRUE(SendHeartbeat(a, 2).reregister);
  const Registration again = Register("a");
  EXPECT_FALSE(SendHeartbeat(again).reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "beside the witness it is a newcomer";
  Restart();
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "a restart ends nothing";
}

TEST_F(EnrollmentTest, AgentThatWasSilentForTooLongCanComeBackBeforeItsDeathIsStored) {
  const Registration a = Register("a");
  SendHeartbeat(a);
  PassTwoLeases();
  ASSERT_TRUE(SendHeartbeat(a, 2).reregister);
  EXPECT_FALSE(SendHeartbeat(Register("a"), 3).reregister);
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "beside the witness it is a newcomer";
  Restart();
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "a restart ends nothing";
}

TEST_F(EnrollmentTest, RestartNeitherEndsJoiningNorBringsItBack) {
  const std::vector<Registration> first = {Register("a"), Register("b"), Register("c")};
  for (const Registration& one : first) SendHeartbeat(one);
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  const auto send_all_heartbeats = [&](int64_t sequence) {
    for (const Registration& one : first) SendHeartbeat(one, sequence);
  };
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Seconds(3));
    send_all_heartbeats(2 + i);
  }
  const Registration newcomer = Register("newcomer");
  SendHeartbeat(newcomer);
  Register("silent");
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  for (int restart = 0; restart < 2; ++restart) {
    Restart();
    for (const char* id : {"a", "b", "c"}) EXPECT_EQ(StateOf(id), AgentState::kActive) << id;
    EXPECT_EQ(StateOf("newcomer"), AgentState::kJoining);
    EXPECT_EQ(StateOf("silent"), AgentState::kJoining);
  }
  // Its JOINING begins with its first report to the new process.
  send_all_heartbeats(10);
  SendHeartbeat(newcomer, 2);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Milliseconds(3'300));
    send_all_heartbeats(11 + i);
    SendHeartbeat(newcomer, 3 + i);
  }
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  EXPECT_EQ(StateOf("newcomer"), AgentState::kJoining);
  clock_.Advance(absl::Milliseconds(100));
  EXPECT_EQ(StateOf("newcomer"), AgentState::kActive);
  Restart();
  EXPECT_EQ(StateOf("newcomer"), AgentState::kActive) << "that was stored a moment ahead";
  EXPECT_EQ(StateOf("silent"), AgentState::kJoining);
}

TEST_F(EnrollmentTest, AgentThatReturnsIsActiveAtItsFirstReportAfterARestartToo) {
  for (const char* id : {"a", "b"}) SendHeartbeat(Register(id));
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  const Registration returned = Register("a", "boot-2");
  ASSERT_TRUE(plane_->enrollment.RecordJoined().ok());
  Restart();
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "this run of it has not reported";
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
  SendHeartbeat(returned);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  // A run that follows one that never finished JOINING has not finished it either.
  Register("new");
  const Registration second = Register("new", "boot-2");
  Restart();
  SendHeartbeat(second);
  EXPECT_EQ(StateOf("new"), AgentState::kJoining);
}

TEST_F(EnrollmentTest, JoinsThatCannotBeStoredAreStoredLater) {
  SendHeartbeat(Register("a"));
  store_.set_full(true);
  EXPECT_FALSE(plane_->enrollment.RecordJoined().ok());
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "heartbeats need no disk";
  store_.set_full(false);
  EXPECT_TRUE(plane_->enrollment.RecordJoined().ok());
  Restart();
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
}

TEST_F(EnrollmentTest, DeadAgentIsForgottenAfterItsRetention) {
  SendHeartbeat(Register("a"));
  PassTwoLeases();
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  clock_.Advance(absl::Minutes(10) - absl::Milliseconds(1));
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  EXPECT_TRUE(IsListed("a"));
  clock_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  EXPECT_FALSE(IsListed("a"));
  Restart();
  EXPECT_FALSE(IsListed("a"));
}

TEST_F(EnrollmentTest, MassDeathIsStoredInSlicesWhileTheOthersAreServed) {
  constexpr int kDead = 600;
  std::vector<Registration> alive;
  for (int i = 0; i < kDead; ++i) Register(absl::StrCat("dead", i));
  for (int i = 0; i <= kDead; ++i) alive.push_back(Register(absl::StrCat("alive", i)));
  for (int64_t heartbeat = 1; heartbeat <= 6; ++heartbeat) {
    clock_.Advance(absl::Seconds(3));
    for (const Registration& agent : alive) SendHeartbeat(agent, heartbeat);
  }
  const auto unstored = [this] {
    return plane_->registry.Pool(kPool)->NewlyDead(clock_.MonotonicNow(), kDead).size();
  };
  ASSERT_EQ(unstored(), size_t{kDead});
  size_t left = kDead;
  while (left > 0) {
    ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
    ASSERT_LT(unstored(), left);
    EXPECT_LE(left - unstored(), 256u) << "the agents of other pools wait so long";
    left = unstored();
  }
}

TEST_F(EnrollmentTest, SweepThatWaitsForTheDiskDelaysNoHeartbeatAndNoAnswer) {
  const Registration a = Register("a");
  Register("b");
  SendHeartbeat(a);
  PassTwoLeases();
  store_.block();
  std::thread sweep([this] { EXPECT_TRUE(plane_->enrollment.SweepDead().ok()); });
  store_.WaitUntilBlocked();
  for (int64_t heartbeat = 2; heartbeat < 1000; ++heartbeat)
    SendHeartbeat(witness_, heartbeat + 10);
  EXPECT_EQ(StateOf("witness"), AgentState::kActive);
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
  store_.unblock();
  sweep.join();
}

TEST_F(EnrollmentTest, LaterRunInTheStoreDoesNotStopTheSweep) {
  SendHeartbeat(Register("a"));
  // The state after a commit that was applied although it seemed to fail.
  ASSERT_TRUE(plane_->registrations.Register(Spec("a", "boot-2"), "", "").ok());
  PassTwoLeases();
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  clock_.Advance(absl::Minutes(10));
  ASSERT_TRUE(plane_->enrollment.SweepDead().ok());
  EXPECT_TRUE(plane_->enrollment.SweepDead().ok());
  EXPECT_FALSE(IsListed("a"));
  Restart();
  EXPECT_EQ(StateOf("a"), AgentState::kJoining);
}

TEST_F(EnrollmentTest, ConcurrentChangesLeaveRegistryAndStoreInStep) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 100;
  Register("shared");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int round = 0; round < kRounds; ++round) {
        const std::string boot_id = absl::StrCat("boot-", t, "-", round);
        // Some calls may lose a race in the store; both sides must agree in the end.
        (void)plane_->enrollment.Register(Spec("shared", boot_id), "", "");
        (void)plane_->enrollment.SetDraining({kPool, "shared"}, (t + round) % 2 == 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto stored = plane_->registrations.List();
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->size(), 1u);
  // Views do not show whether it is stored as JOINING.
  Registration shown = stored->front();
  shown.joining = Joining::kDone;
  EXPECT_EQ(plane_->View()->FindAgent("shared")->registration, shown);
}

}  // namespace
}  // namespace bellwether
