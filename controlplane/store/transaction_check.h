#ifndef CONTROLPLANE_STORE_TRANSACTION_CHECK_H_
#define CONTROLPLANE_STORE_TRANSACTION_CHECK_H_

#include "absl/status/status.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// What all engines check alike. Pure functions.

// INVALID_ARGUMENT (kInvalidArgument) if a key of `transaction` is empty, or in its mutations
// twice.
absl::Status CheckTransaction(const Transaction& transaction);

// ABORTED (kRevisionMismatch) unless `found`, the revision of the precondition's key (0 if there is
// no such key), is what it asks for.
absl::Status CheckPrecondition(const Precondition& precondition, Revision found);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_TRANSACTION_CHECK_H_
