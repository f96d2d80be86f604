#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_CHOICE_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_CHOICE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/agent_loads.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/restricted_views.h"
#include "controlplane/base/clock.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// How the client's zone affected the choice.
enum class ZoneResult {
  // The choice contains only agents in the zone.
  kHit,
  // The zone has no candidate that fits, or all of them are overloaded.
  kMiss,
  // Neither the client id nor the client's address gives a zone.
  kUnknown,
};
inline constexpr ZoneResult kZoneResults[] = {ZoneResult::kHit, ZoneResult::kMiss,
                                              ZoneResult::kUnknown};

// "hit", "miss" or "unknown": a metric label.
inline absl::string_view ZoneResultName(ZoneResult result) {
  switch (result) {
    case ZoneResult::kHit:
      return "hit";
    case ZoneResult::kMiss:
      return "miss";
    case ZoneResult::kUnknown:
      break;
  }
  return "unknown";
}

// The agents that an answer may return.
struct AgentChoice {
  // The pool or a part of it; it has candidates.
  std::shared_ptr<const LeaderView> leaders;
  ZoneResult zone_result = ZoneResult::kUnknown;
  // The restriction that applies: the candidates of `leaders` are exactly the agents that fit it.
  Restriction taken;
  // The client's zone, whether it was applied or not; nullopt if it is not known.
  std::optional<std::string> zone;
  // The zone was ignored because all of its agents are overloaded, not because it has none.
  bool zone_overloaded = false;
  // Utilisation of the least busy agent in the zone that fits; 0 if not known or if there is no
  // zone.
  double zone_least_utilization = 0;
};

// The agents of `pool` that fit a client, under either strategy.
// - Group: the group in the client id, else `asked_group`, the group of the agent that the client
//   asked (nullptr: not known; agents of all groups fit). Groups are separate: if the group has no
//   candidate the result is UNAVAILABLE (kAgentGroupUnavailable), unless
//   cluster.agent_group_fallback admits all groups; then `features` gets a diagnostic.
// - Role: if no agent fits the role, it is ignored and `features` gets a diagnostic.
// - Zone: the zone in the client id, else the zone of its address by the virtual cluster's blocks.
//   It is ignored if it has no candidate that fits, or if all of those are overloaded while the
//   agents that fit everywhere are below kRoomElsewhere on average.
//
// REQUIRES: `pool` is a whole pool and has candidates.
absl::StatusOr<AgentChoice> ChooseAgents(const std::shared_ptr<const LeaderView>& pool,
                                         const VirtualCluster& cluster,
                                         absl::string_view client_address,
                                         const std::string* asked_group, const AgentLoads& loads,
                                         MonotonicTime now, ClientIdFeatures& features);

inline constexpr double kRoomElsewhere = 0.75;

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_CHOICE_H_
