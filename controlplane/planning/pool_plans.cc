#include "controlplane/planning/pool_plans.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace bellwether {
namespace {

absl::flat_hash_set<absl::string_view> ZonesOf(const PoolView& view) {
  absl::flat_hash_set<absl::string_view> zones;
  for (const auto& agent : view.agents) zones.insert(agent->registration.spec.zone);
  return zones;
}

}  // namespace

PoolPlans::PoolPlans(const PlanOptions& options) : options_(options), whole_(options) {}

void PoolPlans::Restore(const PlanSet& plans) {
  whole_.Restore(*plans.whole);
  zones_.clear();
  for (const auto& [zone, plan] : plans.zones) {
    zones_.try_emplace(zone, options_, zone).first->second.Restore(*plan);
  }
}

void PoolPlans::SetAgents(const PoolView& view) {
  whole_.SetAgents(view);
  if (zones_.empty()) return;
  const absl::flat_hash_set<absl::string_view> zones = ZonesOf(view);
  std::erase_if(zones_, [&](const auto& plan) { return !zones.contains(plan.first); });
  for (auto& [zone, plan] : zones_) plan.SetAgents(view);
}

bool PoolPlans::RunRound(const PoolView& view, const MeasurementsByZone& measurements) {
  static const Measurements& nothing = *new Measurements();
  const auto measured_in = [&](const std::string& zone) -> const Measurements& {
    const auto found = measurements.find(zone);
    return found == measurements.end() ? nothing : found->second;
  };
  bool changed = whole_.RunRound(view, measured_in("")).changed;
  for (const auto& [zone, measured] : measurements) {
    if (zone.empty() || measured.rates.empty() || zones_.size() >= kMaxZonePlans) continue;
    const auto [plan, is_new] = zones_.try_emplace(zone, options_, zone);
    if (is_new) plan->second.SetAgents(view);
    changed = changed || is_new;
  }
  for (auto& [zone, plan] : zones_) {
    changed = plan.RunRound(view, measured_in(zone)).changed || changed;
  }
  return changed;
}

void PoolPlans::MakeLookups(LeaderView& leaders) {
  leaders.lookup = whole_.MakeLookup(*leaders.view);
  leaders.zone_lookups.clear();
  for (auto& [zone, plan] : zones_) {
    leaders.zone_lookups.emplace_hint(leaders.zone_lookups.end(), zone,
                                      plan.MakeLookup(*leaders.view));
  }
}

bool PoolPlans::OutgrewLookups() const {
  return whole_.OutgrewLookup() || std::any_of(zones_.begin(), zones_.end(), [](const auto& plan) {
           return plan.second.OutgrewLookup();
         });
}

PlanSet PoolPlans::plans() const {
  PlanSet set;
  set.whole = whole_.plan();
  for (const auto& [zone, plan] : zones_) set.zones[zone] = plan.plan();
  return set;
}

const PoolPlan& PoolPlans::For(const std::string& zone) const {
  const auto plan = zones_.find(zone);
  return plan == zones_.end() ? whole_ : plan->second;
}

std::map<std::string, PlanStatus> PoolPlans::Statuses() const {
  std::map<std::string, PlanStatus> statuses;
  statuses[""] = whole_.Status();
  for (const auto& [zone, plan] : zones_) statuses[zone] = plan.Status();
  return statuses;
}

}  // namespace bellwether
