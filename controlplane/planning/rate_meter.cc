#include "controlplane/planning/rate_meter.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "controlplane/assignment/jump_order.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// REQUIRES: clamped, so that it fits.
uint64_t Cost(double bytes_in_per_second, double bytes_out_per_second) {
  return static_cast<uint64_t>(bytes_in_per_second + 0.5 * bytes_out_per_second);
}

uint64_t Cost(const PartitionRate& rate) {
  return Cost(rate.bytes_in_per_second, rate.bytes_out_per_second);
}

// Collects who carries what of the partitions that a plan spreads.
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

  // Without those of which not everything is known: they would look lopsided.
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

}  // namespace

Measurements RateMeter::Measure(const Roster& roster, uint64_t cluster_hash, const Plan& plan) {
  Measurements measured;
  SpreadUses uses(plan);
  absl::flat_hash_map<std::string, std::shared_ptr<const LoadReport>> reports;
  for (const RosterEntry& entry : roster.entries) {
    if (entry.report == nullptr || entry.state == AgentState::kDead) continue;
    const std::string& id = entry.registration->spec.agent_id;
    const auto last = last_reports_.find(id);
    const bool is_late = last != last_reports_.end() && last->second == entry.report;
    reports[id] = entry.report;
    const uint64_t agent_hash = StableHash(id);
    const LoadReport& report = *entry.report;
    uint64_t listed = 0;
    for (const PartitionRate& rate : report.partition_rates) {
      const uint64_t cost = Cost(rate);
      const uint64_t partition =
          PartitionHash(cluster_hash, StableHash(rate.topic), rate.partition);
      listed += cost;
      measured.rates.push_back({partition, is_late ? 0 : cost, is_late});
      if (is_late) {
        uses.MarkIncomplete(partition);
      } else {
        uses.Add(partition, {agent_hash, cost});
      }
    }
    const uint64_t all = Cost(report.load.bytes_in_per_second, report.load.bytes_out_per_second);
    const uint64_t base = std::max(all > listed ? all - listed : 0, Cost(report.other_rate));
    const auto ppm = static_cast<uint64_t>(Utilization(report.load) * 1e6);
    measured.agents.push_back({agent_hash, base, ppm});
  }
  last_reports_ = std::move(reports);
  SumRates(measured.rates);
  measured.spread_use = uses.Take();
  return measured;
}

}  // namespace bellwether
