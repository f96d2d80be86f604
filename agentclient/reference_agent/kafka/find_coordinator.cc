#include "agentclient/reference_agent/kafka/find_coordinator.h"

namespace bellwether::kafka {
namespace {

void WriteBroker(const BrokerAddress& broker, WireWriter& writer) {
  writer.Int32(broker.broker_id);
  writer.String(broker.host);
  writer.Int32(broker.port);
}

}  // namespace

FindCoordinatorRequest ParseFindCoordinatorRequest(int16_t version, WireReader& reader) {
  FindCoordinatorRequest request;
  if (version < 4) request.keys.push_back(reader.String());
  if (version >= 1) request.key_type = reader.Int8();
  if (version >= 4) {
    const int32_t count = reader.Array(1);
    for (int32_t i = 0; i < count && reader.ok(); ++i) request.keys.push_back(reader.String());
  }
  reader.SkipTags();
  return request;
}

void WriteFindCoordinatorResponse(int16_t version, const FindCoordinatorResponse& response,
                                  WireWriter& writer) {
  if (version >= 1) writer.Int32(0);  // Throttle time.
  if (version < 4) {
    const FindCoordinatorResponse::Coordinator& coordinator = response.coordinators.at(0);
    writer.Error(coordinator.error);
    if (version >= 1) writer.NullableString(coordinator.error_message);
    WriteBroker(coordinator.broker, writer);
    writer.Tags();
    return;
  }
  writer.Array(response.coordinators.size());
  for (const FindCoordinatorResponse::Coordinator& coordinator : response.coordinators) {
    writer.String(coordinator.key);
    WriteBroker(coordinator.broker, writer);
    writer.Error(coordinator.error);
    writer.NullableString(coordinator.error_message);
    writer.Tags();
  }
  writer.Tags();
}

}  // namespace bellwether::kafka
