#include "agentclient/reference_agent/kafka/request_header.h"

#include "absl/strings/str_cat.h"
#include "agentclient/reference_agent/kafka/api_key.h"

namespace bellwether::kafka {

RequestHeader ParseRequestHeader(WireReader& reader) {
  RequestHeader header;
  header.api_key = reader.Int16();
  header.api_version = reader.Int16();
  header.correlation_id = reader.Int32();
  const SupportedApi* const api = FindApi(header.api_key);
  if (api == nullptr || !api->Supports(header.api_version)) return header;
  // The client id is never compact.
  reader.set_encoding(Encoding::kPlain);
  header.client_id = reader.NullableString().value_or(absl::string_view());
  reader.set_encoding(api->EncodingOf(header.api_version));
  reader.SkipTags();
  return header;
}

absl::Status Malformed(const RequestHeader& header) {
  return absl::InvalidArgumentError(absl::StrCat("malformed request: api key ", header.api_key,
                                                 ", version ", header.api_version));
}

void WriteResponseHeader(const RequestHeader& request, WireWriter& writer) {
  writer.Int32(request.correlation_id);
  const SupportedApi* const api = FindApi(request.api_key);
  if (api == nullptr || !api->Supports(request.api_version)) return;
  writer.set_encoding(api->EncodingOf(request.api_version));
  if (api->key != ApiKey::kApiVersions) writer.Tags();
}

}  // namespace bellwether::kafka
