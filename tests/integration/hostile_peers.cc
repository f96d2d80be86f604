#include "tests/integration/hostile_peers.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

namespace bellwether {
namespace {

constexpr uint8_t kData = 0;
constexpr uint8_t kHeaders = 1;
constexpr uint8_t kReset = 3;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kPing = 6;
constexpr uint8_t kWindowUpdate = 8;
constexpr uint8_t kContinuation = 9;
constexpr uint8_t kEndStream = 1;
constexpr uint8_t kEndHeaders = 4;
constexpr uint8_t kAcknowledgement = 1;
constexpr int64_t kSmallHeadersBytes = 15 << 20;

int PortOf(const std::string& address) {
  int port = 0;
  return absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port) ? port : 0;
}

void AddNumber(uint32_t number, int bytes, std::string& to) {
  for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<char>(number >> (8 * i)));
}

void AddFrame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload,
              std::string& to) {
  AddNumber(static_cast<uint32_t>(payload.size()), 3, to);
  to.push_back(static_cast<char>(type));
  to.push_back(static_cast<char>(flags));
  AddNumber(stream, 4, to);
  absl::StrAppend(&to, payload);
}

// A header that the peer need not remember; both parts shorter than 127 bytes.
void AddHeader(absl::string_view name, absl::string_view value, std::string& to) {
  to.push_back('\0');
  to.push_back(static_cast<char>(name.size()));
  absl::StrAppend(&to, name);
  to.push_back(static_cast<char>(value.size()));
  absl::StrAppend(&to, value);
}

std::string CallHeaders() {
  // The two that HPACK has in its table: ":method: POST", ":scheme: http".
  std::string headers = "\x83\x86";
  AddHeader(":path", "/grpc.health.v1.Health/Check", headers);
  AddHeader(":authority", "x", headers);
  AddHeader("te", "trailers", headers);
  AddHeader("content-type", "application/grpc", headers);
  return headers;
}

// A connection, in plain text or over TLS, whose certificate it does not look at.
class Connection {
 public:
  Connection(int port, bool tls) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience = {0, 200'000};
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const int no_delay = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof(no_delay));
    sockaddr_in server = {};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<uint16_t>(port));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = connect(socket_, reinterpret_cast<sockaddr*>(&server), sizeof(server)) == 0;
    if (open_ && tls) StartTls();
  }
  ~Connection() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open() const { return open_; }

  // As many of the bytes as can be sent for a while; none once the connection is cut off.
  size_t Send(absl::string_view bytes) {
    if (!open_) return 0;
    if (ssl_ != nullptr) {
      size_t sent = 0;
      if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1) return sent;
      const int error = SSL_get_error(ssl_, 0);
      open_ = error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ;
      return 0;
    }
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<size_t>(sent);
    open_ = errno == EAGAIN || errno == EWOULDBLOCK;
    return 0;
  }
  // Discards received bytes.
  void Drain() {
    char buffer[4096];
    const ssize_t got = recv(socket_, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) open_ = false;
  }

 private:
  void StartTls() {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    ssl_ = SSL_new(context_);
    constexpr unsigned char kProtocols[] = {2, 'h', '2'};
    SSL_set_alpn_protos(ssl_, kProtocols, sizeof(kProtocols));
    SSL_set_fd(ssl_, socket_);
    const absl::Time late = absl::Now() + absl::Seconds(10);
    int done = SSL_connect(ssl_);
    while (done != 1 && SSL_get_error(ssl_, done) == SSL_ERROR_WANT_READ && absl::Now() < late) {
      done = SSL_connect(ssl_);
    }
    open_ = done == 1;
  }

  const int socket_;
  bool open_ = false;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

// The first bytes of an attack, and the bytes that it then repeats. The stream numbers of the
// repeated part rise by two for each call.
class Script {
 public:
  explicit Script(Attack attack) : attack_(attack) {}

  std::string First() {
    std::string first = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    AddFrame(kSettings, 0, 0, "", first);
    switch (attack_) {
      case Attack::kEndlessHeader:
      case Attack::kEndlessHeaderInSmallFrames:
        // A new name, whose length is 127 plus the following bytes, seven bits in each.
        AddFrame(kHeaders, 0, 1, absl::string_view("\0\x7f\x80\xff\xff\xff\x07", 7), first);
        break;
      case Attack::kSmallHeaders:
      case Attack::kLargeHeaders:
        AddFrame(kHeaders, 0, 1, CallHeaders(), first);
        break;
      case Attack::kServerResets:
      case Attack::kPings:
      case Attack::kSettings:
      case Attack::kSettingsBetweenData:
      case Attack::kTimeouts:
        break;
      case Attack::kResets:
      case Attack::kResetsBetweenCalls:
        AddFrame(kSettings, kAcknowledgement, 0, "", first);
        break;
    }
    return first;
  }

  // About 16 KiB.
  std::string Next() {
    if (makes_calls() || next_.empty()) next_ = Make();
    return next_;
  }

  bool reads() const {
    return attack_ != Attack::kPings && attack_ != Attack::kSettings &&
           attack_ != Attack::kSettingsBetweenData;
  }
  bool makes_calls() const {
    return attack_ == Attack::kResets || attack_ == Attack::kResetsBetweenCalls ||
           attack_ == Attack::kServerResets || attack_ == Attack::kTimeouts;
  }
  // What one connection sends at most.
  int64_t limit() const {
    return attack_ == Attack::kSmallHeaders ? kSmallHeadersBytes : int64_t{1} << 40;
  }

 private:
  std::string Make() {
    std::string next;
    switch (attack_) {
      case Attack::kEndlessHeader:
        AddFrame(kContinuation, 0, 1, std::string(16 << 10, 'a'), next);
        break;
      case Attack::kEndlessHeaderInSmallFrames:
        for (int i = 0; i < 256; ++i) AddFrame(kContinuation, 0, 1, std::string(64, 'a'), next);
        break;
      case Attack::kSmallHeaders:
        // gRPC looks at the size of the headers of each frame, not of all.
        for (int i = 0; i < 16; ++i) {
          std::string headers;
          for (int j = 0; j < 200; ++j) AddHeader("a", "1", headers);
          AddFrame(kContinuation, 0, 1, headers, next);
        }
        break;
      case Attack::kLargeHeaders:
        for (int i = 0; i < 4; ++i) {
          std::string headers;
          for (int j = 0; j < 40; ++j) AddHeader("a", std::string(100, 'v'), headers);
          AddFrame(kContinuation, 0, 1, headers, next);
        }
        break;
      case Attack::kResets:
      case Attack::kResetsBetweenCalls:
      case Attack::kTimeouts:
      case Attack::kServerResets:
        AddCalls(next);
        break;
      case Attack::kPings:
        for (int i = 0; i < 1'000; ++i) AddFrame(kPing, 0, 0, "12345678", next);
        break;
      case Attack::kSettings:
        for (int i = 0; i < 1'000; ++i) AddFrame(kSettings, 0, 0, "", next);
        break;
      case Attack::kSettingsBetweenData:
        for (int i = 0; i < 1'000; ++i) {
          AddFrame(kSettings, 0, 0, "", next);
          AddFrame(kData, 0, 1, "x", next);
        }
        break;
    }
    return next;
  }

  void AddCalls(std::string& to) {
    std::string headers = CallHeaders();
    if (attack_ == Attack::kTimeouts) AddHeader("grpc-timeout", "1n", headers);
    for (int i = 0; i < 100; ++i, stream_ += 2) {
      AddFrame(kHeaders, kEndHeaders, stream_, headers, to);
      if (attack_ == Attack::kServerResets) {
        AddFrame(kWindowUpdate, 0, stream_, absl::string_view("\0\0\0\0", 4), to);
      } else if (attack_ == Attack::kResetsBetweenCalls && i == 0) {
        AddFrame(kData, kEndStream, stream_, absl::string_view("\0\0\0\0\0", 5), to);
      } else if (attack_ != Attack::kTimeouts) {
        AddFrame(kReset, 0, stream_, absl::string_view("\0\0\0\x08", 4), to);
      }
    }
  }

  const Attack attack_;
  uint32_t stream_ = 1;
  std::string next_;
};

}  // namespace

HostilePeers::HostilePeers(const std::string& address, bool tls, Attack attack, int connections)
    : port_(PortOf(address)), tls_(tls), attack_(attack) {
  // SSL_write has no MSG_NOSIGNAL.
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < connections; ++i) threads_.emplace_back([this] { Run(); });
}

void HostilePeers::End() {
  end_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void HostilePeers::Run() {
  // An attack would come from another machine, so here it gets only CPU time that is left over.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19);
  while (!end_) {
    AttackOnce();
    absl::SleepFor(absl::Milliseconds(20));
  }
}

void HostilePeers::AttackOnce() {
  const absl::Time start = absl::Now();
  Connection connection(port_, tls_);
  if (!connection.open()) return;
  Script script(attack_);
  std::string pending = script.First();
  int64_t sent = 0;
  while (!end_ && connection.open()) {
    if (pending.empty() && sent < script.limit()) pending = script.Next();
    if (pending.empty()) absl::SleepFor(absl::Milliseconds(10));
    const size_t bytes = pending.empty() ? 0 : connection.Send(pending);
    pending.erase(0, bytes);
    sent += static_cast<int64_t>(bytes);
    bytes_ += static_cast<int64_t>(bytes);
    if (script.reads()) connection.Drain();
  }
  if (connection.open()) return;
  ++cuts_;
  const int64_t lasted = absl::ToInt64Milliseconds(absl::Now() - start);
  for (int64_t longest = longest_ms_;
       lasted > longest && !longest_ms_.compare_exchange_weak(longest, lasted);) {
  }
}

}  // namespace bellwether
