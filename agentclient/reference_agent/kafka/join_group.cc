#include "agentclient/reference_agent/kafka/join_group.h"

namespace bellwether::kafka {

JoinGroupRequest ParseJoinGroupRequest(int16_t version, WireReader& reader) {
  JoinGroupRequest request;
  request.group = reader.String();
  reader.Int32();                             // Session timeout.
  if (version >= 1) reader.Int32();           // Rebalance timeout.
  reader.String();                            // Member id.
  if (version >= 5) reader.NullableString();  // Instance id of a static member.
  reader.String();                            // Protocol type.
  const int32_t protocol_count = reader.Array(6);
  for (int32_t i = 0; i < protocol_count && reader.ok(); ++i) {
    reader.String();
    reader.NullableBytes();
  }
  return request;
}

void WriteJoinGroupResponse(int16_t version, ErrorCode error, WireWriter& writer) {
  if (version >= 2) writer.Int32(0);  // Throttle time.
  writer.Error(error);
  writer.Int32(-1);   // Generation.
  writer.String("");  // Protocol.
  writer.String("");  // Member id of the group's leader.
  writer.String("");  // Member id.
  writer.Array(0);    // Members.
}

}  // namespace bellwether::kafka
