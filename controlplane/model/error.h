#ifndef CONTROLPLANE_MODEL_ERROR_H_
#define CONTROLPLANE_MODEL_ERROR_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// The cause of an error, for programs. The names that clients see (ReasonName) never change.
enum class Reason {
  // Input.
  kInvalidArgument,
  kInvalidResourceId,
  kInvalidResourceName,
  kInvalidPageSize,
  kInvalidPageToken,
  kInvalidFieldMask,
  kInvalidRequestId,
  kUnknownStrategy,
  kLimitExceeded,
  // Resources.
  kVirtualClusterNotFound,
  kVirtualClusterAlreadyExists,
  kVirtualClusterNotDeleted,
  kVirtualClusterProtected,
  kVirtualClusterInUse,
  kVirtualClusterHasNoAgentPool,
  kAgentPoolNotFound,
  kAgentPoolAlreadyExists,
  kAgentPoolTaken,
  kAgentPoolMismatch,
  kAgentPoolInUse,
  kDefaultResource,
  kImmutableField,
  kEtagMismatch,
  kRequestIdReused,
  kAgentKeyNotFound,
  kAdminTokenNotFound,
  kLastAdminToken,
  // Membership and discovery.
  kAgentNotFound,
  kStaleAgentEpoch,
  kWrongCluster,
  kNoLiveAgent,
  kAgentGroupUnavailable,
  // Access.
  kPermissionDenied,
  // The service itself.
  kRevisionMismatch,
  kStoreUnavailable,
  kStoreCorrupt,
  kStoreInUse,
  kStoreForeign,
  kStoreTooNew,
  kStoreNotEmpty,
  kBackupUnavailable,
  kOverloaded,
  kShuttingDown,
  kAddressUnavailable,
};

// "AGENT_POOL_MISMATCH" and so on. Pure.
absl::string_view ReasonName(Reason reason);

// An error with a canonical code, a reason for programs, a message for people that names the object
// and the remedy, and metadata that contains the facts of the message as fields. REQUIRES: code is
// not kOk.
absl::Status MakeError(absl::StatusCode code, Reason reason, absl::string_view message,
                       const std::map<std::string, std::string>& metadata = {});

// The reason given to MakeError; nullopt for OK and for other errors.
std::optional<Reason> GetReason(const absl::Status& status);

// The metadata given to MakeError; empty for OK and for other errors.
std::map<std::string, std::string> GetErrorMetadata(const absl::Status& status);

// `text` as an error message may quote it: its first 80 bytes, with unprintable characters escaped.
// Pure.
std::string Excerpt(absl::string_view text);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_ERROR_H_
