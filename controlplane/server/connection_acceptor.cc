#include "controlplane/server/connection_acceptor.h"

#include <bit>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

using asio::ip::tcp;

// How long to wait before accepting again after the system had no room for another socket.
constexpr std::chrono::milliseconds kPause{100};

// A flood must not fill the log either: only the 1st, 2nd, 4th, 8th and so on of repeated events
// are logged.
bool IsWorthALine(uint64_t count) { return std::has_single_bit(count); }

// Where to listen for "host:port"; a host may stand in brackets.
absl::StatusOr<std::vector<tcp::endpoint>> Resolve(const std::string& address,
                                                   asio::io_context& io) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    return absl::UnavailableError("it is not host:port");
  }
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  asio::error_code error;
  const auto found = tcp::resolver(io).resolve(
      host, absl::StrCat(port), tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) return absl::UnavailableError(error.message());
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  return endpoints;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> ConnectionAcceptor::Listen(
    const std::string& address) {
  std::unique_ptr<ConnectionAcceptor> acceptor(new ConnectionAcceptor);
  ASSIGN_OR_RETURN(std::vector<tcp::endpoint> endpoints, Resolve(address, acceptor->io_));
  if (!endpoints.empty() && endpoints.front().address().is_unspecified()) {
    const uint16_t port = endpoints.front().port();
    // An IPv6 socket that is for IPv4 too, unless the machine has no IPv6.
    if (acceptor->Bind({tcp::v6(), port}).ok()) return acceptor;
    endpoints = {{tcp::v4(), port}};
  }
  // A name may mean addresses of both families, of which the machine has one alone.
  absl::Status failure = absl::UnavailableError("the host has no address");
  for (tcp::endpoint& endpoint : endpoints) {
    if (endpoint.port() == 0) endpoint.port(static_cast<uint16_t>(acceptor->port_));
    const absl::Status bound = acceptor->Bind(endpoint);
    if (!bound.ok()) failure = bound;
  }
  if (acceptor->acceptors_.empty()) return failure;
  return acceptor;
}

absl::Status ConnectionAcceptor::Bind(const tcp::endpoint& endpoint) {
  auto acceptor = std::make_unique<tcp::acceptor>(io_);
  asio::error_code error;
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) {
    acceptor->set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor->local_endpoint(error).port();
  if (error) return absl::UnavailableError(error.message());
  acceptors_.push_back(std::move(acceptor));
  return absl::OkStatus();
}

ConnectionAcceptor::~ConnectionAcceptor() { Stop(); }

void ConnectionAcceptor::Start(absl::string_view name, int descriptor_limit, Take take) {
  name_ = std::string(name);
  SetDescriptorLimit(descriptor_limit);
  take_ = std::move(take);
  for (const auto& acceptor : acceptors_) Accept(*acceptor);
  thread_ = std::thread([this] { io_.run(); });
}

void ConnectionAcceptor::Stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
  acceptors_.clear();
}

void ConnectionAcceptor::Accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](const asio::error_code& error, tcp::socket socket) {
    if (error) return Pause(acceptor, error);
    Admit(std::move(socket));
    Accept(acceptor);
  });
}

void ConnectionAcceptor::Admit(tcp::socket socket) {
  const int descriptor_limit = descriptor_limit_.load();
  if (socket.native_handle() >= descriptor_limit) {
    const uint64_t refused = ++refused_;
    if (IsWorthALine(refused)) {
      Log(LogLevel::kWarning, "connection limit reached",
          {{"listener", name_},
           {"limit", descriptor_limit},
           {"refused", refused},
           {"remedy", "find the peer that holds the most connections, or raise --max_open_files"}});
    }
    return;
  }
  // As gRPC wants them. A connection that is gone already shows it when it is read.
  asio::error_code gone;
  socket.native_non_blocking(true, gone);
  socket.set_option(tcp::no_delay(true), gone);
  const int descriptor = socket.release(gone);
  if (!gone) take_(descriptor);
}

void ConnectionAcceptor::Pause(tcp::acceptor& acceptor, const asio::error_code& error) {
  if (IsWorthALine(++failed_)) {
    Log(LogLevel::kError, "accept failed",
        {{"listener", name_}, {"error", error.message()}, {"failed", failed_}});
  }
  auto timer = std::make_shared<asio::steady_timer>(io_, kPause);
  timer->async_wait(
      [this, &acceptor, timer](const asio::error_code& /*stopped*/) { Accept(acceptor); });
}

}  // namespace bellwether
