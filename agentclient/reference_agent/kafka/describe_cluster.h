#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_DESCRIBE_CLUSTER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_DESCRIBE_CLUSTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// An admin tool's request for the brokers of the cluster.
struct DescribeClusterRequest {
  static constexpr int8_t kBrokers = 1;
  static constexpr int8_t kControllers = 2;

  // The type of endpoint requested; always kBrokers in version 0.
  int8_t endpoint_type = kBrokers;
};

struct DescribeClusterResponse {
  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> error_message;
  // The type in the request.
  int8_t endpoint_type = DescribeClusterRequest::kBrokers;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<BrokerAddress> brokers;
};

// Versions 0 and 1. The result counts only if reader.ok().
DescribeClusterRequest ParseDescribeClusterRequest(int16_t version, WireReader& reader);
void WriteDescribeClusterResponse(int16_t version, const DescribeClusterResponse& response,
                                  WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_DESCRIBE_CLUSTER_H_
