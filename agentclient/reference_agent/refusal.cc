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
    return absl::StrCat(Set("agentPoolName", right->second), ", and start the agent again");
  }
  return absl::StrCat(
      Set("agentPoolName", "a pool that works for the virtual cluster"),
      " (ListAgentPools shows them), or create one with CreateAgentPool; then start the agent "
      "again");
}

}  // namespace

std::string Remedy(const absl::Status& refusal) {
  const std::optional<Reason> reason = GetReason(refusal);
  if (reason == Reason::kAgentPoolNotFound || reason == Reason::kAgentPoolMismatch) {
    return UseTheRightPool(refusal);
  }
  if (reason == Reason::kVirtualClusterNotFound) {
    return absl::StrCat(Set("defaultVirtualClusterID", "a virtual cluster that exists"),
                        " (ListVirtualClusters shows them), or create it with "
                        "CreateVirtualCluster; then start the agent again");
  }
  if (reason == Reason::kUnknownStrategy) {
    return absl::StrCat(
        Set("defaultPartitionAssignmentStrategy", "consistent_random_jump or single_agent"),
        ", or leave it out");
  }
  if (reason == Reason::kPermissionDenied &&
      GetErrorMetadata(refusal).count("right_agent_pool") > 0) {
    return absl::StrCat(UseTheRightPool(refusal), "; or ",
                        Set("agentKeyPath", "a file with a key of the other virtual cluster"));
  }
  if (reason == Reason::kPermissionDenied) {
    return absl::StrCat(
        Set("agentKeyPath", "a file with a key of the virtual cluster that the agent works for"),
        " (CreateAgentKey makes one), and ", Set("agentPoolName", "that virtual cluster's pool"),
        "; the control plane's log says what was wrong");
  }
  if (refusal.code() == absl::StatusCode::kUnimplemented) {
    return Set("controlPlaneAddress",
               "the control plane's agent address; this one is something else, perhaps its admin "
               "address");
  }
  return "correct what the error names, and start the agent again";
}

}  // namespace bellwether
