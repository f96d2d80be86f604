#include "controlplane/discovery/single_agent_picker.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "controlplane/assignment/single_agent.h"
#include "controlplane/membership/pending_load.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {
namespace {

// Index of the position in `candidates`; nullopt if it is not there.
std::optional<size_t> PlaceOf(std::optional<uint32_t> position,
                              const std::vector<uint32_t>& candidates) {
  if (!position.has_value()) return std::nullopt;
  const auto at = std::lower_bound(candidates.begin(), candidates.end(), *position);
  if (at == candidates.end() || *at != *position) return std::nullopt;
  return static_cast<size_t>(at - candidates.begin());
}

// Two candidates; the client's agent is among them only if it may stay or there is no other.
DrawnPair Draw(const SingleAgentQuestion& question, std::optional<size_t> current, Random& random) {
  const LeaderView& leaders = question.leaders;
  const std::optional<size_t> without = question.sticky ? std::nullopt : current;
  if (&question.candidates == &leaders.view->candidates) {
    return DrawTwo(leaders.cumulative_weights, without, random);
  }
  std::vector<uint64_t> cumulative_weights;
  cumulative_weights.reserve(question.candidates.size());
  uint64_t sum = 0;
  for (const uint32_t candidate : question.candidates) {
    sum += leaders.view->agents[candidate]->weight();
    cumulative_weights.push_back(sum);
  }
  return DrawTwo(cumulative_weights, without, random);
}

}  // namespace

ClientPlace FindClientPlace(const AskingClient& client, const LeaderGrounds& grounds,
                            const PoolSnapshot& pool, MonotonicTime now) {
  constexpr absl::Duration kSoon = absl::Seconds(1);
  // Clients open connections to several brokers when they start, and send a query over each.
  constexpr uint32_t kConnectionsOfOneClient = 3;
  const std::optional<ReturnedAgents::Returned> last =
      pool.returned_agents->Find(grounds.client, *pool.view, now);
  if (!last.has_value()) {
    return client.established ? ClientPlace{grounds.asked, true} : ClientPlace{};
  }
  // Without the agent that was asked nothing is known about the connection.
  const bool is_known = client.established || client.agent_id.empty();
  if (is_known || now - last->time >= kSoon) return {last->agent, true};
  const uint32_t new_connections = last->new_connections + 1;
  return {last->agent, new_connections <= kConnectionsOfOneClient, new_connections};
}

LoadEstimate EstimateLoad(const LeaderView& leaders, const PendingLoads& pending_loads,
                          uint32_t position, MonotonicTime now) {
  const PendingLoad& pending_load = *pending_loads[position];
  const double weight = leaders.view->agents[position]->weight();
  const bool has_report = pending_load.HasReport(now);
  const double mean = leaders.load->reported_utilization();
  const double reported = has_report ? pending_load.reported_load() : mean * weight;
  LoadEstimate estimate;
  estimate.utilization = (reported + pending_load.pending()) / weight;
  estimate.connections = pending_load.connections();
  estimate.hot = has_report && leaders.load->IsHot(
                                   {pending_load.in_flight_requests(), pending_load.connections()});
  estimate.slow_start_full =
      estimate.utilization > SlowStartCeiling(mean, now - pending_load.NameableSince(now));
  return estimate;
}

SingleAgentChoice ChooseSingleAgent(const SingleAgentQuestion& question, Random& random) {
  const LeaderView& leaders = question.leaders;
  leaders.load->Refresh(*leaders.view, ObservedLoads(question.pending_loads), question.now);
  const std::optional<size_t> current = PlaceOf(question.client.agent, question.candidates);
  const DrawnPair drawn = Draw(question, current, random);
  const auto estimate_of = [&](uint32_t position) {
    return EstimateLoad(leaders, question.pending_loads, position, question.now);
  };
  SingleAgentChoice choice;
  choice.arrival = leaders.load->arrival();
  choice.first = question.candidates[drawn.first];
  choice.second = question.candidates[drawn.second];
  choice.first_estimate = estimate_of(choice.first);
  choice.second_estimate = estimate_of(choice.second);
  const bool second_is_better =
      SecondIsBetter(choice.first_estimate, choice.second_estimate, random);
  choice.picked = second_is_better ? choice.second : choice.first;
  if (question.sticky && current.has_value()) {
    const uint32_t at = *question.client.agent;
    const LoadEstimate& better = second_is_better ? choice.second_estimate : choice.first_estimate;
    const double arrival = choice.arrival / leaders.view->agents[choice.picked]->weight();
    choice.stays = StaysAt(estimate_of(at), better, arrival);
    if (choice.stays) choice.picked = at;
  }
  return choice;
}

uint32_t PickSingleAgent(const SingleAgentQuestion& question, Random& random) {
  const SingleAgentChoice choice = ChooseSingleAgent(question, random);
  const ClientPlace& client = question.client;
  // A client that stays where its load is moves no load.
  if (client.has_load && client.agent == choice.picked) return choice.picked;
  question.pending_loads[choice.picked]->RecordAnswer(choice.arrival, question.now);
  // A client with the same identity in another group is a different client.
  if (client.has_load && PlaceOf(client.agent, question.candidates).has_value()) {
    question.pending_loads[*client.agent]->RecordAnswer(-choice.arrival, question.now);
  }
  return choice.picked;
}

}  // namespace bellwether
