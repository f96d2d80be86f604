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

// What became of a client's zone.
enum class ZoneResult {
  // Only agents of it were named.
  kHit,
  // It has no agent that can be named, or all of them are overloaded.
  kMiss,
  // Neither the client's id nor its address tells it.
  kUnknown,
};
inline constexpr ZoneResult kZoneResults[] = {ZoneResult::kHit, ZoneResult::kMiss,
                                              ZoneResult::kUnknown};

// "hit", "miss" or "unknown": a metric label. Pure.
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

// The agents that an answer may name. A value.
struct AgentChoice {
  // The pool, or a part of it; it has candidates.
  std::shared_ptr<const LeaderView> leaders;
  ZoneResult zone_result = ZoneResult::kUnknown;
  // The wishes that were taken: every candidate of `leaders` fits them, and no other.
  Restriction taken;
  // The client's zone, taken or not; nullopt if nothing tells it.
  std::optional<std::string> zone;
  // It was left because its agents are all overloaded, not because there are none.
  bool zone_overloaded = false;
  // Utilisation of the least busy agent there that fits; 0 if that is not known, or there is no
  // zone.
  double zone_least_utilization = 0;
};

// The agents of `pool` that fit a client, under either strategy.
// - The group that the client's id names, else `asked_group`, that of the agent that the client
//   asked (nullptr: not known, then agents of all groups fit). Groups are separate: where the group
//   has no agent that can be named the result is UNAVAILABLE (kAgentGroupUnavailable), unless
//   cluster.agent_group_fallback lets all groups fit; then a diagnostic is added to `features`.
// - The role: where no agent fits, it is left out and a diagnostic added to `features`.
// - Then the zone that the client's id names, else the one of its address by the virtual cluster's
//   blocks. It is left out where it has nobody, or where all its agents are overloaded while those
//   that fit are below kRoomElsewhere on average.
//
// REQUIRES: `pool` is a whole one and has candidates.
absl::StatusOr<AgentChoice> ChooseAgents(const std::shared_ptr<const LeaderView>& pool,
                                         const VirtualCluster& cluster,
                                         absl::string_view client_address,
                                         const std::string* asked_group, const AgentLoads& loads,
                                         MonotonicTime now, ClientIdFeatures& features);

inline constexpr double kRoomElsewhere = 0.75;

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_CHOICE_H_
