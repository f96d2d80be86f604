#include "controlplane/planning/rate_meter.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// REQUIRES: both values are clamped, so that the result fits.
uint64_t Cost(double bytes_in_per_second, double bytes_out_per_second) {
  return static_cast<uint64_t>(bytes_in_per_second + 0.5 * bytes_out_per_second);
}

uint64_t Cost(const PartitionRate& rate) {
  return Cost(rate.bytes_in_per_second, rate.bytes_out_per_second);
}

// Collects each agent's traffic of the partitions that a plan spreads.
class SpreadUses {
 public:
  explicit SpreadUses(const Plan& plan)
      : plan_(plan), uses_(plan.spread.size()), is_incomplete_(plan.spread.size()) {}

  void Add(uint64_t partition, const MemberRate& rate) {
    if (const Spread* spread = plan_.FindSpread(partition)) {
      uses_[PositionOf(spread)].rates.push_back(rate);
    }
  }
  void MarkIncomplete(uint64_t partition) {
    if (const Spread* spread = plan_.FindSpread(partition)) {
      is_incomplete_[PositionOf(spread)] = true;
    }
  }

  // Leaves out partitions whose traffic is only partly known: they would look lopsided.
  std::vector<SpreadUse> Take() {
    std::vector<SpreadUse> known;
    for (size_t i = 0; i < uses_.size(); ++i) {
      if (is_incomplete_[i] || uses_[i].rates.empty()) continue;
      uses_[i].partition = plan_.spread[i].partition;
      known.push_back(std::move(uses_[i]));
    }
    return known;
  }

 private:
  size_t PositionOf(const Spread* spread) const {
    return static_cast<size_t>(spread - plan_.spread.data());
  }

  const Plan& plan_;
  std::vector<SpreadUse> uses_;
  std::vector<bool> is_incomplete_;
};

// The measurements of one plan.
struct Meter {
  explicit Meter(const Plan& plan) : uses(plan) {}

  Measurements measured;
  SpreadUses uses;
};

using Meters = std::map<std::string, Meter>;

// One for the pool's own plan and one for each zone that has an agent.
Meters MetersFor(const Roster& roster, const PlanSet& plans) {
  static const Plan& no_plan = *new Plan();
  Meters meters;
  meters.emplace("", *plans.whole);
  for (const RosterEntry& entry : roster.entries) {
    const std::string& zone = entry.registration->spec.zone;
    if (meters.count(zone) > 0) continue;
    const auto plan = plans.zones.find(zone);
    meters.emplace(zone, plan == plans.zones.end() ? no_plan : *plan->second);
  }
  return meters;
}

// Sums of an agent's rates: all that some plan led there, the part that the pool's own plan led,
// and the part that the plan of the agent's zone led.
struct Listed {
  uint64_t all = 0;
  uint64_t by_pool = 0;
  uint64_t by_zone = 0;
};

// Adds an agent's rates to the plans that led its clients there.
Listed AddRates(const LoadReport& report, const std::string& agent_zone, uint64_t agent_hash,
                uint64_t cluster_hash, bool is_late, Meters& meters) {
  Listed listed;
  for (const PartitionRate& rate : report.partition_rates) {
    const auto meter = meters.find(rate.plan_zone);
    // The zone has gone: its traffic is background load to all plans.
    if (meter == meters.end()) continue;
    const uint64_t cost = Cost(rate);
    const uint64_t partition = PartitionHash(cluster_hash, StableHash(rate.topic), rate.partition);
    listed.all += cost;
    if (rate.plan_zone.empty()) listed.by_pool += cost;
    if (rate.plan_zone == agent_zone) listed.by_zone += cost;
    meter->second.measured.rates.push_back({partition, is_late ? 0 : cost, is_late});
    if (is_late) {
      meter->second.uses.MarkIncomplete(partition);
    } else {
      meter->second.uses.Add(partition, {agent_hash, cost});
    }
  }
  return listed;
}

}  // namespace

MeasurementsByZone RateMeter::Measure(const Roster& roster, uint64_t cluster_hash,
                                      const PlanSet& plans) {
  Meters meters = MetersFor(roster, plans);
  absl::flat_hash_map<std::string, std::shared_ptr<const LoadReport>> reports;
  for (const RosterEntry& entry : roster.entries) {
    if (entry.report == nullptr || entry.state == AgentState::kDead) continue;
    const AgentSpec& spec = entry.registration->spec;
    const auto last = last_reports_.find(spec.agent_id);
    const bool is_late = last != last_reports_.end() && last->second == entry.report;
    reports[spec.agent_id] = entry.report;
    const uint64_t agent_hash = StableHash(spec.agent_id);
    const LoadReport& report = *entry.report;
    const Listed listed = AddRates(report, spec.zone, agent_hash, cluster_hash, is_late, meters);
    const uint64_t all = Cost(report.load.bytes_in_per_second, report.load.bytes_out_per_second);
    const uint64_t beside =
        std::max(all > listed.all ? all - listed.all : 0, Cost(report.other_rate));
    const auto ppm = static_cast<uint64_t>(Utilization(report.load) * 1e6);
    const auto add_to = [&](const std::string& zone, uint64_t own) {
      meters.at(zone).measured.agents.push_back({agent_hash, beside + listed.all - own, ppm});
    };
    add_to("", listed.by_pool);
    if (!spec.zone.empty()) add_to(spec.zone, listed.by_zone);
  }
  last_reports_ = std::move(reports);
  MeasurementsByZone measured;
  for (auto& [zone, meter] : meters) {
    SumRates(meter.measured.rates);
    meter.measured.spread_use = meter.uses.Take();
    measured.emplace_hint(measured.end(), zone, std::move(meter.measured));
  }
  return measured;
}

}  // namespace bellwether
