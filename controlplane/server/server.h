#ifndef CONTROLPLANE_SERVER_SERVER_H_
#define CONTROLPLANE_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/server/server_options.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

class Metrics;

// A running control plane: creates and connects all components. Thread-safe.
class Server {
 public:
  // Whether a server could start with these options, as far as can be checked without its data and
  // without listening. INVALID_ARGUMENT as for Start.
  static absl::Status Check(const ServerOptions& options);
  // Opens the store, restores the agents and starts to listen. `clock`, `random` and `secrets` must
  // outlive the server; `secrets` must be suitable for secrets. Errors: those of the store and the
  // catalog; UNAVAILABLE for an address that cannot be listened on, naming it; INVALID_ARGUMENT for
  // certificates that cannot be used, and for listening beyond loopback in plain text.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const Clock& clock, Random& random,
                                                       Random& secrets);
  // Starts on `store` instead of options.data_dir; for tests.
  static absl::StatusOr<std::unique_ptr<Server>> StartOn(std::unique_ptr<MetadataStore> store,
                                                         const ServerOptions& options,
                                                         const Clock& clock, Random& random,
                                                         Random& secrets);
  // Shuts down.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The ports in use, which differ from the options if those said 0.
  int agent_port() const;
  int admin_port() const;
  int metrics_port() const;
  // 0 if there is no health address.
  int health_port() const;
  // Identity of the data, created at the very first start.
  const std::string& cluster_uid() const;
  // The number of virtual clusters.
  size_t virtual_cluster_count() const;

  // Changes ServerOptions::max_open_files; open files and connections stay. FAILED_PRECONDITION,
  // without effect, if the system does not allow enough. One call at a time, and none after
  // Shutdown.
  absl::Status SetMaxOpenFiles(int max_open_files);

  // Runs one balancing round for every pool now, in addition to those every plan_interval.
  void RunBalancingRounds();

  // Sets the health status to NOT_SERVING, refuses new calls, lets calls in flight finish within
  // the grace period, and closes the store. May be called again.
  void Shutdown();

 private:
  struct Parts;

  static absl::StatusOr<std::unique_ptr<Server>> StartOn(std::unique_ptr<MetadataStore> store,
                                                         std::unique_ptr<Metrics> metrics,
                                                         const ServerOptions& options,
                                                         const Clock& clock, Random& random,
                                                         Random& secrets);
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_SERVER_H_
