#include "agentclient/reference_agent/kafka/api_versions.h"

#include "agentclient/reference_agent/kafka/api_key.h"

namespace bellwether::kafka {

ApiVersionsRequest ParseApiVersionsRequest(int16_t version, WireReader& reader) {
  ApiVersionsRequest request;
  if (version >= 3) {
    request.client_software_name = reader.String();
    request.client_software_version = reader.String();
    reader.SkipTags();
  }
  return request;
}

void WriteApiVersionsResponse(int16_t version, ErrorCode error, WireWriter& writer) {
  writer.Error(error);
  writer.Array(SupportedApis().size());
  for (const SupportedApi& api : SupportedApis()) {
    writer.Int16(static_cast<int16_t>(api.key));
    writer.Int16(api.min_version);
    writer.Int16(api.max_version);
    writer.Tags();
  }
  if (version >= 1) writer.Int32(0);  // Throttle time.
  writer.Tags();
}

}  // namespace bellwether::kafka
