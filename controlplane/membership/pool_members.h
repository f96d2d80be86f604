#ifndef CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_
#define CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/membership/fleet_activity.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/lease_expiry.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"
#include "controlplane/membership/report_budget.h"
#include "controlplane/membership/roster.h"
#include "controlplane/membership/unreachable_reports.h"
#include "controlplane/model/agent.h"

namespace bellwether {

// The agents of one pool: their leases, states and load.
//
// A state is computed from times whenever somebody looks; no lease depends on a timer that fires.
// - JOINING: until its first report, and for slow_start after it. An agent that reports first
//   while the pool is new is ACTIVE at once: a newcomer is held back because it looks idle beside
//   the others and would get everything, and in a new pool there are no others; holding back all
//   but the first of a cold start would give everything to that one. A pool is new while it has no
//   ACTIVE agent, and for slow_start after its first one.
// - A later run of an agent that was past JOINING and is not DEAD is JOINING only until its first
//   report: a short restart costs two small moves, out and back, not ten seconds more.
// - SUSPECT: after lease_duration without a sign of life (a heartbeat or a registration); the next
//   one makes it what it would be by now. DEAD: after twice that; then only a registration brings
//   the agent back, as a newcomer. A sign of life counts from when it arrived: one that came before
//   DEAD and waited until after it brings the agent back, unless its death is recorded by then.
// - While most agents of the pool are silent at once, or all, ageing stops (LeaseExpiry); and the
// agent
//   that was heard last never becomes DEAD by silence.
// - An agent whose heartbeat stream breaks is suspect: SUSPECT after suspicion_delay, though its
//   lease runs on, until it is heard again. Those whose streams break in the same moment
//   (mass_failure_window) are not if they are most of the agents that may lead and did not break
//   before (IsMassFailure, CountsInMassFailure): then it is more likely our side, and their leases
//   alone decide. Nor is an agent that was silent already, or one whose pool does not age.
// - After a restart or a stall of this process, and after most streams broke in the same moment,
//   agents report which agents they could not reach meanwhile. An agent that has not been heard
//   since is suspect, until it is heard, if more than half of the other agents that may lead, and
//   at least two of them if there are, have reported it. So no agent alone excludes others, and
//   none that is alive stays excluded.
// - DRAINING: instead of JOINING or ACTIVE, while an admin wants it, and from when the agent
//   announces that it leaves.
//
// Thread-safe; the lock is held for a few instructions for each agent concerned.
class PoolMembers {
 public:
  // `fleet`, if it is given, is what many pools share, and must outlive this one.
  PoolMembers(std::string agent_pool_id, const MembershipOptions& options,
              FleetActivity* fleet = nullptr);

  const std::string& agent_pool_id() const { return agent_pool_id_; }

  // As the methods of AgentRegistry of the same names; `now` is the time of the call, `arrived`
  // that at which the heartbeat came in.
  void Add(const Registration& registration, MonotonicTime now);
  void Restore(const Registration& registration, MonotonicTime now);
  void Remove(absl::string_view agent_id, int64_t epoch);
  void SetLeaving(absl::string_view agent_id, int64_t epoch, bool restarting, MonotonicTime now);
  void SetRestarting(absl::string_view agent_id, int64_t epoch, MonotonicTime now);
  void SetDraining(absl::string_view agent_id, bool draining);
  void NoteBrokenStream(absl::string_view agent_id, int64_t epoch, MonotonicTime last_heartbeat,
                        MonotonicTime now);
  // Nobody is suspect whose stream broke less than MembershipOptions::suspicion_delay ago, or
  // breaks within a heartbeat interval from now.
  void IgnoreBrokenStreams(MonotonicTime now);
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat, MonotonicTime arrived);

  // Everybody's state at `now`.
  Roster GetRoster(MonotonicTime now);
  // Generation of the roster that GetRoster would return: lets a reader see without a lock whether
  // its roster is still the latest. An ordinary heartbeat does not change it.
  int64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // Whether the last look found that most agents are silent and nobody ages (LeaseExpiry).
  bool frozen() const { return frozen_.load(std::memory_order_relaxed); }

  // Agents that are past JOINING, or will be at once, and are stored as JOINING; at most `limit`.
  // For a periodic task, which stores that.
  std::vector<Registration> NewlyJoined(MonotonicTime now, size_t limit);
  // Notes that this is stored of that run.
  void MarkJoined(absl::string_view agent_id, int64_t epoch);

  // Agents that are DEAD and for whom that is not yet recorded; and dead agents whose time in the
  // lists is over; at most `limit` of each. For a periodic task, which stores what they became.
  std::vector<Registration> NewlyDead(MonotonicTime now, size_t limit);
  std::vector<Registration> LongDead(MonotonicTime now, size_t limit) const;
  // Whether that run, and no later one, is here and DEAD.
  bool IsDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now) const;
  // Records that this run is dead, for good. Nothing happens if it is not known or is a later run.
  void MarkDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now);

  // Since the start: agents that were SUSPECT for a broken stream before their lease ended; leases
  // that ended; heartbeats of agents that were told to register again, by
  // whether they were not known or dead; numbers and rates in load reports that had to be clamped.
  int64_t suspicions() const { return suspicions_.load(std::memory_order_relaxed); }
  int64_t lease_expirations() const { return lease_expirations_.load(std::memory_order_relaxed); }
  int64_t unknown_heartbeats() const { return unknown_heartbeats_.load(std::memory_order_relaxed); }
  int64_t dead_heartbeats() const { return dead_heartbeats_.load(std::memory_order_relaxed); }
  // Partition rates in reports that were added up, since the pool's reports took too much memory.
  int64_t rates_left_out() const { return reports_.rates_left_out(); }
  int64_t clamped_values() const { return clamped_values_.load(std::memory_order_relaxed); }

 private:
  // The member of that id, or nullptr.
  Member* Find(absl::string_view agent_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Member* Find(absl::string_view agent_id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Looks at the whole pool: who died, whether ageing stops or goes on, and who is suspect.
  void Look(MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Pardons the broken streams of most of the pool that broke in the same moment.
  void ReinstateAfterMassFailure() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The state of one member. DEAD only after a look at the whole pool.
  AgentState StateOf(const Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Notes what is stored of how `registration` joins.
  void SetStoredJoining(const Registration& registration, Member& member)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes note of a sign of life.
  void Renew(Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes note of a first report at `now`, from which JOINING ends sooner or later. False if that
  // was known already.
  bool LimitJoining(Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasActive(MonotonicTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetDeparture(absl::string_view agent_id, int64_t epoch, bool leaving, bool restarting,
                    MonotonicTime now);
  // Tells readers that their roster is not the latest any more.
  void NoteChange() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string agent_pool_id_;
  const MembershipOptions options_;
  FleetActivity* const fleet_;
  std::atomic<int64_t> generation_ = 1;
  std::atomic<bool> frozen_ = false;
  std::atomic<int64_t> suspicions_ = 0;
  std::atomic<int64_t> lease_expirations_ = 0;
  std::atomic<int64_t> unknown_heartbeats_ = 0;
  std::atomic<int64_t> dead_heartbeats_ = 0;
  std::atomic<int64_t> clamped_values_ = 0;
  ReportBudget reports_;
  mutable Mutex mutex_;
  Members members_ ABSL_GUARDED_BY(mutex_);
  LeaseExpiry lease_expiry_ ABSL_GUARDED_BY(mutex_){options_};
  UnreachableReports unreachable_ ABSL_GUARDED_BY(mutex_){options_};
  // The latest moment at which a heartbeat came or somebody looked: callers that looked at the
  // clock before are told what is true then.
  MonotonicTime latest_ ABSL_GUARDED_BY(mutex_);
  // Readers look at the pool by then for the sake of suspects: until then more of them need no
  // sign.
  MonotonicTime suspects_seen_at_ ABSL_GUARDED_BY(mutex_);
  MonotonicTime ignores_breaks_until_ ABSL_GUARDED_BY(mutex_);
  // When the pool last came to have an ACTIVE agent, by a first report, after it had none. Restored
  // agents do not count: a restart of ours makes no pool new.
  MonotonicTime first_active_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_
