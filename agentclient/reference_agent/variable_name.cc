#include "agentclient/reference_agent/variable_name.h"

#include "absl/strings/ascii.h"

namespace bellwether {

std::string VariableName(absl::string_view flag) {
  if (flag == "agentPoolName") return "WARPSTREAM_AGENT_POOL_NAME";
  if (flag == "defaultPartitionAssignmentStrategy") {
    return "WARPSTREAM_DEFAULT_PARTITION_ASSIGNMENT_STRATEGY";
  }
  if (flag == "defaultVirtualClusterID") return "WARPSTREAM_DEFAULT_VIRTUAL_CLUSTER_ID";
  if (flag == "availabilityZone") return "WARPSTREAM_AVAILABILITY_ZONE";
  // BELLWETHER_AGENT_TLS_CERT is the control plane's, for its flag --agent_tls_cert.
  if (flag == "tlsCert") return "BELLWETHER_AGENT_CLIENT_TLS_CERT";
  if (flag == "tlsKey") return "BELLWETHER_AGENT_CLIENT_TLS_KEY";
  std::string name = "BELLWETHER_AGENT_";
  bool after_lower = false;
  for (const char c : flag) {
    if (absl::ascii_isupper(c) && after_lower) name.push_back('_');
    after_lower = absl::ascii_islower(c);
    name.push_back(absl::ascii_toupper(c));
  }
  return name;
}

}  // namespace bellwether
