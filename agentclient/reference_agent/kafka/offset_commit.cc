#include "agentclient/reference_agent/kafka/offset_commit.h"

#include <utility>

namespace bellwether::kafka {

OffsetCommitRequest ParseOffsetCommitRequest(int16_t version, WireReader& reader) {
  OffsetCommitRequest request;
  request.group = reader.String();
  request.generation = reader.Int32();
  reader.String();                            // Member id.
  if (version >= 7) reader.NullableString();  // Instance id of a static member.
  if (version <= 4) reader.Int64();           // Retention.
  const int32_t topic_count = reader.Array(3);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    OffsetCommitRequest::Topic topic;
    topic.name = reader.String();
    const int32_t partition_count = reader.Array(13);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) {
      topic.partitions.push_back(reader.Int32());
      reader.Int64();                    // Offset.
      if (version >= 6) reader.Int32();  // Leader epoch.
      reader.NullableString();           // Metadata.
      reader.SkipTags();
    }
    reader.SkipTags();
    request.topics.push_back(std::move(topic));
  }
  reader.SkipTags();
  return request;
}

void WriteOffsetCommitResponse(int16_t version, const OffsetCommitResponse& response,
                               WireWriter& writer) {
  if (version >= 3) writer.Int32(0);  // Throttle time.
  writer.Array(response.topics.size());
  for (const OffsetCommitResponse::Topic& topic : response.topics) {
    writer.String(topic.name);
    writer.Array(topic.partitions.size());
    for (const OffsetCommitResponse::Partition& partition : topic.partitions) {
      writer.Int32(partition.index);
      writer.Error(partition.error);
      writer.Tags();
    }
    writer.Tags();
  }
  writer.Tags();
}

}  // namespace bellwether::kafka
