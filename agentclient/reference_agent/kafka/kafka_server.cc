#include "agentclient/reference_agent/kafka/kafka_server.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"

namespace bellwether::kafka {
namespace {

using asio::ip::tcp;

// How long to wait before accepting again after the system had no room for another socket.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(100);

// How often connections that wait for memory are looked at; well below MemoryBudget's stall.
constexpr absl::Duration kBudgetInterval = absl::Milliseconds(200);

// Splits "host:port"; a host may stand in brackets.
absl::Status SplitAddress(absl::string_view address, std::string& host, std::string& port) {
  const size_t colon = address.rfind(':');
  int number = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(address.substr(colon + 1), &number) ||
      number < 0 || number > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen address \"", address, "\": give host:port, such as 0.0.0.0:9092"));
  }
  absl::string_view name = address.substr(0, colon);
  if (name.size() >= 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  host = std::string(name);
  port = absl::StrCat(number);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaServer>> KafkaServer::Start(const KafkaServerOptions& options,
                                                                Responder* responder,
                                                                Traffic* traffic,
                                                                MemoryBudget* budget) {
  auto server = std::unique_ptr<KafkaServer>(new KafkaServer(options, responder, traffic, budget));
  RETURN_IF_ERROR(server->Listen());
  asio::post(server->acceptor_.get_executor(), [raw = server.get()] {
    raw->Accept();
    raw->WatchBudget();
  });
  MutexLock lock(server->stop_mutex_);
  for (int i = 0; i < options.threads; ++i) {
    server->threads_.emplace_back([io = server->io_] { io->run(); });
  }
  return server;
}

KafkaServer::KafkaServer(const KafkaServerOptions& options, Responder* responder, Traffic* traffic,
                         MemoryBudget* budget)
    : options_(options),
      responder_(responder),
      traffic_(traffic),
      budget_(budget),
      io_(std::make_shared<asio::io_context>(options.threads)),
      work_(asio::make_work_guard(*io_)),
      acceptor_(asio::make_strand(*io_)),
      timer_(acceptor_.get_executor()),
      budget_timer_(acceptor_.get_executor()) {}

KafkaServer::~KafkaServer() { Stop(absl::ZeroDuration()); }

absl::Status KafkaServer::Listen() {
  std::string host;
  std::string port;
  RETURN_IF_ERROR(SplitAddress(options_.listen_address, host, port));
  asio::error_code error;
  tcp::resolver resolver(*io_);
  const auto found =
      resolver.resolve(host, port, tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("listen address \"", options_.listen_address,
                                                   "\": no such host: ", error.message()));
  }
  const tcp::endpoint endpoint = found.begin()->endpoint();
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot listen on \"", options_.listen_address,
                                               "\": ", error.message(),
                                               "; free the port or choose another"));
  }
  return absl::OkStatus();
}

void KafkaServer::Accept() {
  acceptor_.async_accept(asio::make_strand(*io_),
                         [this](const asio::error_code& error, auto socket) {
                           OnAccept(error, tcp::socket(std::move(socket)));
                         });
}

void KafkaServer::OnAccept(const asio::error_code& error, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (!error) {
    Admit(socket);
    return Accept();
  }
  Log(LogLevel::kError, "accept failed", {{"error", error.message()}});
  timer_.expires_after(absl::ToChronoNanoseconds(kAcceptPause));
  timer_.async_wait([this](const asio::error_code& stopped) {
    if (!stopped && acceptor_.is_open()) Accept();
  });
}

bool KafkaServer::Admit(tcp::socket& socket) {
  uint64_t number = 0;
  bool full = false;
  {
    MutexLock lock(mutex_);
    if (stopping_) return false;
    full = connections_.size() >= static_cast<size_t>(options_.max_connections);
    if (!full) {
      number = ++last_number_;
      connections_[number];
    }
  }
  if (full) {
    Log(LogLevel::kWarning, "connection refused", {{"max_connections", options_.max_connections}});
    return false;
  }
  const auto connection =
      std::make_shared<Connection>(io_, std::move(socket), options_.limits, responder_, traffic_,
                                   budget_, [this, number] { OnGone(number); });
  bool stopping = false;
  {
    MutexLock lock(mutex_);
    connections_[number] = connection;
    stopping = stopping_;
  }
  // Stop has not seen it.
  if (stopping) return false;
  connection->Start();
  return true;
}

void KafkaServer::WatchBudget() {
  budget_->CutOffStalled();
  budget_timer_.expires_after(absl::ToChronoNanoseconds(kBudgetInterval));
  budget_timer_.async_wait([this](const asio::error_code& stopped) {
    if (!stopped) WatchBudget();
  });
}

void KafkaServer::OnGone(uint64_t number) {
  MutexLock lock(mutex_);
  connections_.erase(number);
  changed_.NotifyAll();
}

std::vector<std::shared_ptr<Connection>> KafkaServer::Connections() const {
  std::vector<std::shared_ptr<Connection>> alive;
  MutexLock lock(mutex_);
  for (const auto& entry : connections_) {
    if (auto connection = entry.second.lock()) alive.push_back(std::move(connection));
  }
  return alive;
}

void KafkaServer::StopAccepting(absl::Duration grace) {
  asio::post(acceptor_.get_executor(), [this, grace] {
    asio::error_code ignored;
    acceptor_.close(ignored);
    timer_.expires_after(absl::ToChronoNanoseconds(grace));
    timer_.async_wait([this](const asio::error_code&) {
      MutexLock lock(mutex_);
      grace_over_ = true;
      changed_.NotifyAll();
    });
    MutexLock lock(mutex_);
    accepting_ = false;
    changed_.NotifyAll();
  });
}

void KafkaServer::Stop(absl::Duration grace) {
  MutexLock stop_lock(stop_mutex_);
  if (threads_.empty()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  StopAccepting(grace);
  {
    // Otherwise a disconnected client could reconnect at once.
    MutexLock lock(mutex_);
    while (accepting_) changed_.Wait(mutex_);
  }
  for (const auto& connection : Connections()) connection->Drain();
  {
    MutexLock lock(mutex_);
    while (!connections_.empty() && !grace_over_) changed_.Wait(mutex_);
  }
  for (const auto& connection : Connections()) connection->CloseNow();
  {
    MutexLock lock(mutex_);
    while (!connections_.empty()) changed_.Wait(mutex_);
  }
  io_->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace bellwether::kafka
