#include "agentclient/reference_agent/refusal.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "agentclient/reference_agent/variable_name.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

std::string Set(absl::string_view flag, absl::string_view value) {
  return absl::StrCat("set -", flag, " or ", VariableName(flag), " to ", value);
}

std::string UseTheRightPool(const absl::Status& refusal) {
  const std::map<std::string, std::string> metadata = GetErrorMetadata(refusal);
  const auto right = metadata.find("right_agent_pool");
  if (right != metadata.end() && !right->second.empty()) {
    return absl::StrCat(Set("agentPoolName", right->second), ", and restart the agent");
  }
  return absl::StrCat(
      Set("agentPoolName", "a pool that is bound to the virtual cluster"),
      " (see ListAgentPools), or create one with CreateAgentPool; then restart the agent");
}

}  // namespace

std::string Remedy(const absl::Status& refusal) {
  const std::optional<Reason> reason = GetReason(refusal);
  if (reason == Reason::kAgentPoolNotFound || reason == Reason::kAgentPoolMismatch) {
    return UseTheRightPool(refusal);
  }
  if (reason == Reason::kVirtualClusterNotFound) {
    return absl::StrCat(Set("defaultVirtualClusterID", "a virtual cluster that exists"),
                        " (see ListVirtualClusters), or create it with "
                        "CreateVirtualCluster; then restart the agent");
  }
  if (reason == Reason::kUnknownStrategy) {
    return absl::StrCat(
        Set("defaultPartitionAssignmentStrategy", "consistent_random_jump or single_agent"),
        ", or omit it");
  }
  if (reason == Reason::kPermissionDenied &&
      GetErrorMetadata(refusal).count("right_agent_pool") > 0) {
    return absl::StrCat(UseTheRightPool(refusal), "; or ",
                        Set("agentKeyPath", "a file with a key of the other virtual cluster"));
  }
  if (reason == Reason::kPermissionDenied) {
    return absl::StrCat(Set("agentKeyPath", "a file with a key of the agent's virtual cluster"),
                        " (CreateAgentKey creates a key), and ",
                        Set("agentPoolName", "that virtual cluster's pool"),
                        "; the control plane's log contains the cause");
  }
  if (refusal.code() == absl::StatusCode::kUnimplemented) {
    return Set(
        "controlPlaneAddress",
        "the control plane's agent address; the current address serves something else, perhaps "
        "admin calls");
  }
  return "correct the cause in the error, and restart the agent";
}

}  // namespace bellwether
