#include "agentclient/reference_agent/program.h"

#include <grpcpp/grpcpp.h>

#include <iterator>

#include "absl/strings/str_cat.h"
#include "agentclient/reference_agent/variable_name.h"
#include "controlplane/base/program_variables.h"
#include "controlplane/base/version.h"

namespace bellwether {

ProgramDescription DescribeReferenceAgent(absl::string_view commit) {
  ProgramDescription program;
  program.name = "bellwether-agent";
  program.summary =
      "an agent that real Kafka clients can talk to, to try a control plane.\n"
      "It counts the records that clients produce and DISCARDS them.";
  program.version = absl::StrCat("bellwether-agent ", kSoftwareVersion, " (commit ", commit,
                                 ", gRPC ", grpc::Version(), ")");
  program.dashes = "-";
  program.variable_of = VariableName;
  program.variable_prefix = "BELLWETHER_";
  program.foreign_variables.assign(std::begin(kControlPlaneVariables),
                                   std::end(kControlPlaneVariables));
  program.groups = {
      {"Place in the cluster",
       {"agentPoolName", "defaultVirtualClusterID", "availabilityZone", "agentGroup", "roles",
        "weight", "agentID", "stateDir", "defaultPartitionAssignmentStrategy"}},
      {"Control plane",
       {"controlPlaneAddress", "agentKeyPath", "agentKey", "tlsCA", "tlsCert", "tlsKey"}},
      {"Kafka clients",
       {"kafkaAddress", "advertisedAddress", "topics", "connectionLimit", "clientMemoryBytes",
        "networkBytesPerSecond"}},
      {"Process", {"metricsAddress", "logLevel", "logFormat", "drainPeriod", "announceRestart"}},
  };
  program.secrets = {"agentKey"};
  return program;
}

}  // namespace bellwether
