#include "controlplane/planning/pool_events.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bellwether {
namespace {

LogLevel LevelOf(AgentState to) {
  return to == AgentState::kSuspect || to == AgentState::kDead ? LogLevel::kWarning
                                                               : LogLevel::kInfo;
}

LogLine OneChanged(const PoolView& view, const ViewAgent& agent, AgentState from) {
  return {LevelOf(agent.state),
          "agent state changed",
          {{"agent_pool", view.agent_pool_id},
           {"agent", agent.registration.spec.agent_id},
           {"from", AgentStateName(from)},
           {"to", AgentStateName(agent.state)},
           {"zone", agent.registration.spec.zone},
           {"address", FormatHostPort(agent.registration.spec.address)},
           {"epoch", agent.registration.epoch}}};
}

LogLine ManyChanged(const PoolView& view, const std::vector<const ViewAgent*>& agents,
                    AgentState from) {
  std::vector<std::string> examples;
  for (size_t i = 0; i < kMaxExamples; ++i) {
    examples.push_back(agents[i]->registration.spec.agent_id);
  }
  return {LevelOf(agents.front()->state),
          "agents changed state",
          {{"agent_pool", view.agent_pool_id},
           {"agents", agents.size()},
           {"from", AgentStateName(from)},
           {"to", AgentStateName(agents.front()->state)},
           {"examples", absl::StrJoin(examples, ",")}}};
}

// The leaders in a plan's override of a partition, by hash of the agent.
using Leaders = std::vector<uint64_t>;

absl::flat_hash_map<uint64_t, Leaders> Exceptions(const Plan& plan) {
  absl::flat_hash_map<uint64_t, Leaders> exceptions;
  for (const MovedPartition& moved : plan.moved) {
    if (moved.leader == kNoAgent) continue;
    exceptions[moved.partition] = {plan.agents[moved.leader].hash};
  }
  for (const Spread& spread : plan.spread) {
    Leaders& leaders = exceptions[spread.partition];
    for (const AgentPosition member : spread.members) leaders.push_back(plan.agents[member].hash);
  }
  return exceptions;
}

// The ids of the agents, for log lines.
std::string NamesOf(const Leaders& leaders,
                    const absl::flat_hash_map<uint64_t, std::string>& agent_ids) {
  std::vector<std::string> names;
  for (const uint64_t hash : leaders) {
    const auto found = agent_ids.find(hash);
    names.push_back(found == agent_ids.end() ? "an agent that left" : found->second);
    if (names.size() == kMaxExamples) break;
  }
  const size_t more = leaders.size() - names.size();
  return absl::StrCat(absl::StrJoin(names, "+"), more > 0 ? absl::StrCat("+", more) : "");
}

}  // namespace

std::vector<PoolEvent> StateChanges(const PoolView& before, const PoolView& after) {
  std::map<std::pair<AgentState, AgentState>, std::vector<const ViewAgent*>> changed;
  // Both lists are sorted by agent id.
  auto old_agent = before.agents.begin();
  for (const auto& agent : after.agents) {
    const std::string& id = agent->registration.spec.agent_id;
    while (old_agent != before.agents.end() && (*old_agent)->registration.spec.agent_id < id) {
      ++old_agent;
    }
    if (old_agent == before.agents.end()) break;
    const bool same_agent = (*old_agent)->registration.spec.agent_id == id;
    if (same_agent && (*old_agent)->state != agent->state) {
      changed[{(*old_agent)->state, agent->state}].push_back(agent.get());
    }
  }
  std::vector<PoolEvent> events;
  for (const auto& [states, agents] : changed) {
    const std::string key =
        absl::StrCat("state ", after.agent_pool_id, " ", AgentStateName(states.second), " ");
    if (agents.size() > kMaxExamples) {
      events.push_back({key, ManyChanged(after, agents, states.first)});
      continue;
    }
    for (const ViewAgent* const agent : agents) {
      events.push_back({absl::StrCat(key, agent->registration.spec.agent_id),
                        OneChanged(after, *agent, states.first)});
    }
  }
  return events;
}

std::vector<LogLine> MovedPartitions(const PoolView& view, absl::string_view zone,
                                     const Plan& before, const Plan& after, const MoveCounts& moved,
                                     const std::function<std::string(uint64_t)>& partition_name) {
  uint64_t total = 0;
  std::vector<std::string> causes;
  for (int i = 0; i < kMoveCauseCount; ++i) {
    const auto cause = static_cast<MoveCause>(i);
    // The leaders of these have not changed.
    if (cause == MoveCause::kStayed || cause == MoveCause::kUnsplittable || moved[i] == 0) continue;
    total += moved[i];
    causes.push_back(absl::StrCat(MoveCauseName(cause), ":", moved[i]));
  }
  if (total == 0) return {};
  absl::flat_hash_map<uint64_t, std::string> agent_ids;
  for (const auto& agent : view.agents) agent_ids[agent->hash] = agent->registration.spec.agent_id;
  const absl::flat_hash_map<uint64_t, Leaders> old_exceptions = Exceptions(before);
  const absl::flat_hash_map<uint64_t, Leaders> new_exceptions = Exceptions(after);
  // Sorted by hash, so that the same change has the same examples.
  std::vector<uint64_t> partitions;
  for (const auto& [partition, leaders] : new_exceptions) {
    const auto found = old_exceptions.find(partition);
    if (found == old_exceptions.end() || found->second != leaders) partitions.push_back(partition);
  }
  for (const auto& [partition, leaders] : old_exceptions) {
    if (!new_exceptions.contains(partition)) partitions.push_back(partition);
  }
  std::sort(partitions.begin(), partitions.end());
  std::vector<std::string> examples;
  for (const uint64_t partition : partitions) {
    if (examples.size() == kMaxExamples) break;
    const auto leaders = new_exceptions.find(partition);
    examples.push_back(absl::StrCat(partition_name(partition), " to ",
                                    leaders == new_exceptions.end()
                                        ? "its preferred leader"
                                        : NamesOf(leaders->second, agent_ids)));
  }
  std::vector<LogField> fields = {{"agent_pool", view.agent_pool_id},
                                  {"partitions", total},
                                  {"causes", absl::StrJoin(causes, ",")}};
  // None if agents came or went and only preferred leaders changed.
  if (!examples.empty()) fields.emplace_back("examples", absl::StrJoin(examples, ", "));
  if (!zone.empty()) fields.emplace_back("plan_zone", zone);
  return {{LogLevel::kInfo, "partitions moved", std::move(fields)}};
}

}  // namespace bellwether
