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

// The stored plans of a pool.
struct StoredPlanSet {
  std::string agent_pool_id;
  PlanSet plans;
};

// Whether the plans differ from the result of hashing; otherwise they need not be stored. A zone's
// own plan always counts as a difference: without it, the zone's clients would follow the pool's
// overrides. Pure.
bool IsWorthStoring(const PlanSet& plans);

// The durable part of planning: stores the plans of pools if they are worth storing, so that a
// restart moves no leader. Plans are deleted with their pool. Thread-safe; every method blocks on
// the store.
class StoredPlans {
 public:
  // Both must outlive it.
  StoredPlans(MetadataStore& store, const Catalog& catalog);

  // The plans of all existing pools, for the start. Unusable ones are skipped and logged: a lost
  // plan costs some moves, not data. Errors of the store.
  absl::StatusOr<std::vector<StoredPlanSet>> List() const;

  // Stores the plans of a pool, or removes them if they are not worth storing. OK if the pool does
  // not exist (any more). ABORTED (kRevisionMismatch) if the pool is changing concurrently: try
  // again later. Errors of the store.
  absl::Status Put(const std::string& agent_pool_id, const PlanSet& plans);

 private:
  MetadataStore& store_;
  const Catalog& catalog_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_STORED_PLANS_H_
