#include "controlplane/discovery/single_agent_picker.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "controlplane/assignment/single_agent.h"
#include "controlplane/membership/load_ledger.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {
namespace {

// Whether a look at a candidate begins its ramp, as that of a query does.
enum class Trace { kNone, kRampBegins };

// What the candidates together carry, as far as a sample shows it.
struct PoolSample {
  double load = 0;
  double weight = 0;
  int64_t connections = 0;

  double mean_utilization() const { return weight > 0 ? load / weight : 0; }
};

// Sums up the reports of candidates that lie evenly spread over the list, from a random one on.
PoolSample TakeSample(const LeaderView& leaders, const Ledgers& ledgers, MonotonicTime now,
                      Trace trace, Random& random) {
  constexpr size_t kSampleSize = 32;
  const std::vector<uint32_t>& candidates = leaders.view->candidates;
  const size_t size = std::min(candidates.size(), kSampleSize);
  const size_t start = size < candidates.size() ? random.Below(candidates.size()) : 0;
  PoolSample sample;
  for (size_t i = 0; i < size; ++i) {
    const size_t at = (start + i * candidates.size() / size) % candidates.size();
    LoadLedger& ledger = *ledgers[candidates[at]];
    // Its ramp begins, whether or not it is drawn.
    if (trace == Trace::kRampBegins) ledger.FirstNameable(now);
    if (!ledger.HasReport(now)) continue;
    sample.load += ledger.reported_load();
    sample.weight += leaders.view->agents[candidates[at]]->weight();
    sample.connections += ledger.connections();
  }
  return sample;
}

LoadEstimate EstimateOf(const LeaderView& leaders, const Ledgers& ledgers, uint32_t position,
                        const PoolSample& sample, MonotonicTime now) {
  const LoadLedger& ledger = *ledgers[position];
  const double weight = leaders.view->agents[position]->weight();
  const bool has_report = ledger.HasReport(now);
  const double reported = has_report ? ledger.reported_load() : sample.mean_utilization() * weight;
  LoadEstimate estimate;
  estimate.utilization = (reported + ledger.pending()) / weight;
  estimate.connections = ledger.connections();
  estimate.hot =
      has_report && leaders.load->IsHot({ledger.in_flight_requests(), ledger.connections()});
  estimate.ramp_full = estimate.utilization >
                       RampCeiling(sample.mean_utilization(), now - ledger.NameableSince(now));
  return estimate;
}

bool IsCandidate(const PoolView& view, uint32_t position) {
  return std::binary_search(view.candidates.begin(), view.candidates.end(), position);
}

SingleAgentChoice Choose(const LeaderView& leaders, const Ledgers& ledgers,
                         std::optional<uint32_t> client_is_at, bool sticky, MonotonicTime now,
                         Trace trace, Random& random) {
  const LedgerLoads loads(ledgers);
  leaders.load->Refresh(*leaders.view, loads, now);
  const PoolSample sample = TakeSample(leaders, ledgers, now, trace, random);
  const DrawnPair drawn = DrawTwo(leaders.cumulative_weights, random);
  const auto estimate_of = [&](uint32_t position) {
    if (trace == Trace::kRampBegins) ledgers[position]->FirstNameable(now);
    return EstimateOf(leaders, ledgers, position, sample, now);
  };
  SingleAgentChoice choice;
  choice.arrival = ArrivalDelta(sample.load, sample.connections);
  choice.first = leaders.view->candidates[drawn.first];
  choice.second = leaders.view->candidates[drawn.second];
  choice.first_estimate = estimate_of(choice.first);
  choice.second_estimate = estimate_of(choice.second);
  const bool second_is_better =
      SecondIsBetter(choice.first_estimate, choice.second_estimate, random);
  choice.stays = sticky && client_is_at.has_value() && IsCandidate(*leaders.view, *client_is_at) &&
                 StaysAt(estimate_of(*client_is_at),
                         second_is_better ? choice.second_estimate : choice.first_estimate);
  choice.picked = choice.stays ? *client_is_at : second_is_better ? choice.second : choice.first;
  return choice;
}

}  // namespace

SingleAgentChoice ChooseSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                                    std::optional<uint32_t> client_is_at, bool sticky,
                                    MonotonicTime now, Random& random) {
  return Choose(leaders, ledgers, client_is_at, sticky, now, Trace::kNone, random);
}

LoadEstimate EstimateLoad(const LeaderView& leaders, const Ledgers& ledgers, uint32_t position,
                          MonotonicTime now, Random& random) {
  return EstimateOf(leaders, ledgers, position,
                    TakeSample(leaders, ledgers, now, Trace::kNone, random), now);
}

uint32_t PickSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                         std::optional<uint32_t> client_is_at, bool sticky, MonotonicTime now,
                         Random& random) {
  const SingleAgentChoice choice =
      Choose(leaders, ledgers, client_is_at, sticky, now, Trace::kRampBegins, random);
  // A client that stays where it is moves nothing.
  if (client_is_at == choice.picked) return choice.picked;
  ledgers[choice.picked]->RecordAnswer(choice.arrival, now);
  if (client_is_at.has_value()) {
    ledgers[*client_is_at]->RecordAnswer(-choice.arrival, now);
  }
  return choice.picked;
}

}  // namespace bellwether
