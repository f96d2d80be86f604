#ifndef TESTS_BENCHMARK_CALLS_H_
#define TESTS_BENCHMARK_CALLS_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/benchmark/load.h"

namespace bellwether {

// The calls that the benchmark makes, as slots. Each slot may be one of many: `number` tells them
// apart.

// A connection of its own to "host:port": channels to one address would share one otherwise.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// An agent as the benchmark knows it: "agent-{number}" of that pool.
struct BenchmarkAgent {
  std::string agent_pool;
  std::string cluster_uid;
  int64_t epoch = 0;
  int number = 0;
};

// The brokers that a leader query asks for.
enum class ListedBrokersOf { kLeaders, kCluster };

// A query for the leaders of one topic of so many partitions.
std::unique_ptr<LoadSlot> ResolveLeadersSlot(const std::shared_ptr<grpc::Channel>& channel,
                                             const std::string& virtual_cluster, int partitions,
                                             ListedBrokersOf listed, int number);
// A heartbeat with load, and the rates of ten partitions.
std::unique_ptr<LoadSlot> HeartbeatSlot(const std::shared_ptr<grpc::Channel>& channel,
                                        const BenchmarkAgent& agent);
// The same over a stream, which is open from now on.
std::unique_ptr<LoadSlot> HeartbeatStreamSlot(const std::shared_ptr<grpc::Channel>& channel,
                                              const BenchmarkAgent& agent);
// Virtual clusters "{prefix}{number}", "{prefix}{number + step}", ... one after the other.
std::unique_ptr<LoadSlot> CreateVirtualClusterSlot(const std::shared_ptr<grpc::Channel>& channel,
                                                   const std::string& prefix, int number, int step);

// Registers agents 0 to count - 1 in a pool and sends a heartbeat for each, many at a time. Ends
// the process if one is refused.
std::vector<BenchmarkAgent> RegisterAgents(const std::string& address,
                                           const std::string& agent_pool, int count);

// etcd: a linearizable read of a key with a value of so many bytes, which is written first; a write
// of such a value; and a lease that is kept alive.
std::unique_ptr<LoadSlot> EtcdRangeSlot(const std::shared_ptr<grpc::Channel>& channel,
                                        size_t value_bytes, int number);
std::unique_ptr<LoadSlot> EtcdPutSlot(const std::shared_ptr<grpc::Channel>& channel,
                                      size_t value_bytes, int number);
std::unique_ptr<LoadSlot> EtcdKeepAliveSlot(const std::shared_ptr<grpc::Channel>& channel);

// Somebody who is connected and has nothing more to say, until it is destroyed.
class Connected {
 public:
  virtual ~Connected() = default;
};

// On a connection of its own: an agent whose first streamed heartbeat has been answered, and a
// lease of etcd that has been kept alive once.
std::unique_ptr<Connected> ConnectAgent(const std::string& address, const BenchmarkAgent& agent);
std::unique_ptr<Connected> ConnectEtcdLease(const std::string& address);

}  // namespace bellwether

#endif  // TESTS_BENCHMARK_CALLS_H_
