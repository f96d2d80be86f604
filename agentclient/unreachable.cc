#include "agentclient/unreachable.h"

#include "controlplane/model/error.h"

namespace bellwether {

bool IsUnreachable(const absl::Status& error) {
  if (GetReason(error) == Reason::kNoLiveAgent) return false;
  if (GetReason(error) == Reason::kAgentGroupUnavailable) return false;
  if (GetReason(error) == Reason::kWrongCluster) return true;
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace bellwether
