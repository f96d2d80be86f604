#include "controlplane/assignment/weight_correction.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/numeric/int128.h"
#include "controlplane/assignment/preferred_leaders.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// An agent's utilisation relative to its assigned load and weight; in an arbitrary scale.
struct Effort {
  AgentPosition agent = kNoAgent;
  absl::uint128 value = 0;
};

constexpr uint64_t kMaxUtilizationPpm = uint64_t{1} << 30;
// Ratios to the median have 16 bits after the binary point.
constexpr uint64_t kOne = uint64_t{1} << 16;
constexpr uint64_t kMaxRatio = uint64_t{1} << 32;

std::vector<Effort> EffortsOf(const Balance& balance, const PlanState& state,
                              const std::vector<AgentMeasurement>& measurements) {
  std::vector<uint64_t> utilization(state.agents.size());
  for (const AgentMeasurement& measurement : measurements) {
    const AgentPosition agent = PositionOfAgent(state, measurement.hash);
    if (agent == kNoAgent) continue;
    utilization[agent] = std::min(measurement.utilization_ppm, kMaxUtilizationPpm);
  }
  std::vector<Effort> efforts;
  for (size_t i = 0; i < state.agents.size(); ++i) {
    const auto agent = static_cast<AgentPosition>(i);
    const PlanSlot& slot = state.agents[i];
    const bool full = slot.serving() && slot.slow_start >= balance.options().slow_start_rounds;
    if (!full || utilization[i] == 0 || balance.load(agent) == 0) continue;
    const absl::uint128 work = absl::uint128(utilization[i]) * static_cast<uint64_t>(slot.weight());
    efforts.push_back({agent, (work << 60) / balance.load(agent)});
  }
  return efforts;
}

absl::uint128 MedianOf(std::vector<Effort> efforts) {
  std::sort(efforts.begin(), efforts.end(),
            [](const Effort& a, const Effort& b) { return a.value < b.value; });
  return efforts[(efforts.size() - 1) / 2].value;
}

// `ratio` is the agent's effort divided by the median. Whether a weight of `after` instead of
// `before` brings it nearer to 1: ratio * after / before is to be between ratio and 1 / ratio.
bool IsNearer(uint64_t ratio, int32_t before, int32_t after) {
  const absl::uint128 product = absl::uint128(ratio) * ratio * static_cast<uint64_t>(after);
  const absl::uint128 even = absl::uint128(kOne) * kOne * static_cast<uint64_t>(before);
  return ratio > kOne ? product > even : product < even;
}

}  // namespace

void CorrectWeights(Balance& balance, const std::vector<AgentMeasurement>& measurements) {
  const PlanOptions& options = balance.options();
  PlanState& state = balance.state();
  const std::vector<Effort> efforts = EffortsOf(balance, state, measurements);
  // Two agents have no meaningful median.
  if (efforts.size() < 3) return;
  const absl::uint128 median = MedianOf(efforts);
  if (median == 0) return;
  const auto rounds = static_cast<int32_t>(options.capacity_rounds);
  for (const Effort& effort : efforts) {
    PlanSlot& slot = state.agents[effort.agent];
    const absl::uint128 scaled = effort.value / std::max(median / kOne, absl::uint128(1));
    const uint64_t ratio = absl::Uint128Low64(std::min(scaled, absl::uint128(kMaxRatio)));
    if (ratio * 1000 > kOne * (1000 + options.weight_tolerance_permille)) {
      slot.odd_rounds = std::max(slot.odd_rounds, 0) + 1;
    } else if (ratio * 1000 < kOne * (1000 - options.weight_tolerance_permille)) {
      slot.odd_rounds = std::min(slot.odd_rounds, 0) - 1;
    } else {
      slot.odd_rounds = 0;
    }
    if (slot.odd_rounds < rounds && slot.odd_rounds > -rounds) continue;
    // Its effort is above the median: its real capacity is smaller than its weight says.
    const int32_t step = slot.odd_rounds > 0 ? -1 : 1;
    slot.odd_rounds = 0;
    const int32_t wanted = slot.weight() + step;
    if (wanted < 1 || wanted > kMaxWeight) continue;
    if (!IsNearer(ratio, slot.weight(), wanted)) continue;
    slot.next_correction = step;
    ++balance.report().weights_corrected;
  }
}

}  // namespace bellwether
