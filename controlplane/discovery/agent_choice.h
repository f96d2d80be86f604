#ifndef CONTROLPLANE_DISCOVERY_AGENT_CHOICE_H_
#define CONTROLPLANE_DISCOVERY_AGENT_CHOICE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/base/clock.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_snapshot.h"
#include "controlplane/planning/restricted_pools.h"

namespace bellwether {

// The agents that an answer may name. A value.
struct AgentChoice {
  // The pool, or a part of it; it has candidates.
  std::shared_ptr<const PoolSnapshot> snapshot;
  ZoneResult zone_result = ZoneResult::kUnknown;
  // The wishes that were taken: every candidate of `snapshot` fits them, and no other.
  Restriction taken;
  // The client's zone, taken or not; nullopt if nothing tells it.
  std::optional<std::string> zone;
  // It was left because its agents are all overloaded, not because there are none.
  bool zone_overloaded = false;
};

// The agents of `pool` that fit a client, under either strategy.
// - Group, then role: where nobody fits, the wish is left out and a diagnostic added to `features`.
// - Then the zone that the client's id names, else the one of its address by the virtual cluster's
//   blocks. It is left out where it has nobody, or where all its agents are overloaded while those
//   that fit are below kRoomElsewhere on average.
//
// REQUIRES: `pool` is a whole one and has candidates.
AgentChoice ChooseAgents(const std::shared_ptr<const PoolSnapshot>& pool,
                         const VirtualCluster& cluster, absl::string_view client_address,
                         MonotonicTime now, ClientIdFeatures& features);

inline constexpr double kRoomElsewhere = 0.75;

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_AGENT_CHOICE_H_
