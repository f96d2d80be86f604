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

// A running control plane: every part of it, made and wired in one place. Thread-safe.
class Server {
 public:
  // Whether a server could start with these options, as far as that can be told without its data
  // and without listening. INVALID_ARGUMENT, as of Start.
  static absl::Status Check(const ServerOptions& options);
  // Opens the store, brings the agents back and begins to listen. `clock`, `random` and `secrets`
  // must outlive the server; `secrets` must be good for secrets. Errors: those of the store and the
  // catalog; UNAVAILABLE for an address that cannot be listened on, naming it; INVALID_ARGUMENT for
  // certificates that cannot be used, and for listening beyond loopback in plain text.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const Clock& clock, Random& random,
                                                       Random& secrets);
  // The same on `store` in place of options.data_dir; for tests.
  static absl::StatusOr<std::unique_ptr<Server>> StartOn(std::unique_ptr<MetadataStore> store,
                                                         const ServerOptions& options,
                                                         const Clock& clock, Random& random,
                                                         Random& secrets);
  // Shuts down.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The ports in use, which differ from the options where those said 0.
  int agent_port() const;
  int admin_port() const;
  int metrics_port() const;
  // 0 if there is no health address.
  int health_port() const;
  // Identity of the data, made at the very first start.
  const std::string& cluster_uid() const;
  // How many virtual clusters there are.
  size_t virtual_cluster_count() const;

  // Lets so many files and connections be open from now on (ServerOptions::max_open_files); those
  // that are open stay. FAILED_PRECONDITION, and nothing changes, if the system does not let us
  // have enough. One call at a time, and none after Shutdown.
  absl::Status SetMaxOpenFiles(int max_open_files);

  // Takes one step of every pool's plan now, beside those that come every plan_interval.
  void RunBalancingRounds();

  // Says NOT_SERVING, takes no new calls, lets those under way finish within the grace period, and
  // closes the store. Safe to repeat.
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
