#include "agentclient/reference_agent/kafka/produce.h"

#include <utility>

namespace bellwether::kafka {

ProduceRequest ParseProduceRequest(int16_t version, WireReader& reader) {
  ProduceRequest request;
  if (version >= 3) reader.NullableString();  // Transactional id.
  request.acks = reader.Int16();
  reader.Int32();  // Timeout: nothing here takes time.
  const int32_t topic_count = reader.Array(3);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    ProduceRequest::Topic topic;
    topic.name = reader.String();
    const int32_t partition_count = reader.Array(5);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) {
      ProduceRequest::Partition partition;
      partition.index = reader.Int32();
      partition.records = reader.NullableBytes();
      reader.SkipTags();
      topic.partitions.push_back(partition);
    }
    reader.SkipTags();
    request.topics.push_back(std::move(topic));
  }
  reader.SkipTags();
  return request;
}

void WriteProduceResponse(int16_t version, const ProduceResponse& response, WireWriter& writer) {
  writer.Array(response.topics.size());
  for (const ProduceResponse::Topic& topic : response.topics) {
    writer.String(topic.name);
    writer.Array(topic.partitions.size());
    for (const ProduceResponse::Partition& partition : topic.partitions) {
      writer.Int32(partition.index);
      writer.Error(partition.error);
      writer.Int64(partition.base_offset);
      if (version >= 2) writer.Int64(-1);  // Log append time: the records keep their own.
      if (version >= 5) writer.Int64(partition.log_start_offset);
      if (version >= 8) writer.Array(0);                      // Errors of single records.
      if (version >= 8) writer.NullableString(std::nullopt);  // Error message.
      writer.Tags();
    }
    writer.Tags();
  }
  if (version >= 1) writer.Int32(0);  // Throttle time.
  writer.Tags();
}

}  // namespace bellwether::kafka
