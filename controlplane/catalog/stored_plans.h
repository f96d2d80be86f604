#ifndef CONTROLPLANE_CATALOG_STORED_PLANS_H_
#define CONTROLPLANE_CATALOG_STORED_PLANS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The plan of a pool as it is stored. A value.
struct StoredPlan {
  std::string agent_pool_id;
  Plan plan;
};

// Whether a plan says more than the hash does: one that does not need not be stored. Pure.
bool HasExceptions(const Plan& plan);

// The durable half of planning: the plans of the pools that have exceptions, so that a restart
// moves no leader. A plan goes with its pool. Thread-safe; every method blocks on the store.
class StoredPlans {
 public:
  // Both must outlive it.
  StoredPlans(MetadataStore& store, const Catalog& catalog);

  // Those of the pools that exist, for the start. One that cannot be used is left out and logged: a
  // lost plan costs some moves, not data. Errors of the store.
  absl::StatusOr<std::vector<StoredPlan>> List() const;

  // Stores the plan of a pool, or removes it if it has no exceptions. OK if the pool does not exist
  // (any more). ABORTED (kRevisionMismatch) if the pool changes just now: try again later. Errors
  // of the store.
  absl::Status Put(const std::string& agent_pool_id, const Plan& plan);

 private:
  MetadataStore& store_;
  const Catalog& catalog_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_STORED_PLANS_H_
