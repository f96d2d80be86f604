#include "controlplane/server/connection_collector.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/numbers.h"
#include "controlplane/server/metric_family.h"

namespace bellwether {
namespace {

// The port on our side of a connection; 0 of whatever else that descriptor is.
int ConnectedPort(int descriptor) {
  sockaddr_storage peer = {};
  socklen_t size = sizeof(peer);
  // Not so of a socket that listens.
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return 0;
  sockaddr_storage local = {};
  size = sizeof(local);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) return 0;
  if (local.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(local).sin_port);
  }
  if (local.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(local).sin6_port);
  }
  return 0;
}

// By the port on our side.
std::map<int, size_t> ConnectionsByPort() {
  std::map<int, size_t> counts;
  std::error_code error;
  std::filesystem::directory_iterator file("/proc/self/fd", error);
  while (!error && file != std::filesystem::directory_iterator()) {
    int descriptor = 0;
    if (absl::SimpleAtoi(file->path().filename().string(), &descriptor)) {
      ++counts[ConnectedPort(descriptor)];
    }
    file.increment(error);
  }
  return counts;
}

}  // namespace

std::vector<prometheus::MetricFamily> ConnectionCollector::Collect() const {
  prometheus::MetricFamily open =
      MakeFamily(prometheus::MetricType::Gauge, "bellwether_connections_open",
                 "Open connections, by listener.");
  prometheus::MetricFamily refused =
      MakeFamily(prometheus::MetricType::Counter, "bellwether_connections_refused_total",
                 "Connections that were closed at once because too many were open, by listener.");
  prometheus::MetricFamily cut = MakeFamily(
      prometheus::MetricType::Counter, "bellwether_connections_cut_total",
      "Connections that were closed because of what came over them, by listener and reason.");
  std::map<int, size_t> counts = ConnectionsByPort();
  for (const Port& port : ports_) {
    AddMetric({{"listener", port.listener}}, static_cast<double>(counts[port.port]), open);
    AddMetric({{"listener", port.listener}}, static_cast<double>(port.refused()), refused);
    if (!port.cut) continue;
    for (const CutReason reason : kCutReasons) {
      AddMetric({{"listener", port.listener}, {"reason", std::string(CutReasonName(reason))}},
                static_cast<double>(port.cut(reason)), cut);
    }
  }
  return {open, refused, cut};
}

}  // namespace bellwether
