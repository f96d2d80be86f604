#ifndef CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_
#define CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"

namespace bellwether {

// The agents of one pool: their leases, states and load.
//
// A state is computed from times whenever somebody looks; no lease depends on a timer that fires.
// - JOINING: until its first report, and for joining_period after it. An agent that reports first
//   while the pool is new is ACTIVE at once: a newcomer is held back because it looks idle beside
//   the others and would get everything, and in a new pool there are no others; holding back all
//   but the first of a cold start would give everything to that one. A pool is new while it has no
//   ACTIVE agent, and for joining_period after its first one.
// - A later run of an agent that was past JOINING and is not DEAD is JOINING only until its first
//   report: a short restart costs two small moves, out and back, not ten seconds more.
// - STALE: after lease_duration without a sign of life (a heartbeat or a registration); the next
//   one makes it what it would be by now. DEAD: after twice that, and for good: only a registration
//   brings the agent back, as a newcomer. That goes by the time when a heartbeat is handled: one
//   that came before DEAD but waited until after it comes too late.
// - DRAINING: instead of JOINING or ACTIVE, while an admin wants it.
//
// Thread-safe; the lock is held for a few instructions for each agent concerned.
class PoolMembers {
 public:
  PoolMembers(std::string agent_pool_id, const MembershipOptions& options);

  const std::string& agent_pool_id() const { return agent_pool_id_; }

  // As the methods of AgentRegistry of the same names; `now` is the time of the call.
  void Add(const Registration& registration, MonotonicTime now);
  void Restore(const Registration& registration, MonotonicTime now);
  void Remove(absl::string_view agent_id, int64_t epoch);
  void SetDraining(absl::string_view agent_id, bool draining);
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat, MonotonicTime now);

  // Everybody's state at `now`.
  Roster GetRoster(MonotonicTime now) const;
  // Generation of the roster that GetRoster would return: lets a reader see without a lock whether
  // its roster is still the latest. An ordinary heartbeat does not change it.
  int64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // Agents whose lease ended for good and for whom that is not yet recorded as dead; and dead
  // agents whose time in the lists is over. For a periodic task, which stores what they became.
  std::vector<Registration> NewlyDead(MonotonicTime now) const;
  std::vector<Registration> LongDead(MonotonicTime now) const;
  // Whether that run, and no later one, is here and DEAD.
  bool IsDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now) const;
  // Records that this run is dead. Nothing happens if it is not known or is a later run.
  void MarkDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now);

  // Numbers and rates in load reports that had to be clamped, since the start.
  int64_t clamped_values() const { return clamped_values_.load(std::memory_order_relaxed); }

 private:
  // The member of that id, or nullptr.
  Member* Find(absl::string_view agent_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Member* Find(absl::string_view agent_id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes note of a first report at `now`, from which JOINING ends sooner or later. False if that
  // was known already.
  bool LimitJoining(Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasActive(MonotonicTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Tells readers that their roster is not the latest any more.
  void NoteChange() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string agent_pool_id_;
  const MembershipOptions options_;
  std::atomic<int64_t> generation_ = 1;
  std::atomic<int64_t> clamped_values_ = 0;
  mutable Mutex mutex_;
  absl::btree_map<std::string, Member> members_ ABSL_GUARDED_BY(mutex_);
  // When the pool last came to have an ACTIVE agent, by a first report, after it had none. Restored
  // agents do not count: a restart of ours makes no pool new.
  MonotonicTime first_active_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_
