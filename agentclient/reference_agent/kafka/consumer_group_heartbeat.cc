#include "agentclient/reference_agent/kafka/consumer_group_heartbeat.h"

#include <cstdint>
#include <optional>

namespace bellwether::kafka {

ConsumerGroupHeartbeatRequest ParseConsumerGroupHeartbeatRequest(int16_t version,
                                                                 WireReader& reader) {
  ConsumerGroupHeartbeatRequest request;
  request.group = reader.String();
  reader.String();          // Member id.
  reader.Int32();           // Member epoch.
  reader.NullableString();  // Instance id of a static member.
  reader.NullableString();  // Rack.
  reader.Int32();           // Rebalance timeout.
  // Names of the topics subscribed to.
  const int32_t name_count = reader.NullableArray(1).value_or(0);
  for (int32_t i = 0; i < name_count && reader.ok(); ++i) reader.String();
  if (version >= 1) reader.NullableString();  // Pattern of further ones.
  reader.NullableString();                    // Assignor.
  // Partitions that it has by now.
  const int32_t topic_count = reader.NullableArray(18).value_or(0);
  for (int32_t i = 0; i < topic_count && reader.ok(); ++i) {
    reader.ReadUuid();
    const int32_t partition_count = reader.Array(4);
    for (int32_t j = 0; j < partition_count && reader.ok(); ++j) reader.Int32();
    reader.SkipTags();
  }
  reader.SkipTags();
  return request;
}

void WriteConsumerGroupHeartbeatResponse(ErrorCode error, const std::string& error_message,
                                         WireWriter& writer) {
  writer.Int32(0);  // Throttle time.
  writer.Error(error);
  writer.NullableString(error_message);
  writer.NullableString(std::nullopt);  // Member id.
  writer.Int32(0);                      // Member epoch.
  writer.Int32(0);                      // Heartbeat interval.
  writer.Int8(-1);                      // Assignment: null.
  writer.Tags();
}

}  // namespace bellwether::kafka
