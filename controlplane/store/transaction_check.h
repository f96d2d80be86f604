#ifndef CONTROLPLANE_STORE_TRANSACTION_CHECK_H_
#define CONTROLPLANE_STORE_TRANSACTION_CHECK_H_

#include "absl/status/status.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Checks that all engines share. Pure functions.

// INVALID_ARGUMENT (kInvalidArgument) if a key of `transaction` is empty, or occurs twice in its
// mutations.
absl::Status CheckTransaction(const Transaction& transaction);

// ABORTED (kRevisionMismatch) unless `found`, the revision of the precondition's key (0 if the key
// does not exist), equals the expected one.
absl::Status CheckPrecondition(const Precondition& precondition, Revision found);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_TRANSACTION_CHECK_H_
