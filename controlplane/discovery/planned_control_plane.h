#ifndef CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_
#define CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

class SilentObserver final : public LeaderQueryObserver {
 public:
  void RecordAnswer(Strategy, StrategySource) override {}
  void RecordZone(ZoneResult) override {}
  void RecordFailure(absl::StatusCode) override {}
  void RecordAgentAnswers(const AnswerTally& /*tally*/) override {}
  void RecordDiagnostic(DiagnosticKind) override {}
};

// One life of a control plane from the registry to the resolver, for tests that go through several:
// the pool "apn_orders" with those agents, by id and zone.
struct PlannedControlPlane {
  PlannedControlPlane(Catalog& catalog, const Clock& clock, Random& random, int64_t first_version,
                      const std::vector<std::pair<std::string, std::string>>& agents)
      : registry(clock, MembershipOptions{}),
        planners(registry, clock, first_version),
        resolver(catalog, planners, clock, random, observer) {
    for (const auto& [id, zone] : agents) {
      Registration registration;
      registration.spec.agent_id = id;
      registration.spec.boot_id = "boot";
      registration.spec.address = {"10.0.0.1", 9092};
      registration.spec.zone = zone;
      registration.agent_pool_id = "apn_orders";
      registration.epoch = 1;
      registry.Add(registration);
    }
  }

  SilentObserver observer;
  AgentRegistry registry;
  PoolPlanners planners;
  LeaderResolver resolver;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_
