#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_

#include <cstdint>

namespace bellwether::kafka {

// The Kafka protocol's error codes that this agent uses.
enum class ErrorCode : int16_t {
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  // Retriable: clients request metadata again.
  kLeaderNotAvailable = 5,
  // Retriable: another agent leads the partition.
  kNotLeaderOrFollower = 6,
  kNotCoordinator = 16,
  kInvalidTopic = 17,
  kInvalidRequiredAcks = 21,
  kUnknownMemberId = 25,
  kUnsupportedVersion = 35,
  kInvalidRequest = 42,
  kTransactionalIdAuthorizationFailed = 53,
  kFetchSessionIdNotFound = 70,
  kUnknownTopicId = 100,
  kUnsupportedEndpointType = 115,
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_
