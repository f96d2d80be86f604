#include "controlplane/server/accepted_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

thread_local const AcceptedConnection* current = nullptr;

}  // namespace

AcceptedConnection::AcceptedConnection(absl::string_view listener, int descriptor,
                                       std::shared_ptr<CutCounts> cuts) {
  current = this;
  peer_.listener = std::string(listener);
  peer_.cuts = std::move(cuts);
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  char host[INET6_ADDRSTRLEN] = {};
  uint16_t port = 0;
  if (address.ss_family == AF_INET) {
    const auto* const ipv4 = reinterpret_cast<const sockaddr_in*>(&address);
    inet_ntop(AF_INET, &ipv4->sin_addr, host, sizeof(host));
    port = ntohs(ipv4->sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto* const ipv6 = reinterpret_cast<const sockaddr_in6*>(&address);
    inet_ntop(AF_INET6, &ipv6->sin6_addr, host, sizeof(host));
    port = ntohs(ipv6->sin6_port);
  }
  peer_.host = host;
  peer_.peer = absl::StrContains(peer_.host, ':') ? absl::StrCat("[", host, "]:", port)
                                                  : absl::StrCat(host, ":", port);
}

AcceptedConnection::~AcceptedConnection() { current = nullptr; }

const AcceptedConnection* AcceptedConnection::Current() { return current; }

}  // namespace bellwether
