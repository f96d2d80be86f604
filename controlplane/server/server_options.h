#ifndef CONTROLPLANE_SERVER_SERVER_OPTIONS_H_
#define CONTROLPLANE_SERVER_SERVER_OPTIONS_H_

#include <string>

#include "absl/time/time.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/tls_files.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Whether callers need a credential: kAuto requires one as soon as other machines can reach a gRPC
// listener.
enum class AuthenticationMode { kAuto, kOff, kRequired };

// All settings of a control plane.
struct ServerOptions {
  // "host:port" for agents and leader queries; port 0 picks a free one, as in the other addresses.
  std::string agent_address = "127.0.0.1:7420";
  // For admins.
  std::string admin_address = "127.0.0.1:7421";
  // For Prometheus.
  std::string metrics_address = "127.0.0.1:7422";
  // For probes, which have no certificates: serves only health, in plain text. Empty: none.
  std::string health_address;
  // The certificates and authorities of the agent listener and the admin listener; plain text
  // without a certificate. With authorities every client must present a certificate that one of
  // them has issued.
  TlsFiles agent_tls;
  TlsFiles admin_tls;
  // How often the files are read again; whole seconds.
  absl::Duration tls_reload_interval = absl::Seconds(10);
  // Allows plain text beyond loopback: everywhere, or for metrics only.
  bool insecure = false;
  bool insecure_metrics = false;
  AuthenticationMode authentication = AuthenticationMode::kAuto;
  // The directory of the store; created if it does not exist.
  std::string data_dir = "./bellwether-data";
  // The directory of backups, which are kept in a folder named after the cluster; empty: no
  // backups.
  std::string backup_dir;
  MembershipOptions membership;
  // Options of consistent_random_jump. Its times are in balancing rounds, of which there is one
  // every plan_interval.
  PlanOptions plan;
  absl::Duration plan_interval = absl::Seconds(10);
  Catalog::Options catalog;
  // Grace period for calls in flight when the server stops.
  absl::Duration shutdown_grace = absl::Seconds(5);
  // The age at which a connection's client is asked to open a new one.
  absl::Duration connection_age = absl::Minutes(30);
  // Time for a watcher of a pool to take one message.
  absl::Duration watch_patience = absl::Seconds(30);
  // Limit on open files and connections; the system may allow fewer.
  int max_open_files = 65'536;
  // How often dead agents are recorded and expired data is removed. Nothing depends on its
  // punctuality.
  absl::Duration sweep_interval = absl::Seconds(1);
  absl::Duration purge_interval = absl::Minutes(1);
  // False for a clock that only a test moves: its jumps are not stalls of this process.
  bool clock_is_real = true;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_SERVER_OPTIONS_H_
