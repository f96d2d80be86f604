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

// Limits of MetricsEndpoint. A value.
struct MetricsEndpointOptions {
  // When there are more, the oldest connection that is not just being answered is closed, else the
  // oldest of all.
  size_t max_connections = 32;
  // How long a peer may take to send its request, and to receive the answer.
  absl::Duration request_time = absl::Seconds(5);
  absl::Duration response_time = absl::Seconds(30);
};

// Serves metrics to Prometheus over HTTP/1.1, at /metrics: one request for each connection. A peer
// that is silent, sends half a request or does not read delays nobody else, and is disconnected
// when its time is over. A thread of its own, in which it also collects. Thread-safe.
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

  // Begins to answer with what `collectables` collect at each request. REQUIRES: not called before.
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
  // Waits until the peer has closed its side too: a close with unread input would discard output.
  void AwaitEnd(uint64_t number, const std::shared_ptr<Session>& session);
  enum class Unsent { kSend, kDiscard };
  void Close(uint64_t number, Unsent unsent = Unsent::kSend);
  // The whole answer to `request`, a request line with its headers.
  std::string Answer(absl::string_view request) const;

  const MetricsEndpointOptions options_;
  Collectables collectables_;
  std::atomic<uint64_t> closed_early_ = 0;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  // Of the thread alone; the oldest first.
  std::map<uint64_t, std::shared_ptr<Session>> sessions_;
  uint64_t last_number_ = 0;
  const std::unique_ptr<ConnectionAcceptor> acceptor_;
  std::thread thread_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_METRICS_ENDPOINT_H_
