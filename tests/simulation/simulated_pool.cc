#include "tests/simulation/simulated_pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

const std::vector<uint64_t>& MembersAt(const Placement& placement, size_t position,
                                       std::vector<uint64_t>& single) {
  const auto several = placement.several.find(position);
  if (several != placement.several.end()) return several->second;
  single.assign(1, placement.leaders[position]);
  return single;
}

}  // namespace

size_t Placement::ExtraLeaders() const {
  size_t extra = 0;
  for (const auto& [position, members] : several) extra += members.size() - 1;
  return extra;
}

Movement MovedBetween(const Placement& before, const Placement& after, const Traffic& traffic) {
  Movement movement;
  std::vector<uint64_t> single_before;
  std::vector<uint64_t> single_after;
  for (size_t i = 0; i < traffic.rates.size(); ++i) {
    if (before.leaders[i] == after.leaders[i] && before.leaders[i] != 0) continue;
    const std::vector<uint64_t>& old_members = MembersAt(before, i, single_before);
    const std::vector<uint64_t>& new_members = MembersAt(after, i, single_after);
    if (old_members == new_members) continue;
    size_t common = 0;
    for (const uint64_t member : new_members) {
      common += std::find(old_members.begin(), old_members.end(), member) != old_members.end();
    }
    const auto larger = static_cast<double>(std::max(old_members.size(), new_members.size()));
    movement.traffic += traffic.rates[i] * (1 - static_cast<double>(common) / larger);
    ++movement.changes;
  }
  return movement;
}

Placement PlacementIn(const PlanState& state, const Traffic& traffic) {
  Placement placement;
  placement.leaders.resize(traffic.partitions.size());
  auto known = state.partitions.begin();
  for (size_t i = 0; i < traffic.partitions.size(); ++i) {
    while (known != state.partitions.end() && known->hash < traffic.partitions[i]) ++known;
    if (known == state.partitions.end() || known->hash != traffic.partitions[i]) continue;
    if (known->leader != kSeveral) {
      placement.leaders[i] = state.agents[known->leader].hash;
      continue;
    }
    for (const AgentPosition member : state.spread.at(known->hash).members) {
      placement.several[i].push_back(state.agents[member].hash);
    }
  }
  return placement;
}

std::unordered_map<uint64_t, double> LoadsUnder(const Placement& placement,
                                                const Traffic& traffic) {
  std::unordered_map<uint64_t, double> loads;
  for (size_t i = 0; i < traffic.rates.size(); ++i) {
    if (placement.leaders[i] != 0) loads[placement.leaders[i]] += traffic.rates[i];
  }
  for (const auto& [position, holders] : placement.several) {
    for (const uint64_t holder : holders) {
      loads[holder] += traffic.rates[position] / static_cast<double>(holders.size());
    }
  }
  return loads;
}

PlanOptions TableOptions() {
  PlanOptions options;
  options.slack_bytes_per_second = 0;
  options.hot_min_bytes_per_second = 0;
  return options;
}

uint64_t SimulatedPool::AgentHash(int number, uint64_t seed) {
  return StableHash(absl::StrCat("agent-", seed, "-", number));
}

SimulatedPool::SimulatedPool(int agents, uint64_t seed, const PlanOptions& plan_options)
    : options(plan_options) {
  for (int i = 0; i < agents; ++i) members.push_back({AgentHash(i, seed), 1, false});
}

void SimulatedPool::Build(const Traffic& traffic) {
  PlanReport report;
  state = BuildPlan(options, members, Measure(traffic), report);
}

PlanReport SimulatedPool::RunRound(const Measurements& measurements) {
  return RunBalancingRound(options, members, measurements, state);
}

PlanReport SimulatedPool::ApplyMembers() { return ApplyMembership(options, members, state); }

Placement SimulatedPool::PlacementOf(const Traffic& traffic) const {
  return PlacementIn(state, traffic);
}

std::unordered_map<uint64_t, double> SimulatedPool::Loads(const Traffic& traffic) const {
  return LoadsUnder(PlacementOf(traffic), traffic);
}

double SimulatedPool::Peak(const Traffic& traffic) const {
  const std::unordered_map<uint64_t, double> loads = Loads(traffic);
  double most = 0;
  double weights = 0;
  for (const MemberInput& member : members) {
    if (member.reserved) continue;
    const auto load = loads.find(member.hash);
    if (load != loads.end()) most = std::max(most, load->second / member.weight);
    weights += member.weight;
  }
  return most * weights / traffic.Total();
}

size_t SimulatedPool::ServingCount() const {
  return static_cast<size_t>(std::count_if(members.begin(), members.end(),
                                           [](const MemberInput& m) { return !m.reserved; }));
}

uint64_t BytesMoved(const PlanReport& report) {
  uint64_t bytes = 0;
  for (const MoveCount& count : report.by_cause) bytes += count.bytes_per_second;
  return bytes;
}

}  // namespace bellwether
