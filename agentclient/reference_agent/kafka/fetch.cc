#include "agentclient/reference_agent/kafka/fetch.h"

#include <utility>

namespace bellwether::kafka {
namespace {

FetchRequest::Partition ParsePartition(int16_t version, WireReader& reader) {
  FetchRequest::Partition partition;
  partition.index = reader.Int32();
  if (version >= 9) reader.Int32();  // Leader epoch: ours is always -1.
  partition.fetch_offset = reader.Int64();
  if (version >= 5) reader.Int64();  // Log start offset, of followers only.
  reader.Int32();                    // Maximum bytes.
  return partition;
}

// Topics that leave a session.
void SkipForgottenTopics(WireReader& reader) {
  const int32_t topic_count = reader.Array(6);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    reader.String();
    const int32_t partition_count = reader.Array(4);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) reader.Int32();
  }
}

}  // namespace

FetchRequest ParseFetchRequest(int16_t version, WireReader& reader) {
  FetchRequest request;
  reader.Int32();  // Replica id.
  request.max_wait_ms = reader.Int32();
  request.min_bytes = reader.Int32();
  reader.Int32();  // Maximum bytes.
  reader.Int8();   // Isolation level.
  if (version >= 7) {
    reader.Int32();  // Session id.
    request.session_epoch = reader.Int32();
  }
  const int32_t topic_count = reader.Array(6);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    FetchRequest::Topic topic;
    topic.name = reader.String();
    const int32_t partition_count = reader.Array(16);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) {
      topic.partitions.push_back(ParsePartition(version, reader));
    }
    request.topics.push_back(std::move(topic));
  }
  if (version >= 7) SkipForgottenTopics(reader);
  if (version >= 11) reader.String();  // Rack of the client.
  return request;
}

void WriteFetchResponse(int16_t version, const FetchResponse& response, WireWriter& writer) {
  writer.Int32(0);  // Throttle time.
  if (version >= 7) {
    writer.Error(response.error);
    writer.Int32(0);  // Session id: none.
  }
  writer.Array(response.topics.size());
  for (const FetchResponse::Topic& topic : response.topics) {
    writer.String(topic.name);
    writer.Array(topic.partitions.size());
    for (const FetchResponse::Partition& partition : topic.partitions) {
      writer.Int32(partition.index);
      writer.Error(partition.error);
      writer.Int64(partition.log_offset);                    // High watermark.
      writer.Int64(partition.log_offset);                    // Last stable offset.
      if (version >= 5) writer.Int64(partition.log_offset);  // Log start offset.
      writer.Array(0);                                       // Aborted transactions.
      if (version >= 11) writer.Int32(-1);                   // Preferred replica to read from.
      writer.Bytes("");
    }
  }
}

}  // namespace bellwether::kafka
