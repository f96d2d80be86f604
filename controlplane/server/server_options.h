#ifndef CONTROLPLANE_SERVER_SERVER_OPTIONS_H_
#define CONTROLPLANE_SERVER_SERVER_OPTIONS_H_

#include <string>

#include "absl/time/time.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/tls_files.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Whether callers have to bring a credential along: kAuto asks for one as soon as others than this
// machine can reach a gRPC listener.
enum class AuthenticationMode { kAuto, kOff, kRequired };

// Everything that can be set about a control plane. A value.
struct ServerOptions {
  // "host:port" for agents and leader queries; port 0 picks a free one. So for the other two.
  std::string agent_address = "127.0.0.1:7420";
  // For admins.
  std::string admin_address = "127.0.0.1:7421";
  // For Prometheus.
  std::string metrics_address = "127.0.0.1:7422";
  // For probes, which come without certificates: health in plain text and nothing else. Empty:
  // none.
  std::string health_address;
  // What the agent listener and the admin listener show and trust; in plain text without a
  // certificate. With authorities every client must show a certificate that comes from them.
  TlsFiles agent_tls;
  TlsFiles admin_tls;
  // How often the files are looked at again; whole seconds.
  absl::Duration tls_reload_interval = absl::Seconds(10);
  // Plain text is allowed beyond loopback: everywhere, or for metrics alone.
  bool insecure = false;
  bool insecure_metrics = false;
  AuthenticationMode authentication = AuthenticationMode::kAuto;
  // Where the store is; made if it does not exist.
  std::string data_dir = "./bellwether-data";
  // Where backups are kept, in a folder named after the cluster; empty: nowhere.
  std::string backup_dir;
  MembershipOptions membership;
  // Of consistent_random_jump; its times are in steps, of which there is one every plan_interval.
  PlanOptions plan;
  absl::Duration plan_interval = absl::Seconds(10);
  Catalog::Options catalog;
  // How long calls under way may go on when the server stops.
  absl::Duration shutdown_grace = absl::Seconds(5);
  // How old a connection may become before its client is asked for a new one.
  absl::Duration connection_age = absl::Minutes(30);
  // How long a watcher of a pool may take for one message.
  absl::Duration watch_patience = absl::Seconds(30);
  // How many files and connections may be open; the system may allow fewer.
  int max_open_files = 65'536;
  // How often dead agents are recorded, and what has expired is removed. Nothing depends on either
  // being punctual.
  absl::Duration sweep_interval = absl::Seconds(1);
  absl::Duration purge_interval = absl::Minutes(1);
  // False for a clock that moves only when told to: its jumps are no stalls of this process.
  bool clock_is_real = true;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_SERVER_OPTIONS_H_
