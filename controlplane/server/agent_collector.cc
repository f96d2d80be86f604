#include "controlplane/server/agent_collector.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "controlplane/membership/pool_members.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/limits.h"
#include "controlplane/planning/load_evenness.h"
#include "controlplane/server/metric_family.h"

namespace bellwether {

AgentCollector::AgentCollector(const Catalog& catalog, const AgentRegistry& registry,
                               const Clock& clock)
    : catalog_(catalog), registry_(registry), clock_(clock) {}

std::vector<prometheus::MetricFamily> AgentCollector::Collect() const {
  prometheus::MetricFamily agents =
      MakeFamily(prometheus::MetricType::Gauge, "bellwether_agents", "Agents by pool and state.");
  prometheus::MetricFamily frozen =
      MakeFamily(prometheus::MetricType::Gauge, "bellwether_agent_pool_frozen",
                 "1 while most agents of the pool are silent and its leaders stay as they are.");
  prometheus::MetricFamily expirations =
      MakeFamily(prometheus::MetricType::Counter, "bellwether_agent_lease_expirations_total",
                 "Leases of agents that ended, by pool.");
  prometheus::MetricFamily reregistrations = MakeFamily(
      prometheus::MetricType::Counter, "bellwether_agent_reregistrations_total",
      "Heartbeats whose agent was told to register again, by reason: it is dead, it is not known, "
      "or its pool is not.");
  prometheus::MetricFamily clamped =
      MakeFamily(prometheus::MetricType::Counter, "bellwether_load_report_clamped_values_total",
                 "Numbers and partitions in load reports that could not be, by pool.");
  prometheus::MetricFamily left_out =
      MakeFamily(prometheus::MetricType::Counter, "bellwether_load_report_rates_left_out_total",
                 "Partition rates in load reports that were added up, because the reports of the "
                 "pool took too "
                 "much memory, by pool.");
  prometheus::MetricFamily suspicions =
      MakeFamily(prometheus::MetricType::Counter, "bellwether_agent_suspicions_total",
                 "Agents that were named no more because their heartbeat stream broke, by pool.");
  prometheus::MetricFamily imbalance =
      MakeFamily(prometheus::MetricType::Gauge, "bellwether_reported_imbalance_ratio",
                 "Largest load that an agent reported, divided by its share of the load of its "
                 "agent group, by pool.");
  prometheus::MetricFamily above_mean =
      MakeFamily(prometheus::MetricType::Gauge, "bellwether_reported_above_mean_bytes_per_second",
                 "Load of that agent in bytes per second, less its share, by pool.");
  const MonotonicTime now = clock_.MonotonicNow();
  int64_t dead = 0;
  int64_t unknown = 0;
  absl::flat_hash_set<std::string> known;
  for (const std::shared_ptr<PoolMembers>& pool : registry_.Pools()) {
    const std::string& id = pool->agent_pool_id();
    known.insert(id);
    std::array<int, std::size(kAgentStates)> counts = {};
    const Roster roster = pool->GetRoster(now);
    for (const RosterEntry& entry : roster.entries) {
      ++counts[static_cast<size_t>(entry.state)];
    }
    for (const AgentState state : kAgentStates) {
      AddMetric({{"agent_pool", id}, {"state", std::string(AgentStateName(state))}},
                counts[static_cast<size_t>(state)], agents);
    }
    AddMetric({{"agent_pool", id}}, pool->frozen() ? 1 : 0, frozen);
    AddMetric({{"agent_pool", id}}, static_cast<double>(pool->lease_expirations()), expirations);
    AddMetric({{"agent_pool", id}}, static_cast<double>(pool->suspicions()), suspicions);
    AddMetric({{"agent_pool", id}}, static_cast<double>(pool->clamped_values()), clamped);
    const LoadEvenness evenness = ReportedEvenness(roster);
    AddMetric({{"agent_pool", id}}, evenness.imbalance, imbalance);
    AddMetric({{"agent_pool", id}}, evenness.above_mean_bytes_per_second, above_mean);
    AddMetric({{"agent_pool", id}}, static_cast<double>(pool->rates_left_out()), left_out);
    dead += pool->dead_heartbeats();
    unknown += pool->unknown_heartbeats();
  }
  // Distinguishes a pool that lost its agents before the start from a deleted one.
  for (const auto& pool : catalog_.View()->ListAgentPools("", kMaxAgentPools)) {
    if (known.contains(pool->id)) continue;
    AddMetric(
        {{"agent_pool", pool->id}, {"state", std::string(AgentStateName(AgentState::kActive))}}, 0,
        agents);
  }
  AddMetric({{"reason", "dead"}}, static_cast<double>(dead), reregistrations);
  AddMetric({{"reason", "unknown"}}, static_cast<double>(unknown), reregistrations);
  AddMetric({{"reason", "unknown_pool"}}, static_cast<double>(registry_.unknown_agent_heartbeats()),
            reregistrations);
  return {agents,  frozen,   expirations, suspicions, reregistrations,
          clamped, left_out, imbalance,   above_mean};
}

}  // namespace bellwether
