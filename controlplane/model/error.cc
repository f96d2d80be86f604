#include "controlplane/model/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bellwether {
namespace {

constexpr absl::string_view kReasonUrl = "bellwether/reason";
// Metadata travels as one payload for each key.
constexpr absl::string_view kMetadataUrl = "bellwether/metadata/";

}  // namespace

absl::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Reason::kInvalidResourceId:
      return "INVALID_RESOURCE_ID";
    case Reason::kInvalidResourceName:
      return "INVALID_RESOURCE_NAME";
    case Reason::kInvalidPageSize:
      return "INVALID_PAGE_SIZE";
    case Reason::kInvalidPageToken:
      return "INVALID_PAGE_TOKEN";
    case Reason::kInvalidFieldMask:
      return "INVALID_FIELD_MASK";
    case Reason::kInvalidRequestId:
      return "INVALID_REQUEST_ID";
    case Reason::kUnknownStrategy:
      return "UNKNOWN_STRATEGY";
    case Reason::kLimitExceeded:
      return "LIMIT_EXCEEDED";
    case Reason::kVirtualClusterNotFound:
      return "VIRTUAL_CLUSTER_NOT_FOUND";
    case Reason::kVirtualClusterAlreadyExists:
      return "VIRTUAL_CLUSTER_ALREADY_EXISTS";
    case Reason::kVirtualClusterNotDeleted:
      return "VIRTUAL_CLUSTER_NOT_DELETED";
    case Reason::kVirtualClusterProtected:
      return "VIRTUAL_CLUSTER_PROTECTED";
    case Reason::kVirtualClusterInUse:
      return "VIRTUAL_CLUSTER_IN_USE";
    case Reason::kVirtualClusterHasNoAgentPool:
      return "VIRTUAL_CLUSTER_HAS_NO_AGENT_POOL";
    case Reason::kAgentPoolNotFound:
      return "AGENT_POOL_NOT_FOUND";
    case Reason::kAgentPoolAlreadyExists:
      return "AGENT_POOL_ALREADY_EXISTS";
    case Reason::kAgentPoolTaken:
      return "AGENT_POOL_TAKEN";
    case Reason::kAgentPoolMismatch:
      return "AGENT_POOL_MISMATCH";
    case Reason::kAgentPoolInUse:
      return "AGENT_POOL_IN_USE";
    case Reason::kDefaultResource:
      return "DEFAULT_RESOURCE";
    case Reason::kImmutableField:
      return "IMMUTABLE_FIELD";
    case Reason::kEtagMismatch:
      return "ETAG_MISMATCH";
    case Reason::kRequestIdReused:
      return "REQUEST_ID_REUSED";
    case Reason::kAgentKeyNotFound:
      return "AGENT_KEY_NOT_FOUND";
    case Reason::kAdminTokenNotFound:
      return "ADMIN_TOKEN_NOT_FOUND";
    case Reason::kLastAdminToken:
      return "LAST_ADMIN_TOKEN";
    case Reason::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Reason::kAgentNotFound:
      return "AGENT_NOT_FOUND";
    case Reason::kStaleAgentEpoch:
      return "STALE_AGENT_EPOCH";
    case Reason::kWrongCluster:
      return "WRONG_CLUSTER";
    case Reason::kNoLiveAgent:
      return "NO_LIVE_AGENT";
    case Reason::kAgentGroupUnavailable:
      return "AGENT_GROUP_UNAVAILABLE";
    case Reason::kRevisionMismatch:
      return "REVISION_MISMATCH";
    case Reason::kStoreUnavailable:
      return "STORE_UNAVAILABLE";
    case Reason::kStoreCorrupt:
      return "STORE_CORRUPT";
    case Reason::kStoreInUse:
      return "STORE_IN_USE";
    case Reason::kStoreForeign:
      return "STORE_FOREIGN";
    case Reason::kStoreTooNew:
      return "STORE_TOO_NEW";
    case Reason::kStoreNotEmpty:
      return "STORE_NOT_EMPTY";
    case Reason::kBackupUnavailable:
      return "BACKUP_UNAVAILABLE";
    case Reason::kOverloaded:
      return "OVERLOADED";
    case Reason::kShuttingDown:
      return "SHUTTING_DOWN";
    case Reason::kAddressUnavailable:
      return "ADDRESS_UNAVAILABLE";
  }
  return "UNKNOWN";
}

absl::Status MakeError(absl::StatusCode code, Reason reason, absl::string_view message,
                       const std::map<std::string, std::string>& metadata) {
  absl::Status status(code, message);
  status.SetPayload(kReasonUrl, absl::Cord(absl::StrCat(static_cast<int>(reason))));
  for (const auto& [key, value] : metadata) {
    status.SetPayload(absl::StrCat(kMetadataUrl, key), absl::Cord(value));
  }
  return status;
}

std::optional<Reason> GetReason(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kReasonUrl);
  int number = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &number)) {
    return std::nullopt;
  }
  return static_cast<Reason>(number);
}

std::map<std::string, std::string> GetErrorMetadata(const absl::Status& status) {
  std::map<std::string, std::string> metadata;
  status.ForEachPayload([&metadata](absl::string_view url, const absl::Cord& value) {
    if (absl::ConsumePrefix(&url, kMetadataUrl)) metadata[std::string(url)] = std::string(value);
  });
  return metadata;
}

std::string Excerpt(absl::string_view text) {
  constexpr size_t kLongest = 80;
  const std::string escaped = absl::Utf8SafeCEscape(text.substr(0, kLongest));
  return text.size() > kLongest ? absl::StrCat(escaped, "...") : escaped;
}

}  // namespace bellwether
