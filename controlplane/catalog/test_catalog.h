#ifndef CONTROLPLANE_CATALOG_TEST_CATALOG_H_
#define CONTROLPLANE_CATALOG_TEST_CATALOG_H_

#include <memory>
#include <string>
#include <utility>

#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/scripted_store.h"
#include "gtest/gtest.h"

namespace bellwether {

// A catalog on a store that outlives it.
class CatalogTest : public testing::Test {
 protected:
  CatalogTest() { Reopen(); }

  // Simulates a restart of the control plane.
  void Reopen() {
    catalog_ = nullptr;
    auto catalog = Catalog::Open(store_, clock_, random_, Catalog::Options());
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
  }

  VirtualCluster Create(const std::string& id, const VirtualClusterFields& fields = {}) {
    const auto cluster = catalog_->CreateVirtualCluster(id, fields, {});
    EXPECT_TRUE(cluster.ok()) << cluster.status();
    return cluster.value_or(VirtualCluster());
  }
  AgentPool CreatePool(const std::string& id) {
    const auto pool = catalog_->CreateAgentPool(id, {}, {});
    EXPECT_TRUE(pool.ok()) << pool.status();
    return pool.value_or(AgentPool());
  }
  std::shared_ptr<const VirtualCluster> Cluster(const std::string& id) const {
    return catalog_->View()->FindVirtualCluster(id);
  }
  std::shared_ptr<const AgentPool> Pool(const std::string& id) const {
    return catalog_->View()->FindAgentPool(id);
  }

  ScriptedStore store_;
  FakeClock clock_;
  SeededRandom random_{7};
  std::unique_ptr<Catalog> catalog_;
};

inline void ExpectError(const absl::Status& status, absl::StatusCode code, Reason reason,
                        const std::string& says = "") {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(GetReason(status), reason) << status;
  EXPECT_NE(std::string(status.message()).find(says), std::string::npos) << status;
}

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_TEST_CATALOG_H_
