#ifndef TESTS_BENCHMARK_SERVERS_H_
#define TESTS_BENCHMARK_SERVERS_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/benchmark/calls.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {

// The floor as a process; see floor_server.cc.
class FloorServer {
 public:
  // Its answers name about as many of `agents` as ours do.
  FloorServer(const std::string& program, int agents);

  const std::string& address() const { return address_; }
  pid_t pid() const { return process_.pid(); }

 private:
  Process process_;
  const std::string address_;
};

// etcd as a process, on one node, with its data in a directory of its own.
class EtcdServer {
 public:
  // nullptr if `program` cannot be run: it is not installed.
  static std::unique_ptr<EtcdServer> StartIfInstalled(const std::string& program);

  const std::string& address() const { return address_; }
  pid_t pid() const { return process_.pid(); }

 private:
  EtcdServer(const std::string& program, const std::string& address,
             const std::string& peer_address);

  const TempDir directory_;
  const std::string address_;
  Process process_;
};

// The real control plane as a process, with virtual clusters "vc-0", "vc-1" ... and agents in the
// pool of the first. Its leases do not end during a benchmark.
class ControlPlaneServer {
 public:
  ControlPlaneServer(int virtual_clusters, int agents);

  const std::string& address() const { return process_.agent_address(); }
  const std::string& admin_address() const { return process_.admin_address(); }
  pid_t pid() { return process_.process().pid(); }
  const std::vector<BenchmarkAgent>& agents() const { return agents_; }
  ControlPlaneProcess& process() { return process_; }

  static constexpr char kVirtualCluster[] = "vc-0";

 private:
  ControlPlaneProcess process_;
  std::vector<BenchmarkAgent> agents_;
};

}  // namespace bellwether

#endif  // TESTS_BENCHMARK_SERVERS_H_
