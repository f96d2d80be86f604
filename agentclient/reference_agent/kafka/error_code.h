#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_

#include <cstdint>

namespace bellwether::kafka {

// The Kafka protocol's error codes, those that this agent answers with.
enum class ErrorCode : int16_t {
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  // Retriable: clients ask for metadata again.
  kLeaderNotAvailable = 5,
  kInvalidTopic = 17,
  kInvalidRequiredAcks = 21,
  kUnsupportedVersion = 35,
  // For what this agent will never do, so that clients fail instead of retrying for ever.
  kInvalidRequest = 42,
  kFetchSessionIdNotFound = 70,
  kUnknownTopicId = 100,
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_ERROR_CODE_H_
