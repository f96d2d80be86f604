#ifndef CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_FIXTURE_H_
#define CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_FIXTURE_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/membership/pool_members.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {

// A pool in fake time, for tests.
class PoolMembersFixture : public testing::Test {
 protected:
  PoolMembersFixture() : pool_("apn_orders", MembershipOptions{}) {}

  MonotonicTime Now() const { return clock_.MonotonicNow(); }
  AgentState StateOf(const std::string& agent_id) {
    return FindEntry(pool_.GetRoster(Now()), agent_id).state;
  }
  bool Knows(const std::string& agent_id) {
    return FindEntry(pool_.GetRoster(Now()), agent_id).registration != nullptr;
  }

  void Add(const std::string& agent_id, int64_t epoch = 1) {
    pool_.Add(TestRegistration(agent_id, epoch), Now());
  }
  HeartbeatReply SendHeartbeat(const std::string& agent_id, int64_t sequence, int64_t epoch = 1) {
    const auto reply = pool_.RecordHeartbeat(TestHeartbeat(agent_id, sequence, epoch), Now());
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.value_or(HeartbeatReply{});
  }
  void AddActive(const std::string& agent_id) {
    Add(agent_id);
    SendHeartbeat(agent_id, 1);
  }
  // Lets time pass while only `agent_id` sends heartbeats.
  void PassTime(absl::Duration duration, const std::string& agent_id, int64_t first_sequence) {
    for (absl::Duration passed; passed < duration; passed += absl::Seconds(1)) {
      clock_.Advance(absl::Seconds(1));
      SendHeartbeat(agent_id, first_sequence++);
    }
  }

  // Lets time pass while the agent "witness" is alive: an agent dies only while others are heard.
  void PassTimeWithWitness(absl::Duration duration) {
    if (witness_heartbeats_ == 0) Add("witness");
    for (absl::Duration step; duration > absl::ZeroDuration(); duration -= step) {
      step = std::min(duration, absl::Seconds(3));
      clock_.Advance(step);
      SendHeartbeat("witness", ++witness_heartbeats_);
    }
  }

  FakeClock clock_;
  PoolMembers pool_;
  int64_t witness_heartbeats_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_FIXTURE_H_
