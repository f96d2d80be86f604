#ifndef CONTROLPLANE_MODEL_STRATEGY_H_
#define CONTROLPLANE_MODEL_STRATEGY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// How leaders are chosen for a client.
enum class Strategy {
  // Each partition has a preferred leader by stable hashing; hot partitions are spread over several
  // agents.
  kConsistentRandomJump,
  // One agent leads all partitions for a client: the less loaded of two random ones.
  kSingleAgent,
};

inline constexpr Strategy kStrategies[] = {Strategy::kConsistentRandomJump, Strategy::kSingleAgent};
inline constexpr Strategy kSystemDefaultStrategy = Strategy::kConsistentRandomJump;

// "consistent_random_jump" or "single_agent". Pure.
absl::string_view StrategyName(Strategy strategy);

// The strategy of that exact name, or nullopt. Pure.
std::optional<Strategy> FindStrategy(absl::string_view name);

// The strategy with that exact name; nullopt for an empty name, which leaves the choice to the next
// source. INVALID_ARGUMENT (kUnknownStrategy) for any other name, with `field`, the known
// strategies and the most likely intended one. Pure.
absl::StatusOr<std::optional<Strategy>> ParseStrategy(absl::string_view field,
                                                      absl::string_view name);

// The known strategy whose name is most similar to `name`, if any is similar (as "singel_agent" is
// to "single_agent"). Pure.
std::optional<Strategy> SuggestStrategy(absl::string_view name);

// The source of the strategy that applies, in order of precedence.
enum class StrategySource { kClientId, kAgent, kVirtualCluster, kSystem };
inline constexpr StrategySource kStrategySources[] = {
    StrategySource::kClientId, StrategySource::kAgent, StrategySource::kVirtualCluster,
    StrategySource::kSystem};

// "client_id", "agent", "virtual_cluster" or "system". Pure.
absl::string_view StrategySourceName(StrategySource source);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_STRATEGY_H_
