#include "controlplane/server/close_connections.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "controlplane/server/poll_until.h"

namespace bellwether {
namespace {

// The port of this end of a TCP connection; 0 if `descriptor` is something else.
int LocalPort(int descriptor) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // Both families have the port at the same offset.
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

std::vector<int> OpenDescriptors() {
  std::vector<int> descriptors;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    int descriptor = 0;
    if (absl::SimpleAtoi(it->path().filename().string(), &descriptor)) {
      descriptors.push_back(descriptor);
    }
  }
  return descriptors;
}

// Shuts down each connection as `how` says; returns their number.
int ShutDown(int port, int how) {
  int found = 0;
  for (const int descriptor : OpenDescriptors()) {
    if (LocalPort(descriptor) != port) continue;
    ++found;
    shutdown(descriptor, how);
  }
  return found;
}

}  // namespace

void CloseConnections(int port, absl::Duration patience) {
  const auto closed = [port, patience](int how) {
    return PollUntil(patience / 2, [=] { return ShutDown(port, how) == 0; });
  };
  // The last possible step; gRPC then ends the calls in flight in its own way.
  if (!closed(SHUT_RD)) closed(SHUT_RDWR);
}

}  // namespace bellwether
