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

// A hypothetical change.
struct WhatIf {
  // At most kMaxWhatIfAgents agents are removed, and as many added.
  PoolChange change;
  // Replaces the strategy that the client, the agent and the virtual cluster ask for.
  std::optional<Strategy> strategy;
};

inline constexpr size_t kMaxWhatIfAgents = 100;

// The question why an agent leads a partition for a client.
struct ExplanationQuery {
  AskingClient client;
  std::string topic;
  int32_t partition = 0;
  std::optional<WhatIf> what_if;
};

// The answer under a WhatIf.
struct HypotheticalAnswer {
  // nullopt if no leader could be returned.
  std::optional<LeaderFacts> facts;
  // The changes, in words; never empty.
  std::vector<std::string> changes;
};

struct LeaderExplanation {
  LeaderFacts facts;
  ExplanationWords words;
  std::optional<HypotheticalAnswer> what_if;
};

// Explains the answers of LeaderResolver. It calls the same code: the grounds of an answer, the
// plan's lookup, the choice of two.
//
// Read-only: no pending load changes and no observer is called. Under single_agent every answer is
// a new choice, so the explanation is of the choice that would be made now; the hypothetical answer
// uses the same random numbers.
//
// Thread-safe, holds no lock and reads no disk. Takes O(partitions of the pool), and O(sum of its
// weights): for people, not for the hot path.
class LeaderExplainer {
 public:
  // All must outlive it.
  LeaderExplainer(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                  Random& random);

  // Errors: those of FindClientPool, FindFacts and SnapshotAfter; INVALID_ARGUMENT
  // (kInvalidArgument, kLimitExceeded) for an invalid topic or partition, or too many agents.
  absl::StatusOr<LeaderExplanation> Explain(const ExplanationQuery& query) const;

 private:
  const Catalog& catalog_;
  PoolPlanners& planners_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_EXPLAINER_H_
