#include "tests/benchmark/servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

std::string FloorAddress(Process& process) {
  return "127.0.0.1:" + LogValue(process.WaitForLine("the floor is ready"), "port");
}

// A port that was free a moment ago: etcd cannot pick one itself.
std::string FreeAddress() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool ok = bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(socket_fd);
  if (!ok) {
    perror("looking for a free port");
    exit(1);
  }
  return absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
}

}  // namespace

FloorServer::FloorServer(const std::string& program, int agents)
    : process_({program, absl::StrCat("--agents=", agents)}), address_(FloorAddress(process_)) {}

std::unique_ptr<EtcdServer> EtcdServer::StartIfInstalled(const std::string& program) {
  if (RunCommand({program, "--version"}).status != 0) return nullptr;
  return std::unique_ptr<EtcdServer>(new EtcdServer(program, FreeAddress(), FreeAddress()));
}

EtcdServer::EtcdServer(const std::string& program, const std::string& address,
                       const std::string& peer_address)
    : address_(address),
      process_({program, "--name=one", "--data-dir=" + directory_.path() + "/data",
                "--listen-client-urls=http://" + address,
                "--advertise-client-urls=http://" + address,
                "--listen-peer-urls=http://" + peer_address,
                "--initial-advertise-peer-urls=http://" + peer_address,
                "--initial-cluster=one=http://" + peer_address}) {
  process_.WaitForLine("serving insecure client requests");
}

ControlPlaneServer::ControlPlaneServer(int virtual_clusters, int agents)
    : process_({"--heartbeat_interval=1h", "--slow_start=0s"}) {
  constexpr int kAtOnce = 256;
  LoadSlots slots;
  const auto channel = Connect(admin_address());
  const int many = std::min(kAtOnce, virtual_clusters);
  for (int i = 0; i < many; ++i) {
    slots.push_back(CreateVirtualClusterSlot(channel, "vc-", i, many));
  }
  // Whoever is faster makes more of them, but the first of each slot is made in any case.
  const LoadResult created = LoadRun::RunCount(slots, virtual_clusters);
  if (created.errors > 0) {
    fprintf(stderr, "creating virtual clusters failed: %s\n", created.error.c_str());
    exit(1);
  }
  agents_ = RegisterAgents(address(), absl::StrCat("apn_", kVirtualCluster), agents);
}

}  // namespace bellwether
