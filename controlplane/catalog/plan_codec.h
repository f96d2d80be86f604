#ifndef CONTROLPLANE_CATALOG_PLAN_CODEC_H_
#define CONTROLPLANE_CATALOG_PLAN_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Converts the plans of a pool between their stored form (bellwether.storage.v1) and the model.
// Pure functions.

std::string EncodePlans(const PlanSet& plans);
// DATA_LOSS (kStoreCorrupt), naming the key, for an entry that cannot be read or has no valid plan.
// Accepts arbitrary bytes.
absl::StatusOr<PlanSet> DecodePlans(const StoredEntry& entry);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_PLAN_CODEC_H_
