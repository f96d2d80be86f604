#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_FETCH_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_FETCH_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A request for offsets that a group committed. Points into the frame.
struct OffsetFetchRequest {
  struct Topic {
    absl::string_view name;
    std::vector<int32_t> partitions;
  };

  absl::string_view group;
  // Empty also if all committed offsets are requested, which is possible from version 2 on.
  std::vector<Topic> topics;
};

// Versions 1 to 7. The result counts only if reader.ok().
OffsetFetchRequest ParseOffsetFetchRequest(int16_t version, WireReader& reader);
// The answer: no offset is committed for any partition.
void WriteOffsetFetchResponse(int16_t version, const OffsetFetchRequest& request,
                              WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_FETCH_H_
