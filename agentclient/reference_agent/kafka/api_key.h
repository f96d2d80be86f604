#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_KEY_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_KEY_H_

#include <cstdint>
#include <vector>

#include "agentclient/reference_agent/kafka/wire_reader.h"

namespace bellwether::kafka {

// The requests that this agent answers. The numbers are the protocol's.
enum class ApiKey : int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kMetadata = 3,
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kFindCoordinator = 10,
  kJoinGroup = 11,
  kApiVersions = 18,
  kInitProducerId = 22,
  kDescribeCluster = 60,
  kConsumerGroupHeartbeat = 68,
};

// The supported versions of a request, and the first one that is encoded in flexible form.
struct SupportedApi {
  ApiKey key;
  int16_t min_version;
  int16_t max_version;
  int16_t first_flexible_version;

  bool Supports(int16_t version) const { return min_version <= version && version <= max_version; }
  Encoding EncodingOf(int16_t version) const {
    return version >= first_flexible_version ? Encoding::kFlexible : Encoding::kPlain;
  }
};

// All supported requests, in the order of their keys. ApiVersions lists exactly these.
const std::vector<SupportedApi>& SupportedApis();

// The request with this number; nullptr if it is not supported.
const SupportedApi* FindApi(int16_t api_key);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_KEY_H_
