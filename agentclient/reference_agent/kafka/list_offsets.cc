#include "agentclient/reference_agent/kafka/list_offsets.h"

#include <utility>

namespace bellwether::kafka {

ListOffsetsRequest ParseListOffsetsRequest(int16_t version, WireReader& reader) {
  ListOffsetsRequest request;
  reader.Int32();                   // Replica id.
  if (version >= 2) reader.Int8();  // Isolation level: no transaction is ever open.
  const int32_t topic_count = reader.Array(3);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    ListOffsetsRequest::Topic topic;
    topic.name = reader.String();
    const int32_t partition_count = reader.Array(12);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) {
      ListOffsetsRequest::Partition partition;
      partition.index = reader.Int32();
      if (version >= 4) reader.Int32();  // Leader epoch: ours is always -1.
      partition.timestamp = reader.Int64();
      reader.SkipTags();
      topic.partitions.push_back(partition);
    }
    reader.SkipTags();
    request.topics.push_back(std::move(topic));
  }
  reader.SkipTags();
  return request;
}

void WriteListOffsetsResponse(int16_t version, const ListOffsetsResponse& response,
                              WireWriter& writer) {
  if (version >= 2) writer.Int32(0);  // Throttle time.
  writer.Array(response.topics.size());
  for (const ListOffsetsResponse::Topic& topic : response.topics) {
    writer.String(topic.name);
    writer.Array(topic.partitions.size());
    for (const ListOffsetsResponse::Partition& partition : topic.partitions) {
      writer.Int32(partition.index);
      writer.Error(partition.error);
      writer.Int64(-1);  // Timestamp: of no record.
      writer.Int64(partition.offset);
      if (version >= 4) writer.Int32(-1);  // Leader epoch.
      writer.Tags();
    }
    writer.Tags();
  }
  writer.Tags();
}

}  // namespace bellwether::kafka
