// The control plane's process: reads the flags, starts the server, waits for a signal.

#include <signal.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controlplane/base/build_commit.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/command_line.h"
#include "controlplane/base/log.h"
#include "controlplane/base/random.h"
#include "controlplane/base/version.h"
#include "controlplane/server/configuration_reload.h"
#include "controlplane/server/exposure.h"
#include "controlplane/server/offline_admin_token.h"
#include "controlplane/server/offline_commands.h"
#include "controlplane/server/program.h"
#include "controlplane/server/server.h"
#include "controlplane/server/server_options.h"
#include "controlplane/server/start_check.h"

ABSL_FLAG(std::string, agent_address, bellwether::ServerOptions().agent_address,
          "address (host:port) for agents and leader queries; port 0 picks a free port");
ABSL_FLAG(std::string, admin_address, bellwether::ServerOptions().admin_address,
          "address (host:port) for admin calls; port 0 picks a free port");
ABSL_FLAG(std::string, metrics_address, bellwether::ServerOptions().metrics_address,
          "address (host:port) of /metrics for Prometheus; port 0 picks a free port");
ABSL_FLAG(std::string, health_address, bellwether::ServerOptions().health_address,
          "address (host:port) of the gRPC health service for probes, in plain text; empty: none");
ABSL_FLAG(std::string, agent_tls_cert, "",
          "PEM file with the agent listener's certificate chain; turns TLS on");
ABSL_FLAG(std::string, agent_tls_key, "", "PEM file with the private key of --agent_tls_cert");
ABSL_FLAG(
    std::string, agent_tls_client_ca, "",
    "PEM file of certificate authorities; agents must present a certificate from one of them");
ABSL_FLAG(std::string, admin_tls_cert, "",
          "PEM file with the admin listener's certificate chain; turns TLS on");
ABSL_FLAG(std::string, admin_tls_key, "", "PEM file with the private key of --admin_tls_cert");
ABSL_FLAG(
    std::string, admin_tls_client_ca, "",
    "PEM file of certificate authorities; admins must present a certificate from one of them");
ABSL_FLAG(absl::Duration, tls_reload_interval, bellwether::ServerOptions().tls_reload_interval,
          "interval at which certificate and key files are checked for changes");
ABSL_FLAG(bool, insecure, false, "allow listening beyond loopback in plain text");
ABSL_FLAG(bool, insecure_metrics, false,
          "allow the metrics listener beyond loopback; metrics are never encrypted");
ABSL_FLAG(
    std::string, authentication, "auto",
    "required: every call needs a key or token; off: no call does; auto: required if agents or "
    "admins can call from other machines");
ABSL_FLAG(std::string, data_dir, bellwether::ServerOptions().data_dir,
          "directory of the metadata store; created if missing");
ABSL_FLAG(std::string, backup_dir, bellwether::ServerOptions().backup_dir,
          "directory in which CreateBackup writes backups; empty: no backups");
ABSL_FLAG(std::string, cluster_uid, bellwether::ServerOptions().catalog.expected_cluster_uid,
          "refuse the data of another cluster, and an empty --data_dir; empty: accept any data");
ABSL_FLAG(std::string, backup, "", "directory of the backup, for restore");
ABSL_FLAG(std::string, file, "",
          "file to export to or import from; empty: standard output or input");
ABSL_FLAG(absl::Duration, heartbeat_interval,
          bellwether::ServerOptions().membership.heartbeat_interval,
          "interval between heartbeats of an agent; the lease is three times as long");
ABSL_FLAG(absl::Duration, slow_start, bellwether::ServerOptions().membership.slow_start,
          "how long an agent that joins a running pool waits before it leads partitions");
ABSL_FLAG(
    absl::Duration, freeze_limit, bellwether::ServerOptions().membership.freeze_limit,
    "how long a pool stays frozen, while other agents are heard, before its silent agents are "
    "declared dead");
ABSL_FLAG(absl::Duration, deletion_retention,
          bellwether::ServerOptions().catalog.deletion_retention,
          "how long a deleted virtual cluster can be undeleted");
ABSL_FLAG(absl::Duration, plan_interval, bellwether::ServerOptions().plan_interval,
          "how often load is rebalanced");
ABSL_FLAG(
    uint64_t, hot_partition_min_bytes_per_second,
    bellwether::ServerOptions().plan.hot_min_bytes_per_second,
    "minimum traffic, in bytes per second, of a partition that may be spread over several agents");
ABSL_FLAG(
    uint64_t, balance_slack_bytes_per_second,
    bellwether::ServerOptions().plan.slack_bytes_per_second,
    "how far above its fair share an agent may be, in bytes per second, before partitions move "
    "off it");
ABSL_FLAG(
    bool, correct_weights, bellwether::ServerOptions().plan.correct_weights,
    "correct the declared weight of agents that are busier, or less busy, than the others for "
    "the load that they carry");
ABSL_FLAG(absl::Duration, connection_age, bellwether::ServerOptions().connection_age,
          "maximum age of a connection; the client is then asked to open a new one");
ABSL_FLAG(std::string, log_level, "info", "minimum level: debug, info, warning, error");
ABSL_FLAG(std::string, log_format, "text", "text: key=value; json: one JSON object per line");
ABSL_FLAG(bool, validate_config, false,
          "do everything that a start does except serve, change nothing on disk, report whether a "
          "start would succeed, and exit");
ABSL_FLAG(bool, print_config, false,
          "print the value and the origin of every flag, as a file for --flagfile, and exit");
ABSL_FLAG(int32_t, max_open_files, bellwether::ServerOptions().max_open_files,
          "maximum number of open files and connections, at most the system's hard limit");
ABSL_FLAG(absl::Duration, shutdown_grace, bellwether::ServerOptions().shutdown_grace,
          "grace period for in-flight calls after SIGTERM");

namespace bellwether {
namespace {

// The mode of that name, or nullopt.
std::optional<AuthenticationMode> FindAuthenticationMode(absl::string_view name) {
  if (name == "auto") return AuthenticationMode::kAuto;
  if (name == "off") return AuthenticationMode::kOff;
  if (name == "required") return AuthenticationMode::kRequired;
  return std::nullopt;
}

ServerOptions OptionsFromFlags() {
  ServerOptions options;
  options.agent_address = absl::GetFlag(FLAGS_agent_address);
  options.admin_address = absl::GetFlag(FLAGS_admin_address);
  options.metrics_address = absl::GetFlag(FLAGS_metrics_address);
  options.health_address = absl::GetFlag(FLAGS_health_address);
  options.agent_tls = {absl::GetFlag(FLAGS_agent_tls_cert), absl::GetFlag(FLAGS_agent_tls_key),
                       absl::GetFlag(FLAGS_agent_tls_client_ca)};
  options.admin_tls = {absl::GetFlag(FLAGS_admin_tls_cert), absl::GetFlag(FLAGS_admin_tls_key),
                       absl::GetFlag(FLAGS_admin_tls_client_ca)};
  options.tls_reload_interval = absl::GetFlag(FLAGS_tls_reload_interval);
  options.insecure = absl::GetFlag(FLAGS_insecure);
  options.insecure_metrics = absl::GetFlag(FLAGS_insecure_metrics);
  options.authentication = FindAuthenticationMode(absl::GetFlag(FLAGS_authentication))
                               .value_or(AuthenticationMode::kRequired);
  options.data_dir = absl::GetFlag(FLAGS_data_dir);
  options.backup_dir = absl::GetFlag(FLAGS_backup_dir);
  options.catalog.expected_cluster_uid = absl::GetFlag(FLAGS_cluster_uid);
  options.membership.heartbeat_interval = absl::GetFlag(FLAGS_heartbeat_interval);
  options.membership.slow_start = absl::GetFlag(FLAGS_slow_start);
  options.membership.freeze_limit = absl::GetFlag(FLAGS_freeze_limit);
  options.catalog.deletion_retention = absl::GetFlag(FLAGS_deletion_retention);
  options.plan_interval = absl::GetFlag(FLAGS_plan_interval);
  // What a restarting agent led is kept for it for as long as it is waited for.
  options.plan.reserved_rounds =
      RoundsIn(options.membership.restart_patience, options.plan_interval);
  options.plan.hot_min_bytes_per_second = absl::GetFlag(FLAGS_hot_partition_min_bytes_per_second);
  options.plan.slack_bytes_per_second = absl::GetFlag(FLAGS_balance_slack_bytes_per_second);
  options.plan.correct_weights = absl::GetFlag(FLAGS_correct_weights);
  options.connection_age = absl::GetFlag(FLAGS_connection_age);
  options.max_open_files = absl::GetFlag(FLAGS_max_open_files);
  options.shutdown_grace = absl::GetFlag(FLAGS_shutdown_grace);
  return options;
}

absl::Status Validate(const ServerOptions& options) {
  const std::string authentication = absl::GetFlag(FLAGS_authentication);
  if (!FindAuthenticationMode(authentication).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--authentication is ", authentication, "; give auto, off or required"));
  }
  if (!FindLogLevel(absl::GetFlag(FLAGS_log_level)).has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--log_level is ", absl::GetFlag(FLAGS_log_level), "; give debug, info, warning or error"));
  }
  if (!FindLogFormat(absl::GetFlag(FLAGS_log_format)).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--log_format is ", absl::GetFlag(FLAGS_log_format), "; give text or json"));
  }
  if (options.max_open_files < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--max_open_files is ", options.max_open_files, "; give 1024 or more"));
  }
  for (const auto& [flag, interval] :
       {std::pair("heartbeat_interval", options.membership.heartbeat_interval),
        std::pair("plan_interval", options.plan_interval),
        std::pair("connection_age", options.connection_age)}) {
    if (interval < absl::Milliseconds(10) || interval > absl::Hours(1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", flag, " is ", absl::FormatDuration(interval), "; give 10ms to 1h"));
    }
  }
  if (options.tls_reload_interval < absl::Seconds(1) ||
      options.tls_reload_interval > absl::Hours(24)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--tls_reload_interval is ", absl::FormatDuration(options.tls_reload_interval),
                     "; give 1s to 24h"));
  }
  for (const auto& [flag, bytes] :
       {std::pair("hot_partition_min_bytes_per_second", options.plan.hot_min_bytes_per_second),
        std::pair("balance_slack_bytes_per_second", options.plan.slack_bytes_per_second)}) {
    if (bytes > kMaxBaseBytesPerSecond) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", flag, " is ", bytes, "; give 0 to ", kMaxBaseBytesPerSecond));
    }
  }
  for (const auto& [flag, duration] :
       {std::pair("slow_start", options.membership.slow_start),
        std::pair("freeze_limit", options.membership.freeze_limit),
        std::pair("deletion_retention", options.catalog.deletion_retention),
        std::pair("shutdown_grace", options.shutdown_grace)}) {
    if (duration < absl::ZeroDuration() || duration > absl::Hours(24 * 3660)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--", flag, " is ", absl::FormatDuration(duration), "; give 0 to ten years"));
    }
  }
  return absl::OkStatus();
}

int Refuse(const absl::Status& status) {
  Log(LogLevel::kError, "start failed", {{"error", status.message()}});
  return 1;
}

// As --flagfile reads it. Refuses settings with which no server starts, whatever the machine is
// like: SIGHUP asks a child for them.
int PrintSettings(const ServerOptions& options, const std::vector<Setting>& settings) {
  const absl::Status consistent = Server::Check(options);
  if (!consistent.ok()) return Refuse(consistent);
  for (const Setting& setting : settings) {
    if (setting.flag == "print_config" || setting.flag == "validate_config") continue;
    std::cout << "# " << setting.source << "\n--" << setting.flag << "=" << setting.value << "\n";
  }
  return 0;
}

// No client trusts an expired certificate, but the other listener and probes may be needed, and a
// new one is read as soon as it is there.
void WarnOfCertificates(const ServerOptions& options, const Clock& clock) {
  const absl::Status valid = CheckCertificatesAreValid(options, clock.WallNow());
  if (!valid.ok()) {
    Log(LogLevel::kError, "certificate not valid", {{"error", valid.message()}});
  }
}

// "off", "on" or "mutual".
absl::string_view TlsMode(const TlsFiles& files) {
  if (files.certificate.empty()) return "off";
  return files.authorities.empty() ? "on" : "mutual";
}

int RunOffline(const std::string& command) {
  const OfflineOptions options = {absl::GetFlag(FLAGS_data_dir), absl::GetFlag(FLAGS_backup),
                                  absl::GetFlag(FLAGS_file), absl::GetFlag(FLAGS_cluster_uid)};
  const SystemClock clock;
  SystemRandom random;
  OsRandom secrets;
  const absl::Status done =
      command == kCreateAdminTokenCommand
          ? CreateAdminTokenOffline(options, clock, random, secrets, std::cout)
          : RunOfflineCommand(command, options, std::cin, std::cout);
  if (done.ok()) return 0;
  Log(LogLevel::kError, "command failed", {{"command", command}, {"error", done.message()}});
  return 1;
}

// What may change while the control plane runs. The values have been validated.
void ApplyLogging(const std::string& level, const std::string& format) {
  SetLogLevel(*FindLogLevel(level));
  SetLogFormat(*FindLogFormat(format));
}

// Flags whose values may change while the control plane runs.
constexpr const char* kReloadedFlags[] = {"log_level", "log_format", "max_open_files"};

// Reads the configuration again, applies the settings that may change at run time, and logs which
// other changed settings need a restart. An invalid configuration has no effect.
void Reload(const std::vector<std::string>& arguments, const Configuration& started_with,
            Server& server) {
  absl::StatusOr<Configuration> now = ReadConfiguration(arguments);
  int max_open_files = 0;
  if (now.ok() && absl::SimpleAtoi(now->at("max_open_files"), &max_open_files)) {
    const absl::Status limited = server.SetMaxOpenFiles(max_open_files);
    if (!limited.ok()) now = limited;
  }
  if (!now.ok()) {
    Log(LogLevel::kError, "configuration rejected",
        {{"error", now.status().message()},
         {"remedy",
          "the current configuration stays in effect; correct the error and send SIGHUP again"}});
    return;
  }
  ApplyLogging(now->at("log_level"), now->at("log_format"));
  std::vector<std::string> for_restart = ChangedFlags(started_with, *now);
  for (const char* const flag : kReloadedFlags) std::erase(for_restart, flag);
  Log(LogLevel::kInfo, "configuration reloaded",
      {{"log_level", now->at("log_level")},
       {"log_format", now->at("log_format")},
       {"max_open_files", now->at("max_open_files")},
       {"changed_at_the_next_start", absl::StrJoin(for_restart, ",")}});
}

int Run(int argc, char** argv, const sigset_t& signals) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const absl::StatusOr<CommandLine> line =
      ParseCommandLine(argc, argv, DescribeControlPlane(BuildCommit()));
  if (!line.ok()) return Refuse(line.status());
  if (!line->answer.empty()) {
    std::cout << line->answer;
    return 0;
  }
  if (!line->command.empty()) return RunOffline(line->command);
  const ServerOptions options = OptionsFromFlags();
  const absl::Status valid = Validate(options);
  if (!valid.ok()) return Refuse(valid);
  const SystemClock clock;
  if (absl::GetFlag(FLAGS_print_config)) return PrintSettings(options, line->settings);
  ApplyLogging(absl::GetFlag(FLAGS_log_level), absl::GetFlag(FLAGS_log_format));
  if (absl::GetFlag(FLAGS_validate_config)) {
    const absl::Status startable = CheckStart(options, clock);
    if (!startable.ok()) return Refuse(startable);
    std::cout << "the configuration is valid\n";
    return 0;
  }
  WarnOfCertificates(options, clock);
  SystemRandom random;
  OsRandom secrets;
  const absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, clock, random, secrets);
  if (!server.ok()) {
    Log(LogLevel::kError, "start failed", {{"error", server.status().message()}});
    return 1;
  }
  Log(LogLevel::kInfo, "the control plane is ready",
      {{"version", kSoftwareVersion},
       {"commit", BuildCommit()},
       {"agent_address", options.agent_address},
       {"agent_port", (*server)->agent_port()},
       {"admin_address", options.admin_address},
       {"admin_port", (*server)->admin_port()},
       {"metrics_address", options.metrics_address},
       {"metrics_port", (*server)->metrics_port()},
       {"health_address", options.health_address},
       {"health_port", (*server)->health_port()},
       {"authentication", AuthenticationIsRequired(options) ? "required" : "off"},
       {"agent_tls", TlsMode(options.agent_tls)},
       {"admin_tls", TlsMode(options.admin_tls)},
       {"data_dir", options.data_dir},
       {"cluster_uid", (*server)->cluster_uid()},
       {"virtual_clusters", (*server)->virtual_cluster_count()}});

  Configuration started_with;
  for (const Setting& setting : line->settings) started_with[setting.flag] = setting.value;
  int signal = 0;
  sigwait(&signals, &signal);
  for (; signal == SIGHUP; sigwait(&signals, &signal)) Reload(arguments, started_with, **server);
  Log(LogLevel::kInfo, "shutting down", {{"signal", strsignal(signal)}});
  (*server)->Shutdown();
  Log(LogLevel::kInfo, "shutdown complete");
  return 0;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  // Before any thread is made, so that all inherit it and only sigwait sees these.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // The end of a client must not end this process.
  signal(SIGPIPE, SIG_IGN);
  // Nor is a file that may not grow: to the store it is a full disk.
  signal(SIGXFSZ, SIG_IGN);
  return bellwether::Run(argc, argv, signals);
}
