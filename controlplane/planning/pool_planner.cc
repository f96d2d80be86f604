#include "controlplane/planning/pool_planner.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "controlplane/base/stable_hash.h"
#include "controlplane/catalog/stored_plans.h"

namespace bellwether {
namespace {

// Thousands of leases that end one after the other must not cause as many snapshots: changes by the
// passing of time are seen at most this much later.
constexpr absl::Duration kShortestValidity = absl::Milliseconds(50);

std::shared_ptr<const ViewAgent> MakeViewAgent(const RosterEntry& entry) {
  return std::make_shared<const ViewAgent>(
      ViewAgent{*entry.registration, entry.state, StableHash(entry.registration->spec.agent_id)});
}

// The first snapshot: an empty view that is never valid, so that the first query makes the next.
std::shared_ptr<const PoolSnapshot> EmptySnapshot(const std::string& agent_pool_id,
                                                  int64_t version) {
  auto view = std::make_shared<PoolView>();
  view->agent_pool_id = agent_pool_id;
  view->version = version;
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->view = std::move(view);
  snapshot->returned_agents = std::make_shared<ReturnedAgents>();
  PrepareForQueries(*snapshot);
  PoolPlans no_plan{PlanOptions()};
  no_plan.MakeLookups(*snapshot);
  snapshot->parts = std::make_shared<RestrictedViews>();
  return snapshot;
}

}  // namespace

PoolPlanner::PoolPlanner(std::shared_ptr<PoolMembers> members, const Clock& clock,
                         int64_t first_version, const PlanOptions& plan_options)
    : members_(std::move(members)),
      clock_(clock),
      plan_options_(plan_options),
      snapshot_(EmptySnapshot(members_->agent_pool_id(), first_version + 1)),
      plans_(plan_options) {}

std::shared_ptr<const PoolSnapshot> PoolPlanner::Current() {
  std::shared_ptr<const PoolSnapshot> snapshot = snapshot_.Get();
  const MonotonicTime now = clock_.MonotonicNow();
  if (now < snapshot->valid_until && snapshot->roster_generation == members_->generation()) {
    return snapshot;
  }
  Publish(members_->GetRoster(now));
  return snapshot_.Get();
}

void PoolPlanner::RunRound(uint64_t cluster_hash) {
  // The plan uses the published view.
  Current();
  const MonotonicTime now = clock_.MonotonicNow();
  const Roster roster = members_->GetRoster(now);
  // The load of most agents is not known now.
  if (roster.frozen) return;
  MutexLock lock(mutex_);
  const std::shared_ptr<const PoolSnapshot> latest = snapshot_.Get();
  MeasurementsByZone measurements = meter_.Measure(roster, cluster_hash, latest->plans);
  for (auto& [zone, measured] : measurements) {
    for (SpreadUse& use : measured.spread_use) {
      use.clients = latest->clients.at(zone)->Seen(use.partition, now);
    }
  }
  const bool changed = plans_.RunRound(*latest->view, measurements);
  if (!changed && !plans_.OutgrewLookups()) return;
  auto next = std::make_shared<PoolSnapshot>(*latest);
  if (changed) {
    auto view = std::make_shared<PoolView>(*latest->view);
    ++view->version;
    next->view = std::move(view);
    next->view_since = now;
  }
  PrepareLookups(now, *next);
  snapshot_.Publish(std::move(next));
}

std::map<std::string, PlanStatus> PoolPlanner::PlanStatuses() {
  MutexLock lock(mutex_);
  return plans_.Statuses();
}

PoolPlans PoolPlanner::CopyPlans() {
  MutexLock lock(mutex_);
  return plans_;
}

void PoolPlanner::Restore(const PlanSet& plans) {
  MutexLock lock(mutex_);
  plans_.Restore(plans);
  stored_plans_ = plans_.plans();
}

std::optional<PlanSet> PoolPlanner::UnstoredPlans() {
  MutexLock lock(mutex_);
  PlanSet plans = plans_.plans();
  const bool matters =
      IsWorthStoring(plans) || (stored_plans_.has_value() && IsWorthStoring(*stored_plans_));
  if (!matters || plans == stored_plans_) return std::nullopt;
  return plans;
}

void PoolPlanner::NoteStored(PlanSet plans) {
  MutexLock lock(mutex_);
  stored_plans_ = std::move(plans);
}

void PoolPlanner::PrepareLookups(MonotonicTime now, PoolSnapshot& snapshot) {
  snapshot.plans = plans_.plans();
  plans_.MakeLookups(snapshot);
  snapshot.parts = std::make_shared<RestrictedViews>();
  std::map<std::string, std::shared_ptr<const RecentClients>> before;
  before.swap(snapshot.clients);
  const auto prepare = [&](const std::string& zone, const std::shared_ptr<const Plan>& plan) {
    const std::shared_ptr<const RecentClients>& known = before[zone];
    snapshot.clients[zone] =
        known != nullptr && known->IsFor(plan)
            ? known
            : std::make_shared<const RecentClients>(plan, plan_options_, known.get(), now);
  };
  prepare("", snapshot.plans.whole);
  for (const auto& [zone, plan] : snapshot.plans.zones) prepare(zone, plan);
}

void PoolPlanner::Publish(const Roster& roster) {
  const MonotonicTime now = clock_.MonotonicNow();
  MutexLock lock(mutex_);
  const std::shared_ptr<const PoolSnapshot> latest = snapshot_.Get();
  // Within a generation states change only by the passing of time, and valid_until never decreases,
  // so the pair shows which of two rosters is the later.
  if (std::tie(latest->roster_generation, latest->valid_until) >=
      std::tie(roster.generation, roster.valid_until)) {
    return;
  }
  // The fields that depend on the view stay valid as long as the view does.
  auto next = std::make_shared<PoolSnapshot>(*latest);
  next->view = NextView(roster, latest->view, now);
  if (next->view != latest->view) {
    plans_.SetAgents(*next->view);
    PrepareForQueries(*next);
    PrepareLookups(now, *next);
    next->view_since = now;
  }
  next->pending_loads.clear();
  next->pending_loads.reserve(roster.entries.size());
  for (const RosterEntry& entry : roster.entries) next->pending_loads.push_back(entry.pending_load);
  for (const uint32_t candidate : next->view->candidates) {
    next->pending_loads[candidate]->MakeNameable(now);
  }
  next->valid_until = roster.valid_until;
  if (roster.generation == latest->roster_generation) {
    next->valid_until = std::max(roster.valid_until, now + kShortestValidity);
  }
  next->roster_generation = roster.generation;
  snapshot_.Publish(std::move(next));
}

std::shared_ptr<const PoolView> PoolPlanner::NextView(const Roster& roster,
                                                      const std::shared_ptr<const PoolView>& latest,
                                                      MonotonicTime now) {
  auto next = std::make_shared<PoolView>();
  next->agent_pool_id = latest->agent_pool_id;
  next->version = latest->version + 1;
  next->agents.reserve(roster.entries.size());
  std::vector<std::shared_ptr<const Registration>> registrations;
  registrations.reserve(roster.entries.size());
  bool differs = roster.entries.size() != latest->agents.size();
  size_t old = 0;
  for (const RosterEntry& entry : roster.entries) {
    // Both lists are sorted by id.
    const std::string& id = entry.registration->spec.agent_id;
    while (old < registrations_.size() && registrations_[old]->spec.agent_id < id) ++old;
    const bool is_same = old < registrations_.size() && registrations_[old] == entry.registration &&
                         latest->agents[old]->state == entry.state;
    next->agents.push_back(is_same ? latest->agents[old] : MakeViewAgent(entry));
    registrations.push_back(entry.registration);
    differs = differs || !is_same;
  }
  if (!differs) return latest;
  ChooseCandidates(*next);
  std::set<std::string> zones;
  std::set<std::string> agent_groups;
  for (const auto& agent : next->agents) {
    zones.insert(agent->registration.spec.zone);
    agent_groups.insert(agent->registration.spec.agent_group);
  }
  next->recent_zones = recent_zones_.Update(std::move(zones), now);
  next->recent_agent_groups = recent_agent_groups_.Update(std::move(agent_groups), now);
  registrations_ = std::move(registrations);
  return next;
}

}  // namespace bellwether
