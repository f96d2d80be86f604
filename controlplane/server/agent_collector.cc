#include "controlplane/server/agent_collector.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "controlplane/membership/pool_members.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"
#include "controlplane/planning/load_evenness.h"

namespace bellwether {
namespace {

prometheus::MetricFamily MakeFamily(const char* name, const char* help,
                                    prometheus::MetricType type) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

}  // namespace

AgentCollector::AgentCollector(const AgentRegistry& registry, const Clock& clock)
    : registry_(registry), clock_(clock) {}

std::vector<prometheus::MetricFamily> AgentCollector::Collect() const {
  prometheus::MetricFamily agents =
      MakeFamily("bellwether_agents", "Agents by pool and state.", prometheus::MetricType::Gauge);
  prometheus::MetricFamily frozen =
      MakeFamily("bellwether_agent_pool_frozen",
                 "1 while most agents of the pool are silent and its leaders stay as they are.",
                 prometheus::MetricType::Gauge);
  prometheus::MetricFamily expirations =
      MakeFamily("bellwether_agent_lease_expirations_total",
                 "Leases of agents that ended, by pool.", prometheus::MetricType::Counter);
  prometheus::MetricFamily reregistrations = MakeFamily(
      "bellwether_agent_reregistrations_total",
      "Heartbeats whose agent was told to register again, by reason: it is dead, it is not known, "
      "or its pool is not.",
      prometheus::MetricType::Counter);
  prometheus::MetricFamily clamped =
      MakeFamily("bellwether_load_report_clamped_values_total",
                 "Numbers and partitions in load reports that could not be, by pool.",
                 prometheus::MetricType::Counter);
  prometheus::MetricFamily suspicions =
      MakeFamily("bellwether_agent_suspicions_total",
                 "Agents that were named no more because their heartbeat stream broke, by pool.",
                 prometheus::MetricType::Counter);
  prometheus::MetricFamily imbalance =
      MakeFamily("bellwether_reported_imbalance_ratio",
                 "Largest load that an agent reported, divided by its share of the load of its "
                 "agent group, by pool.",
                 prometheus::MetricType::Gauge);
  prometheus::MetricFamily excess =
      MakeFamily("bellwether_reported_excess_bytes_per_second",
                 "Load of that agent in bytes per second, less its share, by pool.",
                 prometheus::MetricType::Gauge);
  const auto add = [](prometheus::MetricFamily& family,
                      std::vector<prometheus::ClientMetric::Label> labels, double value) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    if (family.type == prometheus::MetricType::Gauge) {
      metric.gauge.value = value;
    } else {
      metric.counter.value = value;
    }
    family.metric.push_back(std::move(metric));
  };
  const MonotonicTime now = clock_.MonotonicNow();
  int64_t dead = 0;
  int64_t unknown = 0;
  for (const std::shared_ptr<PoolMembers>& pool : registry_.Pools()) {
    const std::string& id = pool->agent_pool_id();
    std::array<int, std::size(kAgentStates)> counts = {};
    const Roster roster = pool->GetRoster(now);
    for (const RosterEntry& entry : roster.entries) {
      ++counts[static_cast<size_t>(entry.state)];
    }
    for (const AgentState state : kAgentStates) {
      add(agents, {{"agent_pool", id}, {"state", std::string(AgentStateName(state))}},
          counts[static_cast<size_t>(state)]);
    }
    add(frozen, {{"agent_pool", id}}, pool->frozen() ? 1 : 0);
    add(expirations, {{"agent_pool", id}}, static_cast<double>(pool->lease_expirations()));
    add(suspicions, {{"agent_pool", id}}, static_cast<double>(pool->suspicions()));
    add(clamped, {{"agent_pool", id}}, static_cast<double>(pool->clamped_values()));
    const LoadEvenness evenness = ReportedEvenness(roster);
    add(imbalance, {{"agent_pool", id}}, evenness.imbalance);
    add(excess, {{"agent_pool", id}}, evenness.excess_bytes_per_second);
    dead += pool->dead_heartbeats();
    unknown += pool->unknown_heartbeats();
  }
  add(reregistrations, {{"reason", "dead"}}, static_cast<double>(dead));
  add(reregistrations, {{"reason", "unknown"}}, static_cast<double>(unknown));
  add(reregistrations, {{"reason", "unknown_pool"}},
      static_cast<double>(registry_.homeless_heartbeats()));
  return {agents, frozen, expirations, suspicions, reregistrations, clamped, imbalance, excess};
}

}  // namespace bellwether
