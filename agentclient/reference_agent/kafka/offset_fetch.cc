#include "agentclient/reference_agent/kafka/offset_fetch.h"

#include <string>
#include <utility>

#include "agentclient/reference_agent/kafka/error_code.h"

namespace bellwether::kafka {

OffsetFetchRequest ParseOffsetFetchRequest(int16_t version, WireReader& reader) {
  OffsetFetchRequest request;
  request.group = reader.String();
  const int32_t topic_count = version >= 2 ? reader.NullableArray(3).value_or(0) : reader.Array(3);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    OffsetFetchRequest::Topic topic;
    topic.name = reader.String();
    const int32_t partition_count = reader.Array(4);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) {
      topic.partitions.push_back(reader.Int32());
    }
    reader.SkipTags();
    request.topics.push_back(std::move(topic));
  }
  if (version >= 7) reader.Bool();  // Wait for open transactions: there are none.
  reader.SkipTags();
  return request;
}

void WriteOffsetFetchResponse(int16_t version, const OffsetFetchRequest& request,
                              WireWriter& writer) {
  if (version >= 3) writer.Int32(0);  // Throttle time.
  writer.Array(request.topics.size());
  for (const OffsetFetchRequest::Topic& topic : request.topics) {
    writer.String(topic.name);
    writer.Array(topic.partitions.size());
    for (const int32_t partition : topic.partitions) {
      writer.Int32(partition);
      writer.Int64(-1);                    // Offset: none.
      if (version >= 5) writer.Int32(-1);  // Leader epoch.
      writer.String("");                   // Metadata.
      writer.Error(ErrorCode::kNone);
      writer.Tags();
    }
    writer.Tags();
  }
  if (version >= 2) writer.Error(ErrorCode::kNone);
  writer.Tags();
}

}  // namespace bellwether::kafka
