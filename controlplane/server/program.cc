#include "controlplane/server/program.h"

#include <grpcpp/grpcpp.h>

#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/program_variables.h"
#include "controlplane/base/version.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {

ProgramDescription DescribeControlPlane(absl::string_view commit) {
  ProgramDescription program;
  program.name = "bellwether";
  program.summary = "the control plane of leaderless, Kafka-compatible agents.";
  program.version =
      absl::StrCat("bellwether ", kSoftwareVersion, " (commit ", commit, ", gRPC ", grpc::Version(),
                   ", RocksDB ", RocksDbMetadataStore::LibraryVersion(), ")");
  program.variable_of = [](absl::string_view flag) {
    return absl::StrCat("BELLWETHER_", absl::AsciiStrToUpper(flag));
  };
  program.variable_prefix = "BELLWETHER_";
  program.foreign_variables.assign(std::begin(kAgentVariables), std::end(kAgentVariables));
  program.groups = {
      {"Addresses", {"agent_address", "admin_address", "metrics_address", "health_address"}},
      {"Encryption and access",
       {"agent_tls_cert", "agent_tls_key", "agent_tls_client_ca", "admin_tls_cert", "admin_tls_key",
        "admin_tls_client_ca", "tls_reload_interval", "authentication", "insecure",
        "insecure_metrics"}},
      {"Data", {"data_dir", "backup_dir", "cluster_uid", "deletion_retention"}},
      {"Agents", {"heartbeat_interval", "slow_start", "freeze_limit"}},
      {"Balance",
       {"plan_interval", "hot_partition_min_bytes_per_second", "balance_slack_bytes_per_second",
        "correct_weights"}},
      {"Process",
       {"max_open_files", "connection_age", "shutdown_grace", "log_level", "log_format",
        "validate_config", "print_config"}},
      {"Commands restore, export and import only", {"backup", "file"}},
  };
  program.commands = {
      {"restore",
       "create a store in --data_dir from the backup in --backup",
       {"backup", "data_dir", "cluster_uid"}},
      {"export",
       "write the metadata in --data_dir, a store or a backup, to --file as JSON lines",
       {"data_dir", "file", "cluster_uid"}},
      {"import",
       "create a store in --data_dir from the export in --file",
       {"file", "data_dir", "cluster_uid"}},
      {"create-admin-token",
       "create and print an admin token of the store in --data_dir; stop the control plane first",
       {"data_dir", "cluster_uid"}},
      {"inspect",
       "check and summarize the store in --data_dir; stop the control plane first",
       {"data_dir", "cluster_uid"}},
  };
  return program;
}

}  // namespace bellwether
