#ifndef CONTROLPLANE_MODEL_LIMITS_H_
#define CONTROLPLANE_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace bellwether {

// Every limit on input, in one place. Errors state the number; lengths are in bytes.

// Size of one request on the wire; gRPC refuses a larger one before it is in memory.
inline constexpr int kMaxRequestBytes = 4 * 1024 * 1024;
// Calls in flight on one connection; further calls wait at the client.
inline constexpr int kMaxCallsPerConnection = 100;
// Buffer memory of all connections of the agent port together, mainly for unfinished requests:
// twice what 10 000 agents need. Beyond it gRPC frees memory if it can and aborts calls.
inline constexpr size_t kMaxAgentConnectionBytes = size_t{512} << 20;
// Buffer memory of the admin port and of the health port, each. With all three limits reached, the
// process stays below the memory limit of its pod (1 GiB).
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
// The longest client id that a Kafka request can carry.
inline constexpr size_t kMaxClientIdLength = 32'767;
inline constexpr size_t kMaxClientAddressLength = 255;
inline constexpr int64_t kMaxPartitionsPerQuery = 100'000;
inline constexpr size_t kMaxTopicsPerQuery = 100'000;
// The busiest partitions that one heartbeat may list; the rest is one figure.
inline constexpr size_t kMaxPartitionRates = 1'000;
// Answers of one kind that one heartbeat may count; a higher number is clamped.
inline constexpr uint64_t kMaxAnswersPerHeartbeat = 10'000'000;
// Unreachable agents that one heartbeat may report; further ones are ignored.
inline constexpr int kMaxUnreachablePerHeartbeat = 256;
// Clients of spread partitions that one heartbeat may report; further ones are ignored.
inline constexpr size_t kMaxSpreadClientsPerHeartbeat = 1'000;

inline constexpr int32_t kDefaultPageSize = 50;
inline constexpr int32_t kMaxPageSize = 1'000;

// The highest plausible rate of one agent; a higher one is clamped and counted.
inline constexpr double kMaxBytesPerSecond = 1e12;
inline constexpr int64_t kMaxConnections = 10'000'000;
inline constexpr int64_t kMaxInFlightRequests = 10'000'000;

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_LIMITS_H_
