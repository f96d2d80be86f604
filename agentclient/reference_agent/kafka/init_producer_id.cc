#include "agentclient/reference_agent/kafka/init_producer_id.h"

namespace bellwether::kafka {

InitProducerIdRequest ParseInitProducerIdRequest(int16_t version, WireReader& reader) {
  InitProducerIdRequest request;
  request.transactional_id = reader.NullableString();
  reader.Int32();  // Transaction timeout.
  if (version >= 3) {
    request.producer_id = reader.Int64();
    request.producer_epoch = reader.Int16();
  }
  reader.SkipTags();
  return request;
}

void WriteInitProducerIdResponse(const InitProducerIdResponse& response, WireWriter& writer) {
  writer.Int32(0);  // Throttle time.
  writer.Error(response.error);
  writer.Int64(response.producer_id);
  writer.Int16(response.producer_epoch);
  writer.Tags();
}

}  // namespace bellwether::kafka
