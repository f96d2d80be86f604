#include "controlplane/discovery/single_agent_picker.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "controlplane/assignment/single_agent.h"
#include "controlplane/membership/load_ledger.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {
namespace {

bool IsCandidate(const PoolView& view, uint32_t position) {
  return std::binary_search(view.candidates.begin(), view.candidates.end(), position);
}

}  // namespace

LoadEstimate EstimateLoad(const LeaderView& leaders, const Ledgers& ledgers, uint32_t position,
                          MonotonicTime now) {
  const LoadLedger& ledger = *ledgers[position];
  const double weight = leaders.view->agents[position]->weight();
  const bool has_report = ledger.HasReport(now);
  const double mean = leaders.load->reported_utilization();
  const double reported = has_report ? ledger.reported_load() : mean * weight;
  LoadEstimate estimate;
  estimate.utilization = (reported + ledger.pending()) / weight;
  estimate.connections = ledger.connections();
  estimate.hot =
      has_report && leaders.load->IsHot({ledger.in_flight_requests(), ledger.connections()});
  estimate.ramp_full = estimate.utilization > RampCeiling(mean, now - ledger.NameableSince(now));
  return estimate;
}

SingleAgentChoice ChooseSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                                    std::optional<uint32_t> client_is_at, bool sticky,
                                    MonotonicTime now, Random& random) {
  leaders.load->Refresh(*leaders.view, LedgerLoads(ledgers), now);
  const DrawnPair drawn = DrawTwo(leaders.cumulative_weights, random);
  const auto estimate_of = [&](uint32_t position) {
    return EstimateLoad(leaders, ledgers, position, now);
  };
  SingleAgentChoice choice;
  choice.arrival = leaders.load->arrival();
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

uint32_t PickSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                         std::optional<uint32_t> client_is_at, bool sticky, MonotonicTime now,
                         Random& random) {
  const SingleAgentChoice choice =
      ChooseSingleAgent(leaders, ledgers, client_is_at, sticky, now, random);
  // A client that stays where it is moves nothing.
  if (client_is_at == choice.picked) return choice.picked;
  ledgers[choice.picked]->RecordAnswer(choice.arrival, now);
  if (client_is_at.has_value()) {
    ledgers[*client_is_at]->RecordAnswer(-choice.arrival, now);
  }
  return choice.picked;
}

}  // namespace bellwether
