#ifndef CONTROLPLANE_SERVER_METRICS_ENDPOINT_H_
#define CONTROLPLANE_SERVER_METRICS_ENDPOINT_H_

#include <prometheus/collectable.h>

#include <asio.hpp>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/server/connection_acceptor.h"

namespace bellwether {

// Limits of MetricsEndpoint.
struct MetricsEndpointOptions {
  // Beyond this number, the oldest connection that is not being answered is closed, or if all are,
  // the oldest.
  size_t max_connections = 32;
  // Time for a peer to send its request, and to receive the answer.
  absl::Duration request_time = absl::Seconds(5);
  absl::Duration response_time = absl::Seconds(30);
};

// Serves metrics to Prometheus over HTTP/1.1, at /metrics: one request for each connection. A peer
// that is silent, sends half a request or does not read cannot delay others, and is disconnected
// when its time is over. Has a thread of its own, which also collects. Thread-safe.
class MetricsEndpoint {
 public:
  using Collectables = std::vector<std::shared_ptr<prometheus::Collectable>>;

  // Binds `address`, "host:port", as ConnectionAcceptor does, IPv6 included. UNAVAILABLE, without a
  // remedy.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Listen(
      const std::string& address, const MetricsEndpointOptions& options = MetricsEndpointOptions());
  // Closes the port and every connection.
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  int port() const { return acceptor_->port(); }

  // Starts to answer each request with the metrics that `collectables` collect. REQUIRES: not
  // called before.
  void Start(Collectables collectables);

  // Connections that were closed because there were too many, since the start.
  uint64_t refused() const { return closed_early_.load() + acceptor_->refused(); }

 private:
  struct Session;

  MetricsEndpoint(const MetricsEndpointOptions& options,
                  std::unique_ptr<ConnectionAcceptor> acceptor);

  void Take(int descriptor);
  void MakeRoom();
  void SetDeadline(uint64_t number, Session& session, absl::Duration time);
  void OnRequest(uint64_t number, const std::shared_ptr<Session>& session,
                 const asio::error_code& error);
  // Waits until the peer has closed its side too: closing with unread input would discard output.
  void AwaitEnd(uint64_t number, const std::shared_ptr<Session>& session);
  enum class Unsent { kSend, kDiscard };
  void Close(uint64_t number, Unsent unsent = Unsent::kSend);
  // The complete answer to `request`, which is a request line with its headers.
  std::string Answer(absl::string_view request) const;

  const MetricsEndpointOptions options_;
  Collectables collectables_;
  std::atomic<uint64_t> closed_early_ = 0;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  // Used by the thread alone; the oldest first.
  std::map<uint64_t, std::shared_ptr<Session>> sessions_;
  uint64_t last_number_ = 0;
  const std::unique_ptr<ConnectionAcceptor> acceptor_;
  std::thread thread_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_METRICS_ENDPOINT_H_
