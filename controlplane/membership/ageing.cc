#include "controlplane/membership/ageing.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace bellwether {
namespace {

// From when leases run, in order.
std::vector<MonotonicTime> LeasesOf(const Members& members) {
  std::vector<MonotonicTime> leases;
  leases.reserve(members.size());
  for (const auto& [id, member] : members) {
    if (HasLease(member)) leases.push_back(member.lease_from);
  }
  std::sort(leases.begin(), leases.end());
  return leases;
}

// When the first lease ended after `judged_until` with which most of those that still ran then were
// to end within one interval; the infinite future if none did.
MonotonicTime EndOfManyLeases(const std::vector<MonotonicTime>& leases,
                              const MembershipOptions& options, MonotonicTime judged_until,
                              MonotonicTime now) {
  for (auto first = leases.begin(); first != leases.end(); ++first) {
    const MonotonicTime end = *first + options.lease_duration();
    if (end > now) break;
    if (end <= judged_until) continue;
    const auto last = std::upper_bound(first, leases.end(), *first + options.heartbeat_interval);
    if (IsCrowd(last - first, leases.end() - first)) return end;
  }
  return MonotonicTime::InfiniteFuture();
}

}  // namespace

bool IsCrowd(size_t part, size_t all) {
  constexpr size_t kLeast = 3;
  return part >= kLeast && 2 * part > all;
}

bool Ageing::Look(Members& members, MonotonicTime now) {
  const bool changed = stopped() ? MayGoOn(members, now) : MayStop(members, now);
  judged_until_ = now;
  return changed;
}

Moment Ageing::At(MonotonicTime now) const {
  return {now, stopped() ? std::min(now, stop_->age) : now};
}

bool Ageing::MayStop(const Members& members, MonotonicTime now) {
  const bool any_ended = std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    return HasLease(entry.second) && StaleFrom(entry.second, options_) <= now;
  });
  if (!any_ended) return false;
  const std::vector<MonotonicTime> leases = LeasesOf(members);
  const MonotonicTime end = EndOfManyLeases(leases, options_, judged_until_, now);
  const MonotonicTime last_end = leases.back() + options_.lease_duration();
  if (end <= now) {
    // Just before, so that not even the first of them is STALE.
    stop_ = Stop{end - absl::Nanoseconds(1), /*frozen=*/true};
  } else if (last_end <= now) {
    stop_ = Stop{last_end};
  }
  return stopped();
}

bool Ageing::MayGoOn(Members& members, MonotonicTime now) {
  size_t alive = 0;
  size_t silent = 0;
  for (const auto& [id, member] : members) {
    if (!HasLease(member)) continue;
    ++alive;
    if (IsSilent(member, now)) ++silent;
  }
  if (silent < alive) {
    stop_->some_heard_since = std::min(stop_->some_heard_since, now);
  } else {
    stop_->some_heard_since = MonotonicTime::InfiniteFuture();
  }
  const bool enough_heard = frozen() ? !IsCrowd(silent, alive) : silent < alive || alive == 0;
  const bool believed = frozen() && now >= stop_->some_heard_since + options_.freeze_limit;
  if (!enough_heard && !believed) return false;
  if (enough_heard) ProlongLeases(members, now);
  stop_.reset();
  return true;
}

void Ageing::ProlongLeases(Members& members, MonotonicTime now) const {
  for (auto& [id, member] : members) {
    if (IsDeclaredDead(member) || !IsSilent(member, now)) continue;
    const bool had_ended = StaleFrom(member, options_) <= stop_->age;
    member.lease_from = had_ended ? now - (stop_->age - member.lease_from) : now;
  }
}

bool Ageing::IsSilent(const Member& member, MonotonicTime now) const {
  return now - member.lease_from >= options_.lease_duration() - options_.heartbeat_interval;
}

}  // namespace bellwether
