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

// The plans of a pool as they are stored. A value.
struct StoredPlanSet {
  std::string agent_pool_id;
  PlanSet plans;
};

// Whether the plans say more than the hash does: ones that do not need not be stored. That a zone
// has its own says something: without it, its clients would go by the pool's exceptions. Pure.
bool IsWorthStoring(const PlanSet& plans);

// The durable half of planning: the plans of the pools where they are worth it, so that a restart
// moves no leader. Plans go with their pool. Thread-safe; every method blocks on the store.
class StoredPlans {
 public:
  // Both must outlive it.
  StoredPlans(MetadataStore& store, const Catalog& catalog);

  // Those of the pools that exist, for the start. Ones that cannot be used are left out and logged:
  // a lost plan costs some moves, not data. Errors of the store.
  absl::StatusOr<std::vector<StoredPlanSet>> List() const;

  // Stores the plans of a pool, or removes them if they are not worth it. OK if the pool does not
  // exist (any more). ABORTED (kRevisionMismatch) if the pool changes just now: try again later.
  // Errors of the store.
  absl::Status Put(const std::string& agent_pool_id, const PlanSet& plans);

 private:
  MetadataStore& store_;
  const Catalog& catalog_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_STORED_PLANS_H_
