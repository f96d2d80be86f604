#include "controlplane/membership/pool_members.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// How often readers check whether lease expiry continues. While it is stopped, heartbeats do not
// trigger the check: otherwise each of 10 000 agents that come back would cause a pass over the
// pool.
constexpr int kLooksPerInterval = 10;

absl::Status StaleEpochError(const AgentKey& agent, int64_t epoch, int64_t known_epoch) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStaleAgentEpoch,
                   absl::StrCat(FormatAgentName(agent.agent_pool_id, agent.agent_id), " has epoch ",
                                known_epoch, ", not ", epoch,
                                ": another process has registered under this agent id; stop one "
                                "of the two processes"),
                   {{"agent_pool", agent.agent_pool_id},
                    {"agent_id", agent.agent_id},
                    {"agent_epoch", absl::StrCat(known_epoch)}});
}

// When the next heartbeat is due: early by up to a tenth of an interval, which varies each time, so
// that agents that started in one moment do not keep sending heartbeats in one moment.
absl::Duration Pace(const Heartbeat& heartbeat, absl::Duration interval) {
  constexpr uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
  const uint64_t mixed = StableHash(heartbeat.agent.agent_id) +
                         static_cast<uint64_t>(heartbeat.sequence) * kGoldenRatio;
  const double fraction = static_cast<double>(mixed >> 11) * 0x1p-53;
  return interval * (1 - 0.1 * fraction);
}

bool IsSilent(AgentState state) {
  return state == AgentState::kSuspect || state == AgentState::kDead;
}

// `registration` as readers see it: Member keeps the JOINING state.
std::shared_ptr<const Registration> Shown(const Registration& registration) {
  auto shown = std::make_shared<Registration>(registration);
  shown->joining = Joining::kDone;
  return shown;
}

// An agent is stored as ACTIVE this much before it is: if this process is killed meanwhile, its
// partitions move to it at the restart instead of a moment later.
constexpr absl::Duration kStoredAhead = absl::Milliseconds(200);

}  // namespace

PoolMembers::PoolMembers(std::string agent_pool_id, const MembershipOptions& options,
                         FleetActivity* fleet)
    : agent_pool_id_(std::move(agent_pool_id)),
      options_(options),
      fleet_(fleet),
      reports_(options.max_report_bytes) {}

void PoolMembers::Add(const Registration& registration, MonotonicTime now) {
  Member newcomer;
  newcomer.registration = Shown(registration);
  newcomer.last_seen = now;
  newcomer.lease_from = now;
  newcomer.pending_load = std::make_shared<PendingLoad>(options_.lease_duration());

  MutexLock lock(mutex_);
  Member& member = members_[registration.spec.agent_id];
  if (member.registration != nullptr && member.registration->epoch > registration.epoch) return;
  const AgentState state =
      member.registration == nullptr ? AgentState::kDead : StateOf(member, now);
  if (state != AgentState::kDead && member.registration->epoch == registration.epoch) {
    Renew(member, now);
    SetStoredJoining(registration, member);
    if (!(*member.registration == *newcomer.registration)) {
      member.registration = std::move(newcomer.registration);
      NoteChange();
    }
    return;
  }
  newcomer.returning =
      state != AgentState::kDead && (member.returning || now >= member.active_from);
  SetStoredJoining(registration, newcomer);
  member = std::move(newcomer);
  NoteChange();
}

void PoolMembers::Restore(const Registration& registration, MonotonicTime now) {
  Member restored;
  restored.registration = Shown(registration);
  restored.last_seen = now;
  restored.lease_from = now;
  if (registration.joining == Joining::kDone) restored.active_from = now;
  restored.returning = registration.joining == Joining::kReturning;
  restored.pending_load = std::make_shared<PendingLoad>(options_.lease_duration());
  if (registration.dead) restored.declared_dead = now;
  restored.lease_had_ended = registration.dead;

  MutexLock lock(mutex_);
  Member& member = members_[registration.spec.agent_id];
  if (member.registration != nullptr && member.registration->epoch >= registration.epoch) return;
  SetStoredJoining(registration, restored);
  unreachable_.Await(restored, now);
  member = std::move(restored);
  NoteChange();
}

void PoolMembers::Remove(absl::string_view agent_id, int64_t epoch) {
  MutexLock lock(mutex_);
  const auto it = members_.find(agent_id);
  if (it == members_.end() || it->second.registration->epoch > epoch) return;
  members_.erase(it);
  NoteChange();
}

void PoolMembers::SetDeparture(absl::string_view agent_id, int64_t epoch, bool leaving,
                               bool restarting, MonotonicTime now) {
  MutexLock lock(mutex_);
  Member* const member = Find(agent_id);
  if (member == nullptr || member->registration->epoch != epoch ||
      (member->registration->leaving == leaving &&
       member->registration->restarting == restarting) ||
      (leaving && member->registration->gone_to_restart()) ||
      StateOf(*member, now) == AgentState::kDead) {
    return;
  }
  auto changed = std::make_shared<Registration>(*member->registration);
  changed->leaving = leaving;
  changed->restarting = restarting;
  member->registration = std::move(changed);
  Renew(*member, now);
  NoteChange();
}

void PoolMembers::SetLeaving(absl::string_view agent_id, int64_t epoch, bool restarting,
                             MonotonicTime now) {
  SetDeparture(agent_id, epoch, /*leaving=*/true, restarting, now);
}

void PoolMembers::SetRestarting(absl::string_view agent_id, int64_t epoch, MonotonicTime now) {
  SetDeparture(agent_id, epoch, /*leaving=*/false, /*restarting=*/true, now);
}

void PoolMembers::SetDraining(absl::string_view agent_id, bool draining) {
  MutexLock lock(mutex_);
  Member* const member = Find(agent_id);
  if (member == nullptr || member->registration->draining == draining) return;
  auto changed = std::make_shared<Registration>(*member->registration);
  changed->draining = draining;
  member->registration = std::move(changed);
  NoteChange();
}

void PoolMembers::NoteBrokenStream(absl::string_view agent_id, int64_t epoch,
                                   MonotonicTime last_heartbeat, MonotonicTime now) {
  MutexLock lock(mutex_);
  Member* const member = Find(agent_id);
  if (member == nullptr || member->registration->epoch != epoch || !HasLease(*member) ||
      member->stream_broke < MonotonicTime::InfiniteFuture()) {
    return;
  }
  if (now < ignores_breaks_until_ || lease_expiry_.stopped()) return;
  // Its stream broke because it is silent, and its lease covers that already.
  if (now - member->last_seen >= options_.silence()) return;
  // It already has a new stream.
  if (member->last_seen > last_heartbeat) return;
  member->stream_broke = now;
  // When thousands of streams break, readers must not pass over the pool for each.
  if (now < suspects_seen_at_) return;
  suspects_seen_at_ = StreamBrokenFrom(*member, options_);
  NoteChange();
}

void PoolMembers::IgnoreBrokenStreams(MonotonicTime now) {
  MutexLock lock(mutex_);
  ignores_breaks_until_ = now + options_.heartbeat_interval;
  for (auto& [id, member] : members_) {
    if (IsSuspect(member) && StreamBrokenFrom(member, options_) > now)
      member.break_is_ignored = true;
    unreachable_.Await(member, now);
  }
}

absl::StatusOr<HeartbeatReply> PoolMembers::RecordHeartbeat(Heartbeat heartbeat,
                                                            MonotonicTime arrived) {
  const bool is_credible = IsCredible(heartbeat.report.load);
  clamped_values_.fetch_add(ClampLoadReport(heartbeat.report), std::memory_order_relaxed);
  // Made before the lock; the replaced report is freed after it.
  std::shared_ptr<const LoadReport> report = reports_.Admit(std::move(heartbeat.report));
  const AgentLoad load = report->load;
  HeartbeatReply reply;
  reply.next_heartbeat_after = Pace(heartbeat, options_.heartbeat_interval);
  std::shared_ptr<PendingLoad> pending_load;
  int64_t known_epoch = 0;
  int32_t weight = 0;
  absl::Duration window = options_.heartbeat_interval;
  {
    MutexLock lock(mutex_);
    latest_ = std::max(latest_, arrived);
    Member* const member = Find(heartbeat.agent.agent_id);
    known_epoch = member == nullptr ? heartbeat.epoch : member->registration->epoch;
    const AgentState state = member == nullptr ? AgentState::kDead : StateOf(*member, arrived);
    // An agent that left to restart and still sends heartbeats has not restarted; it has to
    // register again.
    const bool is_member = state != AgentState::kDead && !member->registration->gone_to_restart();
    if (known_epoch == heartbeat.epoch && is_member) {
      reply.drain = member->registration->draining;
      Renew(*member, arrived);
      if (unreachable_.Note(heartbeat, *member, members_, arrived)) NoteChange();
      const bool is_first = member->report == nullptr;
      if (is_first && LimitJoining(*member, arrived)) NoteChange();
      if (is_first || heartbeat.sequence > member->report_sequence) {
        if (!is_first) {
          reply.lateness = arrived - member->due;
          window = std::min(window, arrived - member->report_time);
        }
        member->report_sequence = heartbeat.sequence;
        member->report_time = arrived;
        member->due = arrived + reply.next_heartbeat_after;
        member->report.swap(report);
        pending_load = member->pending_load;
        weight = member->registration->spec.weight;
      }
    } else {
      reply.reregister = true;
      std::atomic<int64_t>& count = member == nullptr ? unknown_heartbeats_ : dead_heartbeats_;
      count.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (heartbeat.epoch < known_epoch) {
    return StaleEpochError(heartbeat.agent, heartbeat.epoch, known_epoch);
  }
  if (fleet_ != nullptr) fleet_->NoteHeard(arrived);
  if (pending_load != nullptr && !is_credible) {
    pending_load->DropReport(arrived, window);
  } else if (pending_load != nullptr) {
    pending_load->RecordReport(Utilization(load) * weight, load.connections,
                               load.in_flight_requests, arrived, window);
  }
  return reply;
}

Roster PoolMembers::GetRoster(MonotonicTime now) {
  Roster roster;
  MutexLock lock(mutex_);
  Look(now);
  // A heartbeat may have arrived after the caller read the clock.
  now = latest_;
  const Moment moment = lease_expiry_.At(now);
  roster.frozen = lease_expiry_.frozen();
  roster.generation = generation_.load(std::memory_order_relaxed);
  roster.entries.reserve(members_.size());
  if (lease_expiry_.stopped())
    roster.valid_until = now + options_.heartbeat_interval / kLooksPerInterval;
  if (now < unreachable_.seen_at()) {
    roster.valid_until = std::min(roster.valid_until, unreachable_.seen_at());
  }
  for (auto& [id, member] : members_) {
    const AgentState state = StateAt(member, options_, moment);
    const MonotonicTime lease_end =
        std::min(HeartbeatsMissedFrom(member, options_), member.declared_dead);
    const bool lease_has_ended = IsSilent(state) && moment.age >= lease_end;
    if (lease_has_ended && !member.lease_had_ended) ++lease_expirations_;
    if (IsSilent(state) && !lease_has_ended && !IsSilent(member.shown)) ++suspicions_;
    member.shown = state;
    member.lease_had_ended = lease_has_ended;
    roster.entries.push_back({member.registration, state,
                              std::max(now - member.last_seen, absl::ZeroDuration()), member.report,
                              member.pending_load});
    roster.valid_until = std::min(roster.valid_until, NextChange(member, options_, moment));
  }
  return roster;
}

std::vector<Registration> PoolMembers::NewlyJoined(MonotonicTime now, size_t limit) {
  std::vector<Registration> joined;
  bool expects_more = false;
  MutexLock lock(mutex_);
  for (const auto& [id, member] : members_) {
    if (member.stored_joining == Joining::kDone || IsDeclaredDead(member)) continue;
    expects_more = true;
    if (joined.size() == limit) break;
    if (now + kStoredAhead >= member.active_from) joined.push_back(*member.registration);
  }
  if (expects_more && fleet_ != nullptr) fleet_->expects_joined = true;
  return joined;
}

void PoolMembers::MarkJoined(absl::string_view agent_id, int64_t epoch) {
  MutexLock lock(mutex_);
  Member* const member = Find(agent_id);
  if (member == nullptr || member->registration->epoch != epoch) return;
  member->stored_joining = Joining::kDone;
}

std::vector<Registration> PoolMembers::NewlyDead(MonotonicTime now, size_t limit) {
  std::vector<Registration> dead;
  MutexLock lock(mutex_);
  Look(now);
  for (const auto& [id, member] : members_) {
    if (dead.size() == limit) break;
    if (!member.registration->dead && now >= member.declared_dead) {
      dead.push_back(*member.registration);
    }
  }
  return dead;
}

std::vector<Registration> PoolMembers::LongDead(MonotonicTime now, size_t limit) const {
  std::vector<Registration> dead;
  MutexLock lock(mutex_);
  for (const auto& [id, member] : members_) {
    if (dead.size() == limit) break;
    if (member.registration->dead && now >= member.declared_dead + options_.dead_retention) {
      dead.push_back(*member.registration);
    }
  }
  return dead;
}

bool PoolMembers::IsDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now) const {
  MutexLock lock(mutex_);
  const Member* const member = Find(agent_id);
  return member != nullptr && member->registration->epoch == epoch && now >= member->declared_dead;
}

void PoolMembers::MarkDead(absl::string_view agent_id, int64_t epoch, MonotonicTime now) {
  MutexLock lock(mutex_);
  Member* const member = Find(agent_id);
  if (member == nullptr || member->registration->epoch != epoch || member->registration->dead) {
    return;
  }
  auto changed = std::make_shared<Registration>(*member->registration);
  changed->dead = true;
  member->registration = std::move(changed);
  member->declared_dead = now;
  NoteChange();
}

Member* PoolMembers::Find(absl::string_view agent_id) {
  const auto it = members_.find(agent_id);
  return it == members_.end() ? nullptr : &it->second;
}

const Member* PoolMembers::Find(absl::string_view agent_id) const {
  const auto it = members_.find(agent_id);
  return it == members_.end() ? nullptr : &it->second;
}

void PoolMembers::Look(MonotonicTime now) {
  latest_ = std::max(latest_, now);
  ReinstateAfterMassFailure();
  unreachable_.Judge(members_, latest_);
  const MonotonicTime fleet_heard = fleet_ == nullptr ? MonotonicTime() : fleet_->last_heard();
  if (lease_expiry_.Look(members_, latest_, fleet_heard)) NoteChange();
  frozen_.store(lease_expiry_.frozen(), std::memory_order_relaxed);
  const Moment moment = lease_expiry_.At(latest_);
  for (auto& [id, member] : members_) {
    if (moment.age >= DeadFrom(member, options_)) member.declared_dead = DeadFrom(member, options_);
  }
}

void PoolMembers::ReinstateAfterMassFailure() {
  std::vector<MonotonicTime> breaks;
  size_t counted = 0;
  bool any_suspect = false;
  for (const auto& [id, member] : members_) {
    any_suspect = any_suspect || IsSuspect(member);
    if (!CountsInMassFailure(member)) continue;
    ++counted;
    if (member.stream_broke < MonotonicTime::InfiniteFuture())
      breaks.push_back(member.stream_broke);
  }
  if (!any_suspect) return;
  std::sort(breaks.begin(), breaks.end());
  // The periods in which most streams broke; ascending, without overlaps.
  std::vector<std::pair<MonotonicTime, MonotonicTime>> moments;
  for (auto first = breaks.begin(); first != breaks.end(); ++first) {
    const MonotonicTime end = *first + options_.mass_failure_window;
    const auto last = std::upper_bound(first, breaks.end(), end);
    // Streams that broke before do not count.
    if (!IsMassFailure(last - first, counted - (first - breaks.begin()))) continue;
    if (moments.empty() || moments.back().second < *first) moments.emplace_back(*first, end);
    moments.back().second = end;
  }
  for (auto& [id, member] : members_) {
    for (const auto& [from, to] : moments) {
      const bool is_in = member.stream_broke >= from && member.stream_broke <= to;
      if (!is_in || member.break_is_ignored) continue;
      member.break_is_ignored = true;
      unreachable_.Await(member, latest_);
    }
  }
}

AgentState PoolMembers::StateOf(const Member& member, MonotonicTime now) {
  AgentState state = StateAt(member, options_, lease_expiry_.At(now));
  if (state == AgentState::kDead && !IsDeclaredDead(member)) {
    Look(now);
    state = StateAt(member, options_, lease_expiry_.At(now));
  }
  return member.registration->dead ? AgentState::kDead : state;
}

void PoolMembers::SetStoredJoining(const Registration& registration, Member& member) {
  member.stored_joining = registration.joining;
  if (registration.joining != Joining::kDone && fleet_ != nullptr) fleet_->expects_joined = true;
}

void PoolMembers::Renew(Member& member, MonotonicTime now) {
  member.last_seen = std::max(member.last_seen, now);
  member.lease_from = std::max(member.lease_from, now);
  member.declared_dead = MonotonicTime::InfiniteFuture();
  member.stream_broke = MonotonicTime::InfiniteFuture();
  member.break_is_ignored = false;
  member.unheard_since_outage = false;
  member.is_unreachable = false;
  member.reported_by.clear();
  if (IsSilent(member.shown)) NoteChange();
}

bool PoolMembers::LimitJoining(Member& member, MonotonicTime now) {
  if (member.active_from < MonotonicTime::InfiniteFuture()) return false;
  if (member.returning) {
    member.active_from = now;
    return true;
  }
  if (!HasActive(now)) first_active_ = now;
  const bool pool_is_new = now < first_active_ + options_.slow_start;
  member.active_from = pool_is_new ? now : now + options_.slow_start;
  return true;
}

bool PoolMembers::HasActive(MonotonicTime now) const {
  const Moment moment = lease_expiry_.At(now);
  return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
    return StateAt(entry.second, options_, moment) == AgentState::kActive;
  });
}

void PoolMembers::NoteChange() {
  generation_.fetch_add(1, std::memory_order_release);
  if (fleet_ != nullptr) fleet_->changes.fetch_add(1, std::memory_order_release);
}

}  // namespace bellwether
