// The answers of a Responder about consumer groups and producers' ids. There are neither members of
// groups nor transactions. A consumer with explicit partitions uses its group's coordinator for
// committed offsets alone, and finds one that keeps none.

#include <limits>
#include <utility>

#include "agentclient/reference_agent/kafka/consumer_group_heartbeat.h"
#include "agentclient/reference_agent/kafka/empty_log.h"
#include "agentclient/reference_agent/kafka/find_coordinator.h"
#include "agentclient/reference_agent/kafka/init_producer_id.h"
#include "agentclient/reference_agent/kafka/join_group.h"
#include "agentclient/reference_agent/kafka/offset_commit.h"
#include "agentclient/reference_agent/kafka/offset_fetch.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {
namespace {

constexpr char kNoGroups[] =
    "this reference agent stores nothing and has no consumer groups; assign partitions to the "
    "consumer instead of subscribing";
constexpr char kNoTransactions[] =
    "this reference agent stores nothing and has no transactions; leave out the transactional id";
// What the log calls them.
constexpr char kGroups[] = "consumer groups";
constexpr char kTransactions[] = "transactions";

// The broker that a client is sent to for its group: this agent if the client may know it.
BrokerAddress CoordinatorOf(const LeaderAnswer& answer, int32_t self) {
  for (const BrokerAddress& broker : answer.brokers) {
    if (broker.broker_id == self) return broker;
  }
  return answer.brokers.front();
}

Reply ReplyWith(const RequestHeader& header, const std::function<void(WireWriter&)>& write) {
  WireWriter writer;
  WriteResponseHeader(header, writer);
  write(writer);
  return Reply{writer.TakeFrame()};
}

}  // namespace

void Responder::FindCoordinator(const RequestHeader& header, WireReader& reader,
                                const ClientState& client, Done done) {
  const FindCoordinatorRequest request = ParseFindCoordinatorRequest(header.api_version, reader);
  // A small request cannot ask for an endless answer.
  constexpr size_t kMaxKeys = 1'000;
  if (!reader.ok() || request.keys.size() > kMaxKeys) return done(Malformed(header));
  FindCoordinatorResponse response;
  bool any_found = false;
  for (const absl::string_view key : request.keys) {
    FindCoordinatorResponse::Coordinator coordinator;
    coordinator.key = std::string(key);
    if (request.key_type == FindCoordinatorRequest::kTransaction) {
      refusal_log_.Log(client.address, header.client_id, kTransactions);
      // The one error that no client takes for a passing one.
      coordinator.error = ErrorCode::kTransactionalIdAuthorizationFailed;
      coordinator.error_message = kNoTransactions;
    } else if (request.key_type != FindCoordinatorRequest::kGroup) {
      coordinator.error = ErrorCode::kInvalidRequest;
    } else if (refused_groups_.Renew(client.address, header.client_id, key)) {
      coordinator.error = ErrorCode::kUnsupportedVersion;
      coordinator.error_message = kNoGroups;
    } else {
      any_found = true;
    }
    // So that a small request cannot cause a very large answer.
    if (request.keys.size() > 1) coordinator.error_message.reset();
    response.coordinators.push_back(std::move(coordinator));
  }
  RequestHeader answer_to = header;
  // It points into the frame, which need not exist any more when the answer comes.
  answer_to.client_id = {};
  const auto reply = [answer_to, done](const FindCoordinatorResponse& found) {
    done(ReplyWith(answer_to, [&](WireWriter& writer) {
      WriteFindCoordinatorResponse(answer_to.api_version, found, writer);
    }));
  };
  if (!any_found) return reply(response);
  const int32_t self = leaders_->Self().broker_id;
  ResolveBrokers(header, client,
                 [reply, self, response = std::move(response)](const LeaderAnswer& answer) mutable {
                   for (FindCoordinatorResponse::Coordinator& coordinator : response.coordinators) {
                     if (coordinator.error != ErrorCode::kNone) continue;
                     coordinator.broker = CoordinatorOf(answer, self);
                   }
                   reply(response);
                 });
}

absl::StatusOr<Reply> Responder::JoinGroup(const RequestHeader& header, WireReader& reader,
                                           const ClientState& client) {
  const JoinGroupRequest request = ParseJoinGroupRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  refusal_log_.Log(client.address, header.client_id, kGroups);
  refused_groups_.Note(client.address, header.client_id, request.group);
  // The client asks for the coordinator again, and gets a final error with an explanation.
  return ReplyWith(header, [&](WireWriter& writer) {
    WriteJoinGroupResponse(header.api_version, ErrorCode::kNotCoordinator, writer);
  });
}

absl::StatusOr<Reply> Responder::OffsetFetch(const RequestHeader& header, WireReader& reader) {
  const OffsetFetchRequest request = ParseOffsetFetchRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  return ReplyWith(header, [&](WireWriter& writer) {
    WriteOffsetFetchResponse(header.api_version, request, writer);
  });
}

absl::StatusOr<Reply> Responder::OffsetCommit(const RequestHeader& header, WireReader& reader) {
  const OffsetCommitRequest request = ParseOffsetCommitRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  OffsetCommitResponse response;
  for (const OffsetCommitRequest::Topic& asked : request.topics) {
    const Topic* const topic = topics_->Find(asked.name);
    OffsetCommitResponse::Topic answered;
    answered.name = std::string(asked.name);
    for (const int32_t partition : asked.partitions) {
      OffsetCommitResponse::Partition result;
      result.index = partition;
      if (request.generation >= 0) {
        result.error = ErrorCode::kUnknownMemberId;
      } else if (!HasPartition(topic, partition)) {
        result.error = ErrorCode::kUnknownTopicOrPartition;
      }
      // Otherwise the offset is accepted and discarded, as records are: an offset in an empty
      // partition gives a consumer no information that it lacks.
      answered.partitions.push_back(result);
    }
    response.topics.push_back(std::move(answered));
  }
  return ReplyWith(header, [&](WireWriter& writer) {
    WriteOffsetCommitResponse(header.api_version, response, writer);
  });
}

absl::StatusOr<Reply> Responder::ConsumerGroupHeartbeat(const RequestHeader& header,
                                                        WireReader& reader,
                                                        const ClientState& client) {
  ParseConsumerGroupHeartbeatRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  refusal_log_.Log(client.address, header.client_id, kGroups);
  return ReplyWith(header, [&](WireWriter& writer) {
    WriteConsumerGroupHeartbeatResponse(ErrorCode::kUnsupportedVersion, kNoGroups, writer);
  });
}

absl::StatusOr<Reply> Responder::InitProducerId(const RequestHeader& header, WireReader& reader,
                                                const ClientState& client) {
  const InitProducerIdRequest request = ParseInitProducerIdRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  InitProducerIdResponse response;
  if (request.transactional_id.has_value()) {
    refusal_log_.Log(client.address, header.client_id, kTransactions);
    response.error = ErrorCode::kTransactionalIdAuthorizationFailed;
  } else if (request.producer_id >= 0 && request.producer_epoch >= 0 &&
             request.producer_epoch < std::numeric_limits<int16_t>::max()) {
    response.producer_id = request.producer_id;
    response.producer_epoch = static_cast<int16_t>(request.producer_epoch + 1);
  } else {
    // Unique without asking anybody, and never negative.
    response.producer_id = static_cast<int64_t>(random_->Next64() >> 1);
    response.producer_epoch = 0;
  }
  return ReplyWith(header,
                   [&](WireWriter& writer) { WriteInitProducerIdResponse(response, writer); });
}

}  // namespace bellwether::kafka
