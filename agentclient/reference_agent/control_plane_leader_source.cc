#include "agentclient/reference_agent/control_plane_leader_source.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/valid_utf8.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

constexpr size_t kMaxCacheBytes = 64 << 20;

// Whether nobody knows better than the last answer: the control plane did not say anything, or was
// too busy to. What it did say, such as that no agent is alive, counts.
bool IsAway(const absl::Status& error) {
  if (GetReason(error) == Reason::kNoLiveAgent) return false;
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<std::shared_ptr<const kafka::LeaderAnswer>> ToAnswer(
    const kafka::LeaderQuery& query, const v1::ResolveLeadersResponse& response) {
  if (response.brokers().empty() ||
      response.topics_size() != static_cast<int>(query.topics.size())) {
    return absl::InternalError("the control plane's answer does not fit the question");
  }
  auto answer = std::make_shared<kafka::LeaderAnswer>();
  answer->cluster_id = response.virtual_cluster_uid();
  // Any agent will do, but the same for as long as the answer is the same.
  answer->controller_id = response.brokers(0).node_id();
  for (const v1::Broker& broker : response.brokers()) {
    answer->brokers.push_back({broker.node_id(), broker.host(), broker.port()});
  }
  for (size_t i = 0; i < query.topics.size(); ++i) {
    const auto& leaders = response.topics(static_cast<int>(i)).leader_node_ids();
    if (leaders.size() != query.topics[i].partition_count) {
      return absl::InternalError(absl::StrCat("the control plane named ", leaders.size(),
                                              " leaders for the ", query.topics[i].partition_count,
                                              " partitions of ", query.topics[i].name));
    }
    answer->leaders.emplace_back(leaders.begin(), leaders.end());
  }
  return std::shared_ptr<const kafka::LeaderAnswer>(std::move(answer));
}

}  // namespace

ControlPlaneLeaderSource::ControlPlaneLeaderSource(ControlPlaneClient& client, const Clock& clock,
                                                   std::string agent_id)
    : client_(client), agent_id_(std::move(agent_id)), last_answers_(clock, kMaxCacheBytes) {}

void ControlPlaneLeaderSource::SetAddress(const HostPort& address) {
  MutexLock lock(mutex_);
  address_ = address;
}

void ControlPlaneLeaderSource::SetRegistration(const v1::RegisterAgentResponse& registration) {
  MutexLock lock(mutex_);
  node_id_ = registration.node_id();
  virtual_cluster_ = registration.virtual_cluster();
}

void ControlPlaneLeaderSource::ResolveLeaders(const kafka::LeaderQuery& query, Done done) {
  v1::ResolveLeadersRequest request;
  {
    MutexLock lock(mutex_);
    request.set_virtual_cluster(virtual_cluster_);
  }
  if (request.virtual_cluster().empty()) {
    done(absl::UnavailableError("this agent is not registered yet"));
    return;
  }
  request.set_agent_id(agent_id_);
  request.set_client_id(ValidUtf8(query.client_id));
  request.set_client_address(ValidUtf8(query.client_address));
  for (const kafka::LeaderQuery::Topic& topic : query.topics) {
    v1::TopicPartitions& asked = *request.add_topics();
    asked.set_topic(topic.name);
    asked.set_partition_count(topic.partition_count);
  }
  request.set_established(query.established);
  client_.ResolveLeaders(request, [this, query, done = std::move(done)](
                                      const absl::StatusOr<v1::ResolveLeadersResponse>& response) {
    Finish(query, response, done);
  });
}

void ControlPlaneLeaderSource::Finish(const kafka::LeaderQuery& query,
                                      const absl::StatusOr<v1::ResolveLeadersResponse>& response,
                                      const Done& done) {
  if (response.ok()) {
    const auto answer = ToAnswer(query, *response);
    if (!answer.ok()) {
      done(answer.status());
      return;
    }
    last_answers_.Put(query, *answer);
    done(**answer);
    return;
  }
  const auto last = IsAway(response.status()) ? last_answers_.Get(query) : nullptr;
  if (last != nullptr) {
    done(*last);
  } else {
    done(response.status());
  }
}

kafka::BrokerAddress ControlPlaneLeaderSource::Self() const {
  MutexLock lock(mutex_);
  return {node_id_, address_.host, address_.port};
}

}  // namespace bellwether
