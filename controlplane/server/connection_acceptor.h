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

// Accepts the connections of one port and hands them on: what gRPC would do itself, but that gRPC
// 1.51 has no limit on how many there are, and never accepts again once the process has had no file
// descriptor left for one. A thread of its own.
class ConnectionAcceptor {
 public:
  // Takes over the descriptor of a connection.
  using Take = std::function<void(int descriptor)>;

  // Binds `address`, "host:port", at each address that the host has; 0.0.0.0 and [::] mean every
  // address of the machine, of IPv6 too where there is that. Port 0 picks a free one. UNAVAILABLE,
  // without a remedy, if there is no such host or the port is not to be had.
  static absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> Listen(const std::string& address);
  // Stops it.
  ~ConnectionAcceptor();
  ConnectionAcceptor(const ConnectionAcceptor&) = delete;
  ConnectionAcceptor& operator=(const ConnectionAcceptor&) = delete;

  int port() const { return port_; }

  // Begins to accept. A connection whose descriptor would be `descriptor_limit` or above is closed
  // at once: the system gives the lowest that is free, so that this many files and connections, or
  // fewer, are open in the process then, and what is above is left to others. `name`, of the
  // listener, is for the log. REQUIRES: not called before.
  void Start(absl::string_view name, int descriptor_limit, Take take);
  // Connections that were refused because too many were open, since the start. Thread-safe.
  uint64_t refused() const { return refused_.load(); }
  // Another limit from now on; what was taken goes on. Thread-safe.
  void SetDescriptorLimit(int descriptor_limit) { descriptor_limit_.store(descriptor_limit); }
  // Closes the port. What was taken goes on. Safe to repeat.
  void Stop();

 private:
  ConnectionAcceptor() = default;

  absl::Status Bind(const asio::ip::tcp::endpoint& endpoint);
  void Accept(asio::ip::tcp::acceptor& acceptor);
  void Admit(asio::ip::tcp::socket socket);
  // Tries again after a moment: there was no descriptor, or no memory.
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
