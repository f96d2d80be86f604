#ifndef CONTROLPLANE_SERVER_CONNECTION_ACCEPTOR_H_
#define CONTROLPLANE_SERVER_CONNECTION_ACCEPTOR_H_

#include <asio.hpp>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Accepts the connections of one port and passes them on. gRPC 1.51 could accept them itself, but
// it has no limit on their number, and never accepts again after the process has run out of file
// descriptors. Has a thread of its own.
class ConnectionAcceptor {
 public:
  // Takes ownership of the descriptor of a connection.
  using Take = std::function<void(int descriptor)>;

  // Binds `address`, "host:port", at each address that the host has; 0.0.0.0 and [::] mean every
  // address of the machine, including IPv6 if available. Port 0 picks a free one. UNAVAILABLE,
  // without a remedy, if the host does not exist or the port cannot be bound.
  static absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> Listen(const std::string& address);
  // Stops it.
  ~ConnectionAcceptor();
  ConnectionAcceptor(const ConnectionAcceptor&) = delete;
  ConnectionAcceptor& operator=(const ConnectionAcceptor&) = delete;

  int port() const { return port_; }

  // Starts to accept. A connection whose descriptor would be `descriptor_limit` or above is closed
  // at once: the system assigns the lowest free descriptor, so the process then has that many files
  // and connections open, or fewer, and higher descriptors are left for other uses. `name`, of the
  // listener, is for the log. REQUIRES: not called before.
  void Start(absl::string_view name, int descriptor_limit, Take take);
  // Connections that were refused because too many were open, since the start. Thread-safe.
  uint64_t refused() const { return refused_.load(); }
  // Changes the limit. Existing connections stay. Thread-safe.
  void SetDescriptorLimit(int descriptor_limit) { descriptor_limit_.store(descriptor_limit); }
  // Closes the port. Existing connections stay. May be called again.
  void Stop();

 private:
  ConnectionAcceptor() = default;

  absl::Status Bind(const asio::ip::tcp::endpoint& endpoint);
  void Accept(asio::ip::tcp::acceptor& acceptor);
  void Admit(asio::ip::tcp::socket socket);
  // Tries again after a moment: there was no free descriptor, or no memory.
  void Pause(asio::ip::tcp::acceptor& acceptor, const asio::error_code& error);

  std::string name_;
  std::atomic<int> descriptor_limit_ = 0;
  Take take_;
  int port_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  uint64_t failed_ = 0;
  asio::io_context io_{1};
  std::vector<std::unique_ptr<asio::ip::tcp::acceptor>> acceptors_;
  std::thread thread_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONNECTION_ACCEPTOR_H_
