#include "controlplane/membership/agent_registry.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

class AgentRegistryTest : public testing::Test {
 protected:
  AgentRegistryTest() : registry_(clock_, MembershipOptions{}) {}

  RosterEntry Entry(const std::string& pool, const std::string& agent_id) {
    return FindEntry(registry_.Pool(pool)->GetRoster(clock_.MonotonicNow()), agent_id);
  }

  FakeClock clock_;
  AgentRegistry registry_;
};

TEST_F(AgentRegistryTest, AgentsOfTwoPoolsAreDifferentAgents) {
  registry_.Add(TestRegistration("a", 5));
  Registration elsewhere = TestRegistration("a", 9);
  elsewhere.agent_pool_id = "apn_clicks";
  registry_.Add(elsewhere);
  EXPECT_FALSE(registry_.RecordHeartbeat(TestHeartbeat("a", 1, 5))->reregister);
  EXPECT_EQ(Entry("apn_orders", "a").state, AgentState::kActive);
  EXPECT_EQ(Entry("apn_clicks", "a").state, AgentState::kJoining);
  registry_.Remove({"apn_clicks", "a"}, 9);
  EXPECT_NE(Entry("apn_orders", "a").registration, nullptr);
}

TEST_F(AgentRegistryTest, HeartbeatForAnUnknownPoolMakesNone) {
  EXPECT_TRUE(registry_.RecordHeartbeat(TestHeartbeat("a", 1))->reregister);
  registry_.SetDraining({"apn_orders", "a"}, true);
  registry_.Remove({"apn_orders", "a"}, 1);
  EXPECT_TRUE(registry_.Pools().empty());
}

TEST_F(AgentRegistryTest, ReplyAsksForTheNextHeartbeatWithinAnInterval) {
  registry_.Add(TestRegistration("a"));
  for (const char* id : {"a", "b"}) {
    const absl::Duration after =
        registry_.RecordHeartbeat(TestHeartbeat(id, 1))->next_heartbeat_after;
    EXPECT_LE(after, absl::Seconds(3));
    EXPECT_GT(after, absl::Seconds(2));
  }
}

TEST_F(AgentRegistryTest, OnlyAStallOfAHeartbeatIntervalExcusesBrokenStreams) {
  for (const char* id : {"a", "b"}) {
    registry_.Add(TestRegistration(id));
    ASSERT_TRUE(registry_.RecordHeartbeat(TestHeartbeat(id, 1)).ok());
  }
  registry_.NoteBrokenStream({"apn_orders", "a"}, 1, clock_.MonotonicNow());
  registry_.NoteStall(absl::Milliseconds(2'999));
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Entry("apn_orders", "a").state, AgentState::kSuspect) << "nobody gave up so soon";
  registry_.NoteBrokenStream({"apn_orders", "b"}, 1, clock_.MonotonicNow());
  registry_.NoteStall(absl::Seconds(3));
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Entry("apn_orders", "b").state, AgentState::kActive);
}

TEST_F(AgentRegistryTest, RemovedPoolForgetsItsAgents) {
  registry_.Add(TestRegistration("a"));
  registry_.RemovePool("apn_orders");
  EXPECT_TRUE(registry_.Pools().empty());
  EXPECT_TRUE(registry_.RecordHeartbeat(TestHeartbeat("a", 1))->reregister);
}

TEST_F(AgentRegistryTest, DrainReachesTheAgentWithItsNextHeartbeat) {
  registry_.Add(TestRegistration("a"));
  registry_.SetDraining({"apn_orders", "a"}, true);
  EXPECT_TRUE(registry_.RecordHeartbeat(TestHeartbeat("a", 1))->drain);
}

TEST_F(AgentRegistryTest, ConcurrentHeartbeatsRegistrationsAndReadsStayConsistent) {
  constexpr int kThreads = 4;
  constexpr int kAgentsPerThread = 8;
  constexpr int kHeartbeats = 200;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, &wrong, t] {
      for (int heartbeat = 1; heartbeat <= kHeartbeats; ++heartbeat) {
        for (int a = 0; a < kAgentsPerThread; ++a) {
          const std::string id = absl::StrCat("agent-", t, "-", a);
          if (heartbeat == 1) registry_.Add(TestRegistration(id));
          const auto reply = registry_.RecordHeartbeat(TestHeartbeat(id, heartbeat));
          if (!reply.ok() || reply->reregister) ++wrong;
        }
        if (heartbeat % 10 == 0)
          registry_.SetDraining({"apn_orders", "agent-0-0"}, heartbeat % 20 == 0);
        const std::shared_ptr<PoolMembers> pool = registry_.Pool("apn_orders");
        const Roster roster = pool->GetRoster(clock_.MonotonicNow());
        if (roster.generation > pool->generation()) ++wrong;
        clock_.Advance(absl::Microseconds(100));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  const Roster roster = registry_.Pool("apn_orders")->GetRoster(clock_.MonotonicNow());
  ASSERT_EQ(roster.entries.size(), size_t{kThreads * kAgentsPerThread});
  for (const RosterEntry& entry : roster.entries) {
    EXPECT_NE(entry.report, nullptr);
    EXPECT_NE(entry.state, AgentState::kJoining) << "the pool was new";
  }
}

}  // namespace
}  // namespace bellwether
