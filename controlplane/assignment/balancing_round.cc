#include "controlplane/assignment/balancing_round.h"

#include <cstddef>
#include <limits>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/client_assignment.h"
#include "controlplane/assignment/measured_rates.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/assignment/rebalance.h"
#include "controlplane/assignment/spread.h"
#include "controlplane/assignment/weight_correction.h"

namespace bellwether {
namespace {

// Counts for how many rounds each agent has been overloaded; marks those that reached `rounds`.
std::vector<bool> OverloadedFor(const Balance& balance, PlanState& state, uint32_t rounds) {
  std::vector<bool> overloaded(state.agents.size());
  for (size_t i = 0; i < state.agents.size(); ++i) {
    PlanSlot& slot = state.agents[i];
    const bool over = slot.serving() &&
                      !balance.HasRoom(static_cast<AgentPosition>(i), 0, Balance::Limit::kUpper);
    slot.over_rounds = over ? slot.over_rounds + 1 : 0;
    overloaded[i] = slot.over_rounds >= rounds;
  }
  return overloaded;
}

void Steer(const PlanOptions& options, const Measurements& measurements, PlanState& state,
           PlanReport& report) {
  Balance balance(options, state, report);
  // Without traffic there is nothing to balance, and young rates mislead.
  if (balance.own_traffic() == 0 || state.round < state.warm_round) return;
  AssignClientsOfSpreads(balance, measurements.spread_use);
  std::vector<bool> overloaded = OverloadedFor(balance, state, options.over_rounds);
  CountHotRounds(balance);
  const Load budget = balance.moved() + balance.own_traffic() / 1000 * options.budget_permille;
  SpreadHot(balance, budget);
  DrawTogetherCold(balance, budget);
  const std::vector<bool> helped_soon = HoldersOfHot(balance);
  for (size_t i = 0; i < overloaded.size(); ++i) {
    // Spreading has already helped or soon will; moving more off the agent would leave it with too
    // little.
    if (helped_soon[i] ||
        balance.HasRoom(static_cast<AgentPosition>(i), 0, Balance::Limit::kUpper)) {
      overloaded[i] = false;
    }
  }
  MoveLoadOff(balance, overloaded, Cooldown::kRespect, budget);
  ReturnToPreferredLeader(balance);
}

void CorrectWeightsFor(const PlanOptions& options, const Measurements& measurements,
                       PlanState& state, PlanReport& report) {
  if (!options.correct_weights || state.round < state.warm_round) return;
  Balance balance(options, state, report);
  CorrectWeights(balance, measurements.agents);
}

// Adds the counts of `more` to `report`.
void Add(const PlanReport& more, PlanReport& report) {
  report.changed = report.changed || more.changed;
  for (size_t i = 0; i < report.by_cause.size(); ++i) {
    report.by_cause[i].moves += more.by_cause[i].moves;
    report.by_cause[i].bytes_per_second += more.by_cause[i].bytes_per_second;
  }
  for (const PlanMove& move : more.moves) {
    if (report.moves.size() < PlanReport::kMaxMoves) report.moves.push_back(move);
  }
}

}  // namespace

PlanReport RunBalancingRound(const PlanOptions& options, const std::vector<MemberInput>& members,
                             const Measurements& measurements, PlanState& state) {
  PlanReport report;
  ++state.round;
  // Partitions need at least one agent as their preferred leader.
  if (state.agents.empty()) Add(ApplyMembership(options, members, state), report);
  AbsorbRates(options, measurements, state, report);
  CorrectWeightsFor(options, measurements, state, report);
  ContinueSlowStarts(options, state, report);
  Add(ApplyMembership(options, members, state), report);
  Steer(options, measurements, state, report);
  if (report.changed) state.changed_round = state.round;
  return report;
}

PlanState BuildPlan(const PlanOptions& options, const std::vector<MemberInput>& members,
                    const Measurements& measurements, PlanReport& report) {
  constexpr int kPasses = 3;
  constexpr Load kNoBudget = std::numeric_limits<Load>::max();
  PlanState state;
  state.round = 1;
  report = ApplyMembership(options, members, state);
  PlanOptions at_once = options;
  at_once.ewma_permille = 1000;
  AbsorbRates(at_once, measurements, state, report);
  Balance balance(options, state, report);
  balance.TightenUpper();
  SpreadFromNothing(balance);
  for (int pass = 0; pass < kPasses; ++pass) {
    std::vector<bool> overloaded(state.agents.size());
    for (size_t i = 0; i < overloaded.size(); ++i) {
      overloaded[i] = !balance.HasRoom(static_cast<AgentPosition>(i), 0, Balance::Limit::kUpper);
    }
    MoveLoadOff(balance, overloaded, Cooldown::kIgnore, kNoBudget);
  }
  // This was the initial placement, not a move that starts a cooldown.
  for (PartitionState& partition : state.partitions) partition.last_move = 0;
  state.changed_round = state.round;
  return state;
}

}  // namespace bellwether
