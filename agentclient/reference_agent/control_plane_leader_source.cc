#include "agentclient/reference_agent/control_plane_leader_source.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/valid_utf8.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

kafka::BrokerAddress AddressOf(const Registration& registration) {
  return {registration.broker_id, registration.spec.address.host, registration.spec.address.port};
}

// The answer without its leaders.
kafka::LeaderAnswer ToAnswer(const BrokerListing& listing) {
  kafka::LeaderAnswer answer;
  answer.cluster_id = listing.virtual_cluster_uid;
  const std::vector<uint32_t>& candidates = listing.view->candidates;
  for (const uint32_t position : listing.brokers) {
    answer.brokers.push_back(AddressOf(listing.view->agents[position]->registration));
    // Any working agent will do, but it must be the same as long as the view is the same.
    if (answer.controller_id < 0 &&
        std::binary_search(candidates.begin(), candidates.end(), position)) {
      answer.controller_id = answer.brokers.back().broker_id;
    }
  }
  if (answer.controller_id < 0 && !answer.brokers.empty()) {
    answer.controller_id = answer.brokers.front().broker_id;
  }
  return answer;
}

// `listed` with the brokers and leaders of the control plane's answer, whose view may be newer.
absl::StatusOr<kafka::LeaderAnswer> ToAnswer(const LeaderQuery& asked,
                                             const v1::ResolveLeadersResponse& response,
                                             kafka::LeaderAnswer listed) {
  if (response.topics_size() != static_cast<int>(asked.topics.size())) {
    return absl::InternalError("the control plane's answer does not fit the question");
  }
  kafka::LeaderAnswer answer = std::move(listed);
  answer.cluster_id = response.virtual_cluster_uid();
  for (const v1::Broker& broker : response.brokers()) {
    const bool is_listed = std::any_of(
        answer.brokers.begin(), answer.brokers.end(),
        [&](const kafka::BrokerAddress& known) { return known.broker_id == broker.broker_id(); });
    if (!is_listed) answer.brokers.push_back({broker.broker_id(), broker.host(), broker.port()});
  }
  if (answer.brokers.empty()) return absl::InternalError("the control plane listed no broker");
  if (answer.controller_id < 0) answer.controller_id = answer.brokers.front().broker_id;
  for (size_t i = 0; i < asked.topics.size(); ++i) {
    const auto& leaders = response.topics(static_cast<int>(i)).leader_broker_ids();
    if (leaders.size() != asked.topics[i].partition_count) {
      return absl::InternalError(absl::StrCat("the control plane named ", leaders.size(),
                                              " leaders for the ", asked.topics[i].partition_count,
                                              " partitions of ", asked.topics[i].topic));
    }
    answer.leaders.emplace_back(leaders.begin(), leaders.end());
  }
  return answer;
}

// Converts an answer from the view.
kafka::LeaderAnswer ToAnswer(const LeaderAnswer& found) {
  kafka::LeaderAnswer answer =
      ToAnswer(BrokerListing{found.view, found.brokers, "", found.virtual_cluster_uid});
  if (!found.host_override.empty()) {
    for (kafka::BrokerAddress& broker : answer.brokers) broker.host = found.host_override;
  }
  for (const LeaderAnswer::TopicLeaders& topic : found.topics) {
    std::vector<int32_t>& leaders = answer.leaders.emplace_back();
    leaders.reserve(topic.leaders.size());
    for (const uint32_t leader : topic.leaders) {
      leaders.push_back(found.view->agents[leader]->registration.broker_id);
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
  if (query.leaders_only) request.set_broker_list(v1::ResolveLeadersRequest::BROKER_LIST_LEADERS);
  return request;
}

}  // namespace

absl::string_view AnswerSourceName(AnswerSource source) {
  switch (source) {
    case AnswerSource::kView:
      return "view";
    case AnswerSource::kControlPlane:
      return "control_plane";
    case AnswerSource::kViewAlone:
      return "view_alone";
    case AnswerSource::kNobody:
      break;
  }
  return "nobody";
}

ControlPlaneLeaderSource::ControlPlaneLeaderSource(ControlPlaneClient& client, PoolWatcher& watcher,
                                                   std::string agent_id)
    : client_(client), watcher_(watcher), agent_id_(std::move(agent_id)) {}

void ControlPlaneLeaderSource::SetAddress(const HostPort& address) {
  MutexLock lock(mutex_);
  address_ = address;
}

void ControlPlaneLeaderSource::SetRegistration(const v1::RegisterAgentResponse& registration) {
  MutexLock lock(mutex_);
  broker_id_ = registration.broker_id();
  virtual_cluster_ = registration.virtual_cluster();
  cluster_uid_ = registration.cluster_uid();
}

AskingClient ControlPlaneLeaderSource::ClientOf(const std::string& client_id,
                                                const std::string& client_address) const {
  AskingClient client;
  {
    MutexLock lock(mutex_);
    client.virtual_cluster = virtual_cluster_;
  }
  client.agent_id = agent_id_;
  client.client_id = ValidUtf8(client_id);
  client.client_address = ValidUtf8(client_address);
  return client;
}

void ControlPlaneLeaderSource::ResolveLeaders(const kafka::LeaderQuery& query, Done done) {
  LeaderQuery asked{ClientOf(query.client_id, query.client_address), {}, false};
  if (asked.virtual_cluster.empty()) {
    Count(AnswerSource::kNobody);
    done(absl::UnavailableError("this agent is not registered yet"));
    return;
  }
  asked.established = query.established;
  for (const kafka::LeaderQuery::Topic& topic : query.topics) {
    asked.topics.push_back({topic.name, topic.partition_count});
  }
  if (query.topics.empty()) {
    // The view has the brokers under any strategy; a choice of single_agent would count as a move.
    const auto listing = watcher_.BrokersFor(asked);
    if (listing.has_value() && !listing->brokers.empty()) {
      Count(AnswerSource::kView);
      done(ToAnswer(*listing));
      return;
    }
  }
  if (const auto answer = watcher_.Answer(asked); answer.has_value()) {
    Count(AnswerSource::kView);
    done(ToAnswer(*answer));
    return;
  }
  // Taken before asking, so that there is a list whatever becomes of the view.
  const auto listing = watcher_.BrokersFor(asked);
  if (silence_->timed_out &&
      AnswerAlone(asked, absl::UnavailableError("the control plane does not answer"), done)) {
    AskWhetherItAnswers();
    return;
  }
  asked.leaders_only = listing.has_value();
  kafka::LeaderAnswer listed = listing.has_value() ? ToAnswer(*listing) : kafka::LeaderAnswer();
  client_.ResolveLeaders(RequestFor(asked),
                         [this, asked, listed = std::move(listed), done = std::move(done)](
                             const absl::StatusOr<v1::ResolveLeadersResponse>& response) {
                           Finish(asked, listed, response, done);
                         });
}

void ControlPlaneLeaderSource::Finish(const LeaderQuery& asked, const kafka::LeaderAnswer& listed,
                                      const absl::StatusOr<v1::ResolveLeadersResponse>& response,
                                      const Done& done) {
  silence_->NoteOutcome(response.status());
  if (response.ok()) {
    absl::StatusOr<kafka::LeaderAnswer> answer = ToAnswer(asked, *response, listed);
    Count(answer.ok() ? AnswerSource::kControlPlane : AnswerSource::kNobody);
    done(std::move(answer));
    return;
  }
  if (AnswerAlone(asked, response.status(), done)) return;
  Count(AnswerSource::kNobody);
  done(response.status());
}

bool ControlPlaneLeaderSource::AnswerAlone(const LeaderQuery& asked, const absl::Status& error,
                                           const Done& done) {
  LeaderQuery alone = asked;
  alone.leaders_only = false;
  const auto answer = watcher_.AnswerAfter(alone, error);
  if (!answer.has_value()) return false;
  Count(AnswerSource::kViewAlone);
  done(ToAnswer(*answer));
  return true;
}

void ControlPlaneLeaderSource::AskWhetherItAnswers() {
  if (silence_->asking.exchange(true)) return;
  // In no client's name: the answer is given to none.
  client_.ResolveLeaders(
      RequestFor({ClientOf("", ""), {}, false}),
      [silence = silence_](const absl::StatusOr<v1::ResolveLeadersResponse>& response) {
        silence->NoteOutcome(response.status());
        silence->asking = false;
      });
}

void ControlPlaneLeaderSource::Silence::NoteOutcome(const absl::Status& outcome) {
  // A broken connection says nothing about the load of the control plane.
  if (outcome.code() == absl::StatusCode::kUnavailable && !GetReason(outcome).has_value()) return;
  timed_out = outcome.code() == absl::StatusCode::kDeadlineExceeded;
}

v1::ResolveLeadersRequest ControlPlaneLeaderSource::RequestFor(const LeaderQuery& asked) const {
  v1::ResolveLeadersRequest request = ToProto(asked);
  MutexLock lock(mutex_);
  request.set_cluster_uid(cluster_uid_);
  return request;
}

std::optional<std::string> ControlPlaneLeaderSource::PlanZoneOf(
    const std::string& client_id, const std::string& client_address) const {
  return watcher_.PlanZoneOf(ClientOf(client_id, client_address));
}

kafka::BrokerAddress ControlPlaneLeaderSource::Self() const {
  MutexLock lock(mutex_);
  return {broker_id_, address_.host, address_.port};
}

kafka::LeaderAnswer ControlPlaneLeaderSource::BrokersFor(const kafka::LeaderQuery& query) const {
  kafka::LeaderAnswer answer;
  const auto listing = watcher_.BrokersFor(ClientOf(query.client_id, query.client_address));
  if (listing.has_value()) answer = ToAnswer(*listing);
  kafka::BrokerAddress self = Self();
  if (listing.has_value() && !listing->host_override.empty()) self.host = listing->host_override;
  const bool is_listed = std::any_of(
      answer.brokers.begin(), answer.brokers.end(),
      [&](const kafka::BrokerAddress& broker) { return broker.broker_id == self.broker_id; });
  if (!is_listed) answer.brokers.push_back(self);
  if (answer.controller_id < 0) answer.controller_id = answer.brokers.front().broker_id;
  return answer;
}

}  // namespace bellwether
