#include "controlplane/membership/lease_expiry.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace bellwether {
namespace {

// The starts of the leases that count in the detection of mass failures, in order.
std::vector<MonotonicTime> LeasesOfCrowd(const Members& members) {
  std::vector<MonotonicTime> leases;
  leases.reserve(members.size());
  for (const auto& [id, member] : members) {
    if (CountsInMassFailure(member) && !IsSuspect(member)) leases.push_back(member.lease_from);
  }
  std::sort(leases.begin(), leases.end());
  return leases;
}

// When the first lease ended after `judged_until` such that most of the leases running then ended
// with it; the infinite future if none did.
MonotonicTime EndOfManyLeases(const std::vector<MonotonicTime>& leases,
                              const MembershipOptions& options, MonotonicTime judged_until,
                              MonotonicTime now) {
  for (auto first = leases.begin(); first != leases.end(); ++first) {
    const MonotonicTime end = *first + options.lease_duration();
    if (end > now) break;
    if (end <= judged_until) continue;
    const auto last = std::upper_bound(first, leases.end(), *first + options.silence_spread());
    if (IsMassFailure(last - first, leases.end() - first)) return end;
  }
  return MonotonicTime::InfiniteFuture();
}

// Records which agent was heard last: one that was past JOINING if there is one.
void NoteHeardLast(Members& members) {
  const auto rank = [](const Member& member) {
    return std::make_pair(member.last_seen >= member.active_from, member.last_seen);
  };
  Member* last = nullptr;
  for (auto& [id, member] : members) {
    member.heard_last = false;
    if (!HasLease(member)) continue;
    if (last == nullptr || rank(member) > rank(*last)) last = &member;
  }
  if (last != nullptr) last->heard_last = true;
}

}  // namespace

bool IsMassFailure(size_t part, size_t all) {
  constexpr size_t kLeast = 3;
  return part >= kLeast && 2 * part > all;
}

bool LeaseExpiry::Look(Members& members, MonotonicTime now, MonotonicTime fleet_heard) {
  NoteHeardLast(members);
  const bool changed = stopped() ? MayContinue(members, now, fleet_heard) : MayStop(members, now);
  judged_until_ = now;
  return changed;
}

Moment LeaseExpiry::At(MonotonicTime now) const {
  return {now, stopped() ? std::min(now, stop_->age) : now};
}

bool LeaseExpiry::MayStop(const Members& members, MonotonicTime now) {
  bool any_ended = false;
  MonotonicTime last_end;
  for (const auto& [id, member] : members) {
    if (!HasLease(member)) continue;
    last_end = std::max(last_end, HeartbeatsMissedFrom(member, options_));
    any_ended = any_ended || HeartbeatsMissedFrom(member, options_) <= now;
  }
  if (!any_ended) return false;
  const MonotonicTime end = EndOfManyLeases(LeasesOfCrowd(members), options_, judged_until_, now);
  if (end <= now) {
    // Just before that moment, so that not even the first agent is SUSPECT.
    stop_ = Stop{end - absl::Nanoseconds(1), /*frozen=*/true};
  } else if (last_end > judged_until_ && last_end <= now) {
    stop_ = Stop{last_end};
  }
  return stopped();
}

bool LeaseExpiry::MayContinue(Members& members, MonotonicTime now, MonotonicTime fleet_heard) {
  size_t counted = 0;
  size_t silent = 0;
  bool any_awaited = false;
  bool any_heard = false;
  for (const auto& [id, member] : members) {
    if (!HasLease(member)) continue;
    any_awaited = any_awaited || !member.registration->draining;
    any_heard = any_heard || !IsSilent(member, now);
    if (!CountsInMassFailure(member) || IsSuspect(member)) continue;
    ++counted;
    if (IsSilent(member, now)) ++silent;
  }
  if (any_heard || now < fleet_heard + options_.silence()) {
    stop_->some_heard_since = std::min(stop_->some_heard_since, now);
  } else {
    stop_->some_heard_since = MonotonicTime::InfiniteFuture();
  }
  const bool enough_heard = frozen() ? !IsMassFailure(silent, counted) : any_heard || !any_awaited;
  const bool believed = now >= stop_->some_heard_since + options_.freeze_limit;
  if (!enough_heard && !believed) return false;
  if (enough_heard) ProlongLeases(members, now);
  stop_.reset();
  return true;
}

void LeaseExpiry::ProlongLeases(Members& members, MonotonicTime now) const {
  for (auto& [id, member] : members) {
    if (IsDeclaredDead(member) || !IsSilent(member, now)) continue;
    // The operator knows that it is gone.
    if (member.registration->draining) continue;
    const bool had_ended = HeartbeatsMissedFrom(member, options_) <= stop_->age;
    member.lease_from = had_ended ? now - (stop_->age - member.lease_from) : now;
  }
}

bool LeaseExpiry::IsSilent(const Member& member, MonotonicTime now) const {
  return now - member.lease_from >= options_.silence();
}

}  // namespace bellwether
