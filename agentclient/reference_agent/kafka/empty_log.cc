#include "agentclient/reference_agent/kafka/empty_log.h"

#include <string>
#include <utility>

namespace bellwether::kafka {
namespace {

int64_t OffsetAt(int64_t timestamp) {
  switch (timestamp) {
    case ListOffsetsRequest::kLatest:
    case ListOffsetsRequest::kEarliest:
    case ListOffsetsRequest::kEarliestLocal:
      return kEmptyLogOffset;
    default:
      return -1;
  }
}

}  // namespace

bool HasPartition(const Topic* topic, int32_t partition) {
  return topic != nullptr && partition >= 0 && partition < topic->partition_count;
}

ListOffsetsResponse AnswerListOffsets(const ListOffsetsRequest& request, const Topics& topics) {
  ListOffsetsResponse response;
  for (const ListOffsetsRequest::Topic& asked : request.topics) {
    const Topic* const topic = topics.Find(asked.name);
    ListOffsetsResponse::Topic answered;
    answered.name = std::string(asked.name);
    for (const ListOffsetsRequest::Partition& partition : asked.partitions) {
      ListOffsetsResponse::Partition result;
      result.index = partition.index;
      if (HasPartition(topic, partition.index)) {
        result.offset = OffsetAt(partition.timestamp);
      } else {
        result.error = ErrorCode::kUnknownTopicOrPartition;
      }
      answered.partitions.push_back(result);
    }
    response.topics.push_back(std::move(answered));
  }
  return response;
}

}  // namespace bellwether::kafka
