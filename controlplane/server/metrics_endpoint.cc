#include "controlplane/server/metrics_endpoint.h"

#include <netinet/in.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

// A request line and headers; a scrape has a few hundred bytes.
constexpr size_t kMaxRequestBytes = 8 * 1024;

std::string Response(absl::string_view status, absl::string_view headers, absl::string_view body,
                     bool with_body = true) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\n", headers, "Content-Length: ", body.size(),
                      "\r\nConnection: close\r\n\r\n", with_body ? body : "");
}

std::string Refusal(absl::string_view status, absl::string_view text) {
  return Response(status, "Content-Type: text/plain; charset=utf-8\r\n", text);
}

// SO_DOMAIN: IPv4 or IPv6.
int FamilyOf(int descriptor) {
  int family = AF_INET;
  socklen_t size = sizeof(family);
  getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size);
  return family;
}

}  // namespace

struct MetricsEndpoint::Session {
  explicit Session(asio::io_context& io) : socket(io), deadline(io) {}

  asio::generic::stream_protocol::socket socket;
  asio::steady_timer deadline;
  std::string request;
  // From the request until everything is sent.
  bool answering = false;
  std::string response;
};

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Listen(
    const std::string& address, const MetricsEndpointOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<ConnectionAcceptor> acceptor,
                   ConnectionAcceptor::Listen(address));
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(options, std::move(acceptor)));
}

MetricsEndpoint::MetricsEndpoint(const MetricsEndpointOptions& options,
                                 std::unique_ptr<ConnectionAcceptor> acceptor)
    : options_(options), acceptor_(std::move(acceptor)) {}

void MetricsEndpoint::Start(Collectables collectables) {
  collectables_ = std::move(collectables);
  thread_ = std::thread([this] { io_.run(); });
  // Few descriptors are needed, and the reserve for the store includes them.
  acceptor_->Start("metrics_address", std::numeric_limits<int>::max(), [this](int descriptor) {
    asio::post(io_, [this, descriptor] { Take(descriptor); });
  });
}

MetricsEndpoint::~MetricsEndpoint() {
  acceptor_->Stop();
  if (!thread_.joinable()) return;
  // After every connection that was accepted.
  asio::post(io_, [this] {
    while (!sessions_.empty()) Close(sessions_.begin()->first, Unsent::kDiscard);
    work_.reset();
  });
  thread_.join();
}

void MetricsEndpoint::Take(int descriptor) {
  if (sessions_.size() >= options_.max_connections) MakeRoom();
  const auto session = std::make_shared<Session>(io_);
  asio::error_code error;
  session->socket.assign({FamilyOf(descriptor), IPPROTO_TCP}, descriptor, error);
  if (error) {
    close(descriptor);
    return;
  }
  const uint64_t number = ++last_number_;
  sessions_[number] = session;
  SetDeadline(number, *session, options_.request_time);
  asio::async_read_until(
      session->socket, asio::dynamic_buffer(session->request, kMaxRequestBytes), "\r\n\r\n",
      [this, number, session](const asio::error_code& failed, size_t /*length*/) {
        OnRequest(number, session, failed);
      });
}

void MetricsEndpoint::MakeRoom() {
  const auto idle = std::find_if(sessions_.begin(), sessions_.end(),
                                 [](const auto& entry) { return !entry.second->answering; });
  Close(idle == sessions_.end() ? sessions_.begin()->first : idle->first, Unsent::kDiscard);
  ++closed_early_;
}

void MetricsEndpoint::SetDeadline(uint64_t number, Session& session, absl::Duration time) {
  session.deadline.expires_after(absl::ToChronoNanoseconds(time));
  session.deadline.async_wait([this, number](const asio::error_code& cancelled) {
    if (!cancelled) Close(number, Unsent::kDiscard);
  });
}

void MetricsEndpoint::OnRequest(uint64_t number, const std::shared_ptr<Session>& session,
                                const asio::error_code& error) {
  // The session may have been closed at the same moment.
  if (sessions_.count(number) == 0) return;
  if (error == asio::error::not_found) {
    session->response = Refusal("431 Request Header Fields Too Large", "the request is too long\n");
  } else if (error) {
    return Close(number);
  } else {
    session->response = Answer(session->request);
  }
  session->answering = true;
  SetDeadline(number, *session, options_.response_time);
  asio::async_write(session->socket, asio::buffer(session->response),
                    [this, number, session](const asio::error_code& gone, size_t /*length*/) {
                      if (gone) return Close(number);
                      session->answering = false;
                      asio::error_code ignored;
                      session->socket.shutdown(asio::socket_base::shutdown_send, ignored);
                      AwaitEnd(number, session);
                    });
}

void MetricsEndpoint::AwaitEnd(uint64_t number, const std::shared_ptr<Session>& session) {
  session->request.resize(kMaxRequestBytes);
  session->socket.async_receive(
      asio::buffer(session->request),
      [this, number, session](const asio::error_code& end, size_t /*length*/) {
        return end ? Close(number) : AwaitEnd(number, session);
      });
}

void MetricsEndpoint::Close(uint64_t number, Unsent unsent) {
  const auto found = sessions_.find(number);
  if (found == sessions_.end()) return;
  const std::shared_ptr<Session> session = found->second;
  sessions_.erase(found);
  session->deadline.cancel();
  asio::error_code ignored;
  if (unsent == Unsent::kDiscard) {
    // Else the system would go on offering it to a peer that does not read.
    session->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  }
  session->socket.close(ignored);
}

std::string MetricsEndpoint::Answer(absl::string_view request) const {
  const std::vector<absl::string_view> line =
      absl::StrSplit(request.substr(0, request.find("\r\n")), ' ');
  if (line.size() != 3 || !absl::StartsWith(line[2], "HTTP/1.")) {
    return Refusal("400 Bad Request", "this port answers HTTP/1.1 requests: GET /metrics\n");
  }
  const bool is_get = line[0] == "GET";
  if (!is_get && line[0] != "HEAD") {
    return Response("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "");
  }
  if (line[1].substr(0, line[1].find('?')) != "/metrics") {
    return Refusal("404 Not Found", "metrics are at /metrics\n");
  }
  std::vector<prometheus::MetricFamily> families;
  for (const auto& collectable : collectables_) {
    std::vector<prometheus::MetricFamily> collected = collectable->Collect();
    std::move(collected.begin(), collected.end(), std::back_inserter(families));
  }
  return Response("200 OK", "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
                  prometheus::TextSerializer().Serialize(families), is_get);
}

}  // namespace bellwether
