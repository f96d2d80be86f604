#ifndef CONTROLPLANE_DISCOVERY_LEADER_EXPLAINER_H_
#define CONTROLPLANE_DISCOVERY_LEADER_EXPLAINER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/discovery/explanation_words.h"
#include "controlplane/discovery/leader_facts.h"
#include "controlplane/model/strategy.h"
#include "controlplane/planning/pool_change.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// What somebody wants to try. A value.
struct WhatIf {
  // At most kMaxWhatIfAgents go, and as many come.
  PoolChange change;
  // In place of what the client, the agent and the virtual cluster say.
  std::optional<Strategy> strategy;
};

inline constexpr size_t kMaxWhatIfAgents = 100;

// Why does it lead? A value.
struct ExplanationQuery {
  AskingClient client;
  std::string topic;
  int32_t partition = 0;
  std::optional<WhatIf> what_if;
};

// The answer that a WhatIf would lead to. A value.
struct HypotheticalAnswer {
  // nullopt if there would be nobody to name.
  std::optional<LeaderFacts> facts;
  // What would change, in words; never empty.
  std::vector<std::string> changes;
};

// A value.
struct LeaderExplanation {
  LeaderFacts facts;
  ExplanationWords words;
  std::optional<HypotheticalAnswer> what_if;
};

// Says why LeaderResolver names whom it names. It asks the same code: the grounds of an answer, the
// plan's lookup, the choice of two.
//
// Reads only: no ledger notes anything and no observer is told. Under single_agent every answer is
// a fresh choice, so what is explained is the choice that would be made now; the question of what
// would be otherwise rolls the same dice.
//
// Thread-safe, holds no lock and reads no disk. Takes O(partitions of the pool), and O(sum of its
// weights): for people, not for the hot path.
class LeaderExplainer {
 public:
  // All must outlive it.
  LeaderExplainer(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                  Random& random);

  // Errors: those of FindClientPool, FindFacts and SnapshotAfter; INVALID_ARGUMENT
  // (kInvalidArgument, kLimitExceeded) for a topic or partition that cannot be, or too many agents.
  absl::StatusOr<LeaderExplanation> Explain(const ExplanationQuery& query) const;

 private:
  const Catalog& catalog_;
  PoolPlanners& planners_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_EXPLAINER_H_
