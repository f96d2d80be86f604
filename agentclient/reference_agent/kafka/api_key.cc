#include "agentclient/reference_agent/kafka/api_key.h"

namespace bellwether::kafka {

const std::vector<SupportedApi>& SupportedApis() {
  static const auto* const kApis = new std::vector<SupportedApi>{
      {ApiKey::kProduce, 0, 9, 9},
      // librdkafka infers from Fetch 4 that it may produce in message format 2, and from Fetch 10
      // that it may compress with zstd.
      {ApiKey::kFetch, 4, 11, 12},
      {ApiKey::kListOffsets, 1, 9, 6},
      {ApiKey::kMetadata, 0, 12, 9},
      {ApiKey::kOffsetCommit, 2, 8, 8},
      {ApiKey::kOffsetFetch, 1, 7, 6},
      // librdkafka infers from FindCoordinator 0 that it may compress with lz4.
      {ApiKey::kFindCoordinator, 0, 4, 3},
      // Groups cannot be joined. The request is offered because aiokafka retries endlessly if it is
      // missing. Version 5 is not flexible.
      {ApiKey::kJoinGroup, 0, 5, 6},
      {ApiKey::kApiVersions, 0, 3, 3},
      {ApiKey::kInitProducerId, 0, 4, 2},
      {ApiKey::kDescribeCluster, 0, 1, 0},
      // Groups cannot be joined this way either. The request is offered because librdkafka retries
      // endlessly if it is missing.
      {ApiKey::kConsumerGroupHeartbeat, 0, 1, 0},
  };
  return *kApis;
}

const SupportedApi* FindApi(int16_t api_key) {
  for (const SupportedApi& api : SupportedApis()) {
    if (static_cast<int16_t>(api.key) == api_key) return &api;
  }
  return nullptr;
}

}  // namespace bellwether::kafka
