#include "agentclient/reference_agent/kafka/describe_cluster.h"

#include <limits>

namespace bellwether::kafka {
namespace {

// The protocol's value for "not asked for, or not known".
constexpr int32_t kUnknownOperations = std::numeric_limits<int32_t>::min();

}  // namespace

DescribeClusterRequest ParseDescribeClusterRequest(int16_t version, WireReader& reader) {
  DescribeClusterRequest request;
  reader.Bool();  // Wants the operations that it may perform.
  if (version >= 1) request.endpoint_type = reader.Int8();
  reader.SkipTags();
  return request;
}

void WriteDescribeClusterResponse(int16_t version, const DescribeClusterResponse& response,
                                  WireWriter& writer) {
  writer.Int32(0);  // Throttle time.
  writer.Error(response.error);
  writer.NullableString(response.error_message);
  if (version >= 1) writer.Int8(response.endpoint_type);
  writer.String(response.cluster_id);
  writer.Int32(response.controller_id);
  writer.Array(response.brokers.size());
  for (const BrokerAddress& broker : response.brokers) {
    writer.Int32(broker.broker_id);
    writer.String(broker.host);
    writer.Int32(broker.port);
    writer.NullableString(std::nullopt);  // Rack.
    writer.Tags();
  }
  writer.Int32(kUnknownOperations);
  writer.Tags();
}

}  // namespace bellwether::kafka
