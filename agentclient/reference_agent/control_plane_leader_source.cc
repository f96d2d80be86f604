#include "agentclient/reference_agent/control_plane_leader_source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agentclient/away.h"
#include "controlplane/base/valid_utf8.h"

namespace bellwether {
namespace {

constexpr size_t kMaxCacheBytes = 64 << 20;

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

// The same from an answer that was found here.
kafka::LeaderAnswer ToAnswer(const LeaderAnswer& found) {
  const auto registration_of = [&](uint32_t position) -> const Registration& {
    return found.view->agents[position]->registration;
  };
  kafka::LeaderAnswer answer;
  answer.cluster_id = found.virtual_cluster_uid;
  answer.controller_id = registration_of(found.brokers.front()).node_id;
  for (const uint32_t broker : found.brokers) {
    const Registration& registration = registration_of(broker);
    answer.brokers.push_back(
        {registration.node_id,
         found.host_override.empty() ? registration.spec.address.host : found.host_override,
         registration.spec.address.port});
  }
  for (const LeaderAnswer::TopicLeaders& topic : found.topics) {
    std::vector<int32_t>& leaders = answer.leaders.emplace_back();
    leaders.reserve(topic.leaders.size());
    for (const uint32_t leader : topic.leaders) {
      leaders.push_back(registration_of(leader).node_id);
    }
  }
  return answer;
}

v1::ResolveLeadersRequest ToProto(const LeaderQuery& query) {
  v1::ResolveLeadersRequest request;
  request.set_virtual_cluster(query.virtual_cluster);
  request.set_agent_id(query.agent_id);
  request.set_client_id(query.client_id);
  request.set_client_address(query.client_address);
  for (const TopicPartitions& topic : query.topics) {
    v1::TopicPartitions& asked = *request.add_topics();
    asked.set_topic(topic.topic);
    asked.set_partition_count(topic.partition_count);
  }
  request.set_established(query.established);
  return request;
}

}  // namespace

absl::string_view AnswerSourceName(AnswerSource source) {
  switch (source) {
    case AnswerSource::kView:
      return "view";
    case AnswerSource::kControlPlane:
      return "control_plane";
    case AnswerSource::kLastAnswer:
      return "last_answer";
    case AnswerSource::kViewAlone:
      return "view_alone";
    case AnswerSource::kNobody:
      break;
  }
  return "nobody";
}

ControlPlaneLeaderSource::ControlPlaneLeaderSource(ControlPlaneClient& client, PoolWatcher& watcher,
                                                   const Clock& clock, std::string agent_id)
    : client_(client),
      watcher_(watcher),
      agent_id_(std::move(agent_id)),
      last_answers_(clock, kMaxCacheBytes) {}

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
  LeaderQuery asked;
  {
    MutexLock lock(mutex_);
    asked.virtual_cluster = virtual_cluster_;
  }
  if (asked.virtual_cluster.empty()) {
    Count(AnswerSource::kNobody);
    done(absl::UnavailableError("this agent is not registered yet"));
    return;
  }
  asked.agent_id = agent_id_;
  asked.client_id = ValidUtf8(query.client_id);
  asked.client_address = ValidUtf8(query.client_address);
  asked.established = query.established;
  for (const kafka::LeaderQuery::Topic& topic : query.topics) {
    asked.topics.push_back({topic.name, topic.partition_count});
  }
  if (const auto answer = watcher_.Answer(asked); answer.has_value()) {
    Count(AnswerSource::kView);
    done(ToAnswer(*answer));
    return;
  }
  client_.ResolveLeaders(ToProto(asked),
                         [this, query, asked, done = std::move(done)](
                             const absl::StatusOr<v1::ResolveLeadersResponse>& response) {
                           Finish(query, asked, response, done);
                         });
}

void ControlPlaneLeaderSource::Finish(const kafka::LeaderQuery& query, const LeaderQuery& asked,
                                      const absl::StatusOr<v1::ResolveLeadersResponse>& response,
                                      const Done& done) {
  if (response.ok()) {
    const auto answer = ToAnswer(query, *response);
    if (!answer.ok()) {
      Count(AnswerSource::kNobody);
      done(answer.status());
      return;
    }
    Count(AnswerSource::kControlPlane);
    last_answers_.Put(query, *answer);
    done(**answer);
    return;
  }
  // Who was named somebody keeps him, whatever the view would say.
  const auto last = IsAway(response.status()) ? last_answers_.Get(query) : nullptr;
  if (last != nullptr) {
    Count(AnswerSource::kLastAnswer);
    done(*last);
    return;
  }
  const auto alone = watcher_.AnswerAfter(asked, response.status());
  if (alone.has_value()) {
    Count(AnswerSource::kViewAlone);
    // For the same reason.
    auto answer = std::make_shared<const kafka::LeaderAnswer>(ToAnswer(*alone));
    last_answers_.Put(query, answer);
    done(*answer);
    return;
  }
  Count(AnswerSource::kNobody);
  done(response.status());
}

std::optional<std::string> ControlPlaneLeaderSource::PlanZoneOf(
    const std::string& client_id, const std::string& client_address) const {
  AskingClient client;
  client.agent_id = agent_id_;
  client.client_id = ValidUtf8(client_id);
  client.client_address = ValidUtf8(client_address);
  return watcher_.PlanZoneOf(client);
}

kafka::BrokerAddress ControlPlaneLeaderSource::Self() const {
  MutexLock lock(mutex_);
  return {node_id_, address_.host, address_.port};
}

}  // namespace bellwether
