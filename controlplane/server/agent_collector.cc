#include "controlplane/server/agent_collector.h"

#include <array>
#include <memory>
#include <string>

#include "controlplane/membership/pool_members.h"
#include "controlplane/model/agent.h"

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
  prometheus::MetricFamily clamped =
      MakeFamily("bellwether_load_report_clamped_values_total",
                 "Numbers and partitions in load reports that could not be, by pool.",
                 prometheus::MetricType::Counter);
  const MonotonicTime now = clock_.MonotonicNow();
  for (const std::shared_ptr<PoolMembers>& pool : registry_.Pools()) {
    std::array<int, std::size(kAgentStates)> counts = {};
    for (const RosterEntry& entry : pool->GetRoster(now).entries) {
      ++counts[static_cast<size_t>(entry.state)];
    }
    for (const AgentState state : kAgentStates) {
      prometheus::ClientMetric metric;
      metric.label = {{"agent_pool", pool->agent_pool_id()},
                      {"state", std::string(AgentStateName(state))}};
      metric.gauge.value = counts[static_cast<size_t>(state)];
      agents.metric.push_back(metric);
    }
    prometheus::ClientMetric metric;
    metric.label = {{"agent_pool", pool->agent_pool_id()}};
    metric.counter.value = static_cast<double>(pool->clamped_values());
    clamped.metric.push_back(metric);
  }
  return {agents, clamped};
}

}  // namespace bellwether
