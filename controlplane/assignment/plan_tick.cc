#include "controlplane/assignment/plan_tick.h"

#include <cstddef>
#include <limits>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/capacity_correction.h"
#include "controlplane/assignment/client_deal.h"
#include "controlplane/assignment/measured_rates.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/assignment/relieve.h"
#include "controlplane/assignment/spread.h"

namespace bellwether {
namespace {

// Counts for how many ticks each agent has had too much; marks those for whom it is long enough.
std::vector<bool> OverloadedFor(const Balance& balance, PlanState& state, uint32_t ticks) {
  std::vector<bool> overloaded(state.agents.size());
  for (size_t i = 0; i < state.agents.size(); ++i) {
    PlanSlot& slot = state.agents[i];
    const bool over = slot.serving() &&
                      !balance.HasRoom(static_cast<AgentPosition>(i), 0, Balance::Limit::kUpper);
    slot.over_ticks = over ? slot.over_ticks + 1 : 0;
    overloaded[i] = slot.over_ticks >= ticks;
  }
  return overloaded;
}

void Steer(const PlanOptions& options, const Measurements& measurements, PlanState& state,
           PlanReport& report) {
  Balance balance(options, state, report);
  // Without traffic there is nothing to judge by; young rates judge wrong.
  if (balance.own_traffic() == 0 || state.tick < state.warm_tick) return;
  DealTick(balance, measurements.spread_use);
  std::vector<bool> overloaded = OverloadedFor(balance, state, options.over_ticks);
  CountHotTicks(balance);
  const Load budget = balance.moved() + balance.own_traffic() / 1000 * options.budget_permille;
  SpreadHot(balance, budget);
  DrawTogetherCold(balance, budget);
  const std::vector<bool> helped_soon = HoldersOfHot(balance);
  for (size_t i = 0; i < overloaded.size(); ++i) {
    // Spreading has helped, or will: what is moved away now would be missing then.
    if (helped_soon[i] ||
        balance.HasRoom(static_cast<AgentPosition>(i), 0, Balance::Limit::kUpper)) {
      overloaded[i] = false;
    }
  }
  Relieve(balance, overloaded, Cooldown::kRespect, budget);
  ReturnHome(balance);
}

void CorrectCapacityFor(const PlanOptions& options, const Measurements& measurements,
                        PlanState& state, PlanReport& report) {
  if (!options.correct_capacity || state.tick < state.warm_tick) return;
  Balance balance(options, state, report);
  CorrectCapacity(balance, measurements.agents);
}

// Moves what later reports counted into `report`.
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

PlanReport TickPlan(const PlanOptions& options, const std::vector<MemberInput>& members,
                    const Measurements& measurements, PlanState& state) {
  PlanReport report;
  ++state.tick;
  // Traffic needs somebody to be at home with.
  if (state.agents.empty()) Add(ApplyMembership(options, members, state), report);
  AbsorbRates(options, measurements, state, report);
  CorrectCapacityFor(options, measurements, state, report);
  ContinueRamps(options, state, report);
  Add(ApplyMembership(options, members, state), report);
  Steer(options, measurements, state, report);
  if (report.changed) state.changed_tick = state.tick;
  return report;
}

PlanState BuildPlan(const PlanOptions& options, const std::vector<MemberInput>& members,
                    const Measurements& measurements, PlanReport& report) {
  constexpr int kPasses = 3;
  constexpr Load kNoBudget = std::numeric_limits<Load>::max();
  PlanState state;
  state.tick = 1;
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
    Relieve(balance, overloaded, Cooldown::kIgnore, kNoBudget);
  }
  // That was the beginning, not a move after which a partition should be left in peace.
  for (PartitionState& partition : state.partitions) partition.last_move = 0;
  state.changed_tick = state.tick;
  return state;
}

}  // namespace bellwether
