#ifndef CONTROLPLANE_MODEL_LIMITS_H_
#define CONTROLPLANE_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace bellwether {

// Every limit on input, in one place. Errors tell the number; lengths are in bytes.

// Of one request on the wire; gRPC refuses a larger one before it is in memory.
inline constexpr int kMaxRequestBytes = 4 * 1024 * 1024;
// Calls under way on one connection; more wait at the client.
inline constexpr int kMaxCallsPerConnection = 100;
// What all connections of the agent port may hold in buffers together, unfinished requests above
// all: twice what 10 000 agents need. Beyond it gRPC frees what it can and breaks calls off.
inline constexpr size_t kMaxAgentConnectionBytes = size_t{512} << 20;
// The same for the admin port and the health port, each. With all three full, the process stays
// below the memory limit of its pod (1 GiB).
inline constexpr size_t kMaxOtherConnectionBytes = size_t{64} << 20;

inline constexpr size_t kMaxResourceIdLength = 63;
inline constexpr size_t kMaxDisplayNameLength = 63;
inline constexpr size_t kMaxLabels = 64;
inline constexpr size_t kMaxLabelKeyLength = 63;
inline constexpr size_t kMaxLabelValueLength = 255;
inline constexpr size_t kMaxRequestIdLength = 64;

inline constexpr size_t kMaxVirtualClusters = 100'000;
inline constexpr size_t kMaxAgentPools = 100'000;
// Agent keys and admin tokens together.
inline constexpr size_t kMaxCredentials = 100'000;
inline constexpr size_t kMaxAgentsPerPool = 10'000;

inline constexpr size_t kMaxAgentIdLength = 128;
inline constexpr size_t kMaxBootIdLength = 64;
inline constexpr size_t kMaxHostLength = 255;
inline constexpr size_t kMaxZoneLength = 63;
inline constexpr size_t kMaxZoneCidrs = 256;
// The largest VirtualCluster.max_listed_brokers.
inline constexpr int32_t kMaxListedBrokers = 1'000;
inline constexpr size_t kMaxAgentGroupLength = 63;
inline constexpr size_t kMaxSoftwareVersionLength = 63;
inline constexpr int32_t kMaxWeight = 64;

// Kafka's own limit.
inline constexpr size_t kMaxTopicLength = 249;
// A client id in a Kafka request cannot be longer.
inline constexpr size_t kMaxClientIdLength = 32'767;
inline constexpr size_t kMaxClientAddressLength = 255;
inline constexpr int64_t kMaxPartitionsPerQuery = 100'000;
inline constexpr size_t kMaxTopicsPerQuery = 100'000;
// Busiest partitions that one heartbeat may name; the rest is one figure.
inline constexpr size_t kMaxPartitionRates = 1'000;
// Answers of one kind that one heartbeat may count; more are not believed.
inline constexpr uint64_t kMaxAnswersPerHeartbeat = 10'000'000;
// Unreachable agents that one heartbeat may report; more are left out.
inline constexpr int kMaxUnreachablePerHeartbeat = 256;
// Clients of spread partitions that one heartbeat may name; more are left out.
inline constexpr size_t kMaxSpreadClientsPerHeartbeat = 1'000;

inline constexpr int32_t kDefaultPageSize = 50;
inline constexpr int32_t kMaxPageSize = 1'000;

// What one agent can plausibly report; more is clamped to it and counted.
inline constexpr double kMaxBytesPerSecond = 1e12;
inline constexpr int64_t kMaxConnections = 10'000'000;
inline constexpr int64_t kMaxInFlightRequests = 10'000'000;

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_LIMITS_H_
