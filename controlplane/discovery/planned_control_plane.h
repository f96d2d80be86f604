#ifndef CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_
#define CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/store/in_memory_metadata_store.h"

namespace bellwether {

class SilentObserver final : public LeaderQueryObserver {
 public:
  void RecordAnswer(Strategy, StrategySource) override {}
  void RecordZone(ZoneResult) override {}
  void RecordFailure(const absl::Status& /*error*/) override {}
  void RecordAgentAnswers(const AnswerTally& /*tally*/) override {}
  void RecordDiagnostic(DiagnosticKind) override {}
};

// One run of a control plane from the registry to the resolver, for tests that restart it: the pool
// "apn_orders" with the given agents, by id and zone.
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

// The virtual cluster "orders", whose control plane can be restarted on one store.
class PlannedControlPlaneTest : public testing::Test {
 protected:
  // Ids and zones.
  using Agents = std::vector<std::pair<std::string, std::string>>;

  explicit PlannedControlPlaneTest(Agents agents) : agents_(std::move(agents)) {}

  void SetUp() override {
    auto catalog = Catalog::Open(store_, clock_, random_, {});
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
    ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", {}, {}).ok());
    Start();
  }
  void Start() {
    now_running_ = std::make_unique<PlannedControlPlane>(*catalog_, clock_, random_,
                                                         1'000 * ++starts_, agents_);
  }

  const Agents agents_;
  FakeClock clock_;
  SeededRandom random_{1};
  InMemoryMetadataStore store_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<PlannedControlPlane> now_running_;
  int64_t starts_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_PLANNED_CONTROL_PLANE_H_
