#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_KAFKA_SERVER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_KAFKA_SERVER_H_

#include <asio.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/kafka/connection.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "agentclient/reference_agent/kafka/traffic.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

struct KafkaServerOptions {
  // "host:port", "[::1]:port" or ":port" for every address of the machine. Port 0 picks one.
  std::string listen_address = "127.0.0.1:0";
  int threads = 2;
  // A connection above the limit is accepted and closed at once.
  int max_connections = 10'000;
  ConnectionLimits limits;
};

// Listens for Kafka clients and passes their requests to a Responder. Thread-safe.
class KafkaServer {
 public:
  // Listens and starts the threads. `responder`, `traffic` and `budget` must outlive the server.
  // Errors: INVALID_ARGUMENT if the address cannot be parsed, UNAVAILABLE if the server cannot
  // listen on it.
  static absl::StatusOr<std::unique_ptr<KafkaServer>> Start(const KafkaServerOptions& options,
                                                            Responder* responder, Traffic* traffic,
                                                            MemoryBudget* budget);
  // Stops at once.
  ~KafkaServer();
  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;

  // Stops accepting connections, answers the requests in progress, shuts down the sending side of
  // each connection, and closes the remaining connections after `grace`. Then waits for the
  // Responder's last answers. May be called again; not from a thread of the server or within
  // LeaderSource.
  void Stop(absl::Duration grace);

  // The port that the server listens on.
  int port() const { return port_; }

 private:
  KafkaServer(const KafkaServerOptions& options, Responder* responder, Traffic* traffic,
              MemoryBudget* budget);

  absl::Status Listen();
  void Accept();
  void OnAccept(const asio::error_code& error, asio::ip::tcp::socket socket);
  // False if the connection was refused.
  bool Admit(asio::ip::tcp::socket& socket);
  void OnGone(uint64_t number);
  std::vector<std::shared_ptr<Connection>> Connections() const;
  // Runs periodically: connections that wait for memory may get that of stalled ones.
  void WatchBudget();
  void StopAccepting(absl::Duration grace);

  const KafkaServerOptions options_;
  Responder* const responder_;
  Traffic* const traffic_;
  MemoryBudget* const budget_;
  int port_ = 0;

  // Shared with answers that have not been sent yet.
  const std::shared_ptr<asio::io_context> io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  // These members belong to the acceptor's strand once the threads run.
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  asio::steady_timer budget_timer_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool accepting_ ABSL_GUARDED_BY(mutex_) = true;
  bool grace_over_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  // All existing connections, the oldest first.
  std::map<uint64_t, std::weak_ptr<Connection>> connections_ ABSL_GUARDED_BY(mutex_);

  // Serializes calls of Stop.
  Mutex stop_mutex_;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(stop_mutex_);
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_KAFKA_SERVER_H_
