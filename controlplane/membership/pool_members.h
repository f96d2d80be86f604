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
// A state is computed from times whenever it is read; no lease depends on a timer.
// - JOINING: until its first report, and for slow_start after it. An agent that reports first while
//   the pool is new is ACTIVE at once. Slow start holds a new agent back because it looks idle next
//   to the others and would get every client. A new pool has no other agents, and holding back all
//   but the first agent of a cold start would give everything to that one. A pool is new while it
//   has no ACTIVE agent, and for slow_start after its first one.
// - A later run of an agent that was past JOINING and is not DEAD is JOINING only until its first
//   report: a short restart costs two small moves, away and back, without another slow start.
// - SUSPECT: after lease_duration without a sign of life (a heartbeat or a registration); the next
//   one restores the state that the agent would have without the silence. DEAD: after twice that
//   time; then only a registration brings the agent back, as a new one. A sign of life counts from
//   its arrival: one that arrived before DEAD and was processed after it brings the agent back,
//   unless its death has been recorded by then.
// - While most or all agents of the pool are silent at once, lease expiry stops (LeaseExpiry). The
//   agent that was heard last never becomes DEAD by silence.
// - An agent whose heartbeat stream breaks is suspect: SUSPECT after suspicion_delay, although its
//   lease still runs, until it is heard again. If streams break in the same moment
//   (mass_failure_window) and these are most of the agents that may lead and did not break before
//   (IsMassFailure, CountsInMassFailure), none of their agents is suspect: the cause is more likely
//   here, and their leases alone decide. An agent that was silent already, or whose pool's lease
//   expiry is stopped, is not suspect either.
// - After a restart or a stall of this process, and after most streams broke in the same moment,
//   agents report which agents they could not reach meanwhile. An agent that has not been heard
//   since is suspect, until it is heard, if more than half of the other agents that may lead have
//   reported it, and at least two of them if there are two. So no agent alone excludes others, and
//   no agent that is alive stays excluded.
// - DRAINING: in place of JOINING or ACTIVE, while an admin wants it, and from when the agent
//   announces that it leaves.
//
// Thread-safe; the lock is held for a few instructions for each agent concerned.
class PoolMembers {
 public:
  // `fleet`, if given, is shared by many pools and must outlive this object.
  PoolMembers(std::string agent_pool_id, const MembershipOptions& options,
              FleetActivity* fleet = nullptr);

  const std::string& agent_pool_id() const { return agent_pool_id_; }

  // As the methods of AgentRegistry of the same names; `now` is the time of the call, `arrived` the
  // time at which the heartbeat arrived.
  void Add(const Registration& registration, MonotonicTime now);
  void Restore(const Registration& registration, MonotonicTime now);
  void Remove(absl::string_view agent_id, int64_t epoch);
  void SetLeaving(absl::string_view agent_id, int64_t epoch, bool restarting, MonotonicTime now);
  void SetRestarting(absl::string_view agent_id, int64_t epoch, MonotonicTime now);
  void SetDraining(absl::string_view agent_id, bool draining);
  void NoteBrokenStream(absl::string_view agent_id, int64_t epoch, MonotonicTime last_heartbeat,
                        MonotonicTime now);
  // Streams that broke less than MembershipOptions::suspicion_delay ago, or break within a
  // heartbeat interval from now, do not make their agents suspect.
  void IgnoreBrokenStreams(MonotonicTime now);
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat, MonotonicTime arrived);

  // The state of every agent at `now`.
  Roster GetRoster(MonotonicTime now);
  // Generation of the roster that GetRoster would return: shows a reader without a lock whether its
  // roster is still the latest. An ordinary heartbeat does not change it.
  int64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // Whether the last evaluation found most agents silent and stopped lease expiry (LeaseExpiry).
  bool frozen() const { return frozen_.load(std::memory_order_relaxed); }

  // Agents that are past JOINING, or will be at once, but are stored as JOINING; at most `limit`.
  // For a periodic task that stores the change.
  std::vector<Registration> NewlyJoined(MonotonicTime now, size_t limit);
  // Records that the change is stored for that run.
  void MarkJoined(absl::string_view agent_id, int64_t epoch);

  // Agents that are DEAD without a stored record of it; and dead agents whose time in the lists is
  // over; at most `limit` of each. For a periodic task that stores the changes.
  std::vector<Registration> NewlyDead(MonotonicTime now, size_t limit);
  std::vector<Registration> LongDead(MonotonicTime now, size_t limit) const;
  // Whether the latest run of the agent is that run, and DEAD.
  bool IsDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now) const;
  // Records that this run is dead, for good. Does nothing if it is not known or has been replaced
  // by a later run.
  void MarkDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now);

  // Counts since the start: agents that were SUSPECT for a broken stream before their lease ended;
  // leases that ended; heartbeats of agents that were asked to register again because they were not
  // known, or dead; values and rates in load reports that were clamped.
  int64_t suspicions() const { return suspicions_.load(std::memory_order_relaxed); }
  int64_t lease_expirations() const { return lease_expirations_.load(std::memory_order_relaxed); }
  int64_t unknown_heartbeats() const { return unknown_heartbeats_.load(std::memory_order_relaxed); }
  int64_t dead_heartbeats() const { return dead_heartbeats_.load(std::memory_order_relaxed); }
  // Partition rates in reports that were only summed up, because the pool's reports took too much
  // memory.
  int64_t rates_left_out() const { return reports_.rates_left_out(); }
  int64_t clamped_values() const { return clamped_values_.load(std::memory_order_relaxed); }

 private:
  // The member with that id, or nullptr.
  Member* Find(absl::string_view agent_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Member* Find(absl::string_view agent_id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Evaluates the whole pool: deaths, lease expiry, and suspect agents.
  void Look(MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Clears the broken streams of a mass failure: most of the pool's streams, broken in the same
  // moment.
  void ReinstateAfterMassFailure() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The state of one member. DEAD only after an evaluation of the whole pool.
  AgentState StateOf(const Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Records the stored JOINING state of `registration`.
  void SetStoredJoining(const Registration& registration, Member& member)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Records a sign of life.
  void Renew(Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Records a first report at `now`, which sets the end of JOINING. False if there was one already.
  bool LimitJoining(Member& member, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasActive(MonotonicTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetDeparture(absl::string_view agent_id, int64_t epoch, bool leaving, bool restarting,
                    MonotonicTime now);
  // Increases the generation, so that readers see that their roster is outdated.
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
  // The latest time of a heartbeat or an evaluation. Callers with an earlier time get the state at
  // this time.
  MonotonicTime latest_ ABSL_GUARDED_BY(mutex_);
  // By this time readers evaluate the pool for the sake of suspects; further suspects until then
  // need no new generation.
  MonotonicTime suspects_seen_at_ ABSL_GUARDED_BY(mutex_);
  MonotonicTime ignores_breaks_until_ ABSL_GUARDED_BY(mutex_);
  // When the pool last got an ACTIVE agent by a first report after it had none. Restored agents do
  // not count: a restart of the control plane makes no pool new.
  MonotonicTime first_active_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_POOL_MEMBERS_H_
