// The answers of a Responder that take nothing but the list of brokers.

#include <string>
#include <utility>

#include "agentclient/reference_agent/kafka/describe_cluster.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

void Responder::ResolveBrokers(const RequestHeader& header, const ClientState& client,
                               std::function<void(const LeaderAnswer&)> use) {
  LeaderQuery query;
  query.client_id = std::string(header.client_id);
  query.client_address = client.address;
  query.established = client.established;
  leaders_->ResolveLeaders(query,
                           [this, query, use = std::move(use)](absl::StatusOr<LeaderAnswer> got) {
                             use(AnswerOrBrokers(query, std::move(got)));
                           });
}

void Responder::DescribeCluster(const RequestHeader& header, WireReader& reader,
                                const ClientState& client, Done done) {
  const DescribeClusterRequest request = ParseDescribeClusterRequest(header.api_version, reader);
  if (!reader.ok()) return done(Malformed(header));
  RequestHeader answer_to = header;
  // It points into the frame, which need not exist any more when the answer comes.
  answer_to.client_id = {};
  const auto reply = [answer_to, done](const DescribeClusterResponse& response) {
    WireWriter writer;
    WriteResponseHeader(answer_to, writer);
    WriteDescribeClusterResponse(answer_to.api_version, response, writer);
    done(Reply{writer.TakeFrame()});
  };
  DescribeClusterResponse response;
  response.endpoint_type = request.endpoint_type;
  if (request.endpoint_type != DescribeClusterRequest::kBrokers) {
    response.error = ErrorCode::kUnsupportedEndpointType;
    response.error_message = "agents have no controllers apart from themselves; ask for brokers";
    return reply(response);
  }
  ResolveBrokers(header, client, [reply, response](const LeaderAnswer& answer) mutable {
    response.cluster_id = answer.cluster_id;
    response.controller_id = answer.controller_id;
    response.brokers = answer.brokers;
    reply(response);
  });
}

}  // namespace bellwether::kafka
