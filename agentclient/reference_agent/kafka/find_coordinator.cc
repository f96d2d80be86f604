#include "agentclient/reference_agent/kafka/find_coordinator.h"

namespace bellwether::kafka {

FindCoordinatorRequest ParseFindCoordinatorRequest(WireReader& reader) {
  FindCoordinatorRequest request;
  request.group = reader.String();
  return request;
}

void WriteFindCoordinatorResponse(ErrorCode error, WireWriter& writer) {
  writer.Error(error);
  writer.Int32(-1);   // Node id.
  writer.String("");  // Host.
  writer.Int32(-1);   // Port.
}

}  // namespace bellwether::kafka
