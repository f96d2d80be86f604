#include "controlplane/assignment/measured_rates.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "controlplane/assignment/agent_draws.h"

namespace bellwether {
namespace {

void AbsorbRate(const PlanOptions& options, const MeasuredRate& measured,
                PartitionState& partition) {
  if (measured.incomplete && partition.late_rounds < options.late_rounds) {
    ++partition.late_rounds;
    return;
  }
  if (!measured.incomplete) partition.late_rounds = 0;
  const uint64_t bytes = std::min(measured.bytes_per_second, kMaxPartitionBytesPerSecond);
  partition.rate = Smooth(partition.rate, bytes << kLoadFractionBits, options.ewma_permille);
}

bool IsForgotten(const PartitionState& partition) {
  return partition.rate == 0 && partition.leader == partition.preferred;
}

// Places partitions that were not known before.
class Newcomers {
 public:
  Newcomers(const PlanOptions& options, PlanState& state) : options_(options), state_(state) {}

  void Add(const MeasuredRate& measured) {
    PartitionState partition;
    partition.hash = measured.partition;
    AbsorbRate(options_, {measured.partition, measured.bytes_per_second, false}, partition);
    if (partition.rate == 0) return;
    if (draws_.size() == 0) draws_ = DrawsOf(state_);
    partition.preferred = draws_.First(partition.hash, [](AgentPosition) { return true; });
    partition.leader = partition.preferred;
    if (!state_.agents[partition.preferred].serving()) Lend(partition);
    added_.push_back(partition);
  }

  size_t size() const { return added_.size(); }
  // By hash, if they were added in that order.
  const std::vector<PartitionState>& added() const { return added_; }
  // Whether some have an override from the start.
  bool taken_over() const { return taken_over_; }

 private:
  // While the preferred leader restarts, the next agent in the preference list leads the partition,
  // as lookups already say.
  void Lend(PartitionState& partition) {
    const AgentPosition next = draws_.First(
        partition.hash, [&](AgentPosition agent) { return state_.agents[agent].serving(); });
    if (next == kNoAgent) return;
    partition.leader = next;
    partition.last_move = state_.round;
    partition.cause = MoveCause::kTakenOver;
    state_.takeovers[{partition.hash, state_.agents[partition.preferred].hash}] =
        state_.agents[next].hash;
    taken_over_ = true;
  }

  const PlanOptions& options_;
  PlanState& state_;
  AgentDraws draws_;
  std::vector<PartitionState> added_;
  bool taken_over_ = false;
};

void AbsorbBaseLoads(const PlanOptions& options, const Measurements& measurements,
                     PlanState& state) {
  std::vector<Load> measured(state.agents.size());
  for (const AgentMeasurement& agent : measurements.agents) {
    const auto slot = std::lower_bound(
        state.agents.begin(), state.agents.end(), agent.hash,
        [](const PlanSlot& candidate, uint64_t hash) { return candidate.hash < hash; });
    if (slot == state.agents.end() || slot->hash != agent.hash) continue;
    measured[static_cast<size_t>(slot - state.agents.begin())] =
        std::min(agent.base_bytes_per_second, kMaxBaseBytesPerSecond) << kLoadFractionBits;
  }
  for (size_t i = 0; i < state.agents.size(); ++i) {
    state.agents[i].base = Smooth(state.agents[i].base, measured[i], options.ewma_permille);
  }
}

}  // namespace

Load Smooth(Load average, Load measured, uint64_t permille) {
  // A falling average is rounded down, so that a rate without traffic becomes 0.
  if (measured >= average) return average + (measured - average) * permille / 1000;
  return average - ((average - measured) * permille + 999) / 1000;
}

void AbsorbRates(const PlanOptions& options, const Measurements& measurements, PlanState& state,
                 PlanReport& report) {
  if (state.agents.empty()) return;
  AbsorbBaseLoads(options, measurements, state);
  Newcomers newcomers(options, state);
  bool forgets = false;
  auto next = measurements.rates.begin();
  const auto end = measurements.rates.end();
  const auto add_if_room = [&](const MeasuredRate& measured) {
    if (state.partitions.size() + newcomers.size() < options.max_partitions) {
      newcomers.Add(measured);
    } else {
      ++report.partitions_ignored;
    }
  };
  for (PartitionState& partition : state.partitions) {
    for (; next != end && next->partition < partition.hash; ++next) add_if_room(*next);
    if (next != end && next->partition == partition.hash) {
      AbsorbRate(options, *next++, partition);
    } else {
      AbsorbRate(options, {partition.hash, 0, false}, partition);
    }
    forgets = forgets || IsForgotten(partition);
  }
  for (; next != end; ++next) add_if_room(*next);
  if (forgets) {
    state.partitions.erase(
        std::remove_if(state.partitions.begin(), state.partitions.end(), IsForgotten),
        state.partitions.end());
  }
  if (newcomers.size() == 0) return;
  report.changed = report.changed || newcomers.taken_over();
  std::vector<PartitionState> merged;
  merged.reserve(state.partitions.size() + newcomers.size());
  std::merge(state.partitions.begin(), state.partitions.end(), newcomers.added().begin(),
             newcomers.added().end(), std::back_inserter(merged),
             [](const PartitionState& a, const PartitionState& b) { return a.hash < b.hash; });
  state.partitions = std::move(merged);
}

}  // namespace bellwether
