#include "agentclient/reference_agent/kafka/responder.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agentclient/reference_agent/kafka/api_key.h"
#include "agentclient/reference_agent/kafka/api_versions.h"
#include "agentclient/reference_agent/kafka/empty_log.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/fetch.h"
#include "agentclient/reference_agent/kafka/list_offsets.h"
#include "agentclient/reference_agent/kafka/metadata.h"
#include "agentclient/reference_agent/kafka/produce.h"
#include "agentclient/reference_agent/kafka/record_batch.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"
#include "controlplane/base/log.h"
#include "controlplane/model/error.h"

namespace bellwether::kafka {
namespace {

// What an answer takes, twice: a string that grows has up to half of its room free. For each
// partition of a Metadata answer, and for each byte of a request that names partitions.
constexpr size_t kBytesPerPartition = 68;
constexpr size_t kBytesPerByteAsked = 6;

// The topics of a Metadata answer before their leaders are known: each once, however often it was
// asked for, so that a small request cannot ask for an endless answer.
std::vector<MetadataResponse::Topic> TopicsAskedFor(const MetadataRequest& request,
                                                    const Topics& topics) {
  std::vector<MetadataResponse::Topic> asked;
  const auto add_known = [&asked](const Topic& topic) {
    MetadataResponse::Topic known;
    known.name = topic.name;
    known.id = topic.id;
    known.partitions.resize(topic.partition_count);
    asked.push_back(std::move(known));
  };
  if (request.all_topics) {
    for (const Topic& topic : topics.all()) add_known(topic);
    return asked;
  }
  absl::flat_hash_set<absl::string_view> names;
  absl::flat_hash_set<Uuid> ids;
  for (const MetadataRequest::Topic& wanted : request.topics) {
    const Topic* const topic =
        wanted.name.has_value() ? topics.Find(*wanted.name) : topics.FindById(wanted.id);
    if (topic != nullptr) {
      if (names.insert(topic->name).second) add_known(*topic);
      continue;
    }
    MetadataResponse::Topic unknown;
    if (wanted.name.has_value()) {
      if (!names.insert(*wanted.name).second) continue;
      unknown.name = std::string(*wanted.name);
      unknown.error = IsValidTopicName(*wanted.name) ? ErrorCode::kUnknownTopicOrPartition
                                                     : ErrorCode::kInvalidTopic;
    } else {
      if (!ids.insert(wanted.id).second) continue;
      unknown.id = wanted.id;
      unknown.error = ErrorCode::kUnknownTopicId;
    }
    asked.push_back(std::move(unknown));
  }
  return asked;
}

// Gives the known topics of `response` their leaders. A partition whose leader is missing, or is
// none of the brokers, has none for now.
void FillLeaders(const LeaderAnswer& answer, MetadataResponse& response) {
  absl::flat_hash_set<int32_t> broker_ids;
  for (const BrokerAddress& broker : answer.brokers) broker_ids.insert(broker.broker_id);
  size_t next = 0;
  for (MetadataResponse::Topic& topic : response.topics) {
    if (topic.error != ErrorCode::kNone) continue;
    const size_t index = next++;
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const bool known = index < answer.leaders.size() && i < answer.leaders[index].size() &&
                         broker_ids.contains(answer.leaders[index][i]);
      topic.partitions[i].leader = known ? answer.leaders[index][i] : -1;
      topic.partitions[i].error = known ? ErrorCode::kNone : ErrorCode::kLeaderNotAvailable;
    }
  }
}

// What the answer to a Produce request takes, twice.
size_t BytesToAnswerProduce(int16_t version, WireReader& reader) {
  constexpr size_t kBytesPerTopic = 32;
  constexpr size_t kBytesPerProducedPartition = 80;
  size_t bytes = 0;
  for (const ProduceRequest::Topic& topic : ParseProduceRequest(version, reader).topics) {
    bytes += kBytesPerTopic + 2 * topic.name.size() +
             topic.partitions.size() * kBytesPerProducedPartition;
  }
  return bytes;
}

}  // namespace

void Responder::Begin(ClientState& client) {
  client.connection = connections_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (gate_ != nullptr) gate_->OnConnectionOpened(client.connection);
}

void Responder::End(const ClientState& client) {
  if (gate_ != nullptr) gate_->OnConnectionClosed(client.connection);
}

size_t Responder::BytesToAnswer(absl::string_view frame) const {
  WireReader reader(frame);
  const RequestHeader header = ParseRequestHeader(reader);
  const SupportedApi* const api = FindApi(header.api_key);
  if (!reader.ok() || api == nullptr) return 0;
  // Of a Produce request nearly all is records, which the answer does not repeat.
  if (api->key == ApiKey::kProduce) {
    return api->Supports(header.api_version) ? BytesToAnswerProduce(header.api_version, reader) : 0;
  }
  const size_t bytes = kBytesPerByteAsked * frame.size();
  if (api->key != ApiKey::kMetadata || !api->Supports(header.api_version)) return bytes;
  const MetadataRequest request = ParseMetadataRequest(header.api_version, reader);
  if (!reader.ok()) return 0;
  size_t partitions = 0;
  for (const MetadataRequest::Topic& asked : request.topics) {
    const Topic* const topic =
        asked.name.has_value() ? topics_->Find(*asked.name) : topics_->FindById(asked.id);
    if (topic != nullptr) partitions += static_cast<size_t>(topic->partition_count);
  }
  size_t all_partitions = 0;
  for (const Topic& topic : topics_->all()) {
    all_partitions += static_cast<size_t>(topic.partition_count);
  }
  // Each topic is answered once, however often the request names it.
  if (request.all_topics || partitions > all_partitions) partitions = all_partitions;
  return bytes + partitions * kBytesPerPartition;
}

void Responder::Respond(absl::string_view frame, ClientState& client, Done done) {
  WireReader reader(frame);
  const RequestHeader header = ParseRequestHeader(reader);
  if (!reader.ok()) return done(Malformed(header));
  const SupportedApi* const api = FindApi(header.api_key);
  if (api == nullptr || (!api->Supports(header.api_version) && api->key != ApiKey::kApiVersions)) {
    const std::string what =
        absl::StrCat("api key ", header.api_key, ", version ", header.api_version);
    refusal_log_.Log(client.address, header.client_id, what);
    return done(absl::UnimplementedError(absl::StrCat("unsupported request: ", what)));
  }
  WireWriter writer;
  WriteResponseHeader(header, writer);
  switch (api->key) {
    case ApiKey::kApiVersions:
      if (api->Supports(header.api_version)) {
        ParseApiVersionsRequest(header.api_version, reader);
        WriteApiVersionsResponse(header.api_version, ErrorCode::kNone, writer);
      } else {
        WriteApiVersionsResponse(0, ErrorCode::kUnsupportedVersion, writer);
      }
      break;
    case ApiKey::kMetadata:
      return Metadata(header, reader, client, std::move(done));
    case ApiKey::kProduce:
      client.established = true;
      return done(Produce(header, reader, client));
    case ApiKey::kFetch:
      client.established = true;
      return done(Fetch(header, reader, client));
    case ApiKey::kListOffsets:
      WriteListOffsetsResponse(
          header.api_version,
          AnswerListOffsets(ParseListOffsetsRequest(header.api_version, reader), *topics_), writer);
      break;
    case ApiKey::kInitProducerId:
      return done(InitProducerId(header, reader, client));
    case ApiKey::kFindCoordinator:
      return FindCoordinator(header, reader, client, std::move(done));
    case ApiKey::kJoinGroup:
      return done(JoinGroup(header, reader, client));
    case ApiKey::kConsumerGroupHeartbeat:
      return done(ConsumerGroupHeartbeat(header, reader, client));
    case ApiKey::kOffsetFetch:
      return done(OffsetFetch(header, reader));
    case ApiKey::kOffsetCommit:
      return done(OffsetCommit(header, reader));
    case ApiKey::kDescribeCluster:
      return DescribeCluster(header, reader, client, std::move(done));
  }
  if (!reader.ok()) return done(Malformed(header));
  done(Reply{writer.TakeFrame()});
}

absl::StatusOr<Reply> Responder::Produce(const RequestHeader& header, WireReader& reader,
                                         const ClientState& client) {
  const ProduceRequest request = ParseProduceRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  const bool valid_acks = request.acks >= -1 && request.acks <= 1;
  const std::optional<std::string> plan_zone =
      leaders_->PlanZoneOf(std::string(header.client_id), client.address);
  if (gate_ != nullptr) gate_->OnRequest();
  ProduceResponse response;
  for (const ProduceRequest::Topic& asked : request.topics) {
    const Topic* const topic = topics_->Find(asked.name);
    ProduceResponse::Topic answered;
    answered.name = std::string(asked.name);
    for (const ProduceRequest::Partition& partition : asked.partitions) {
      ProduceResponse::Partition result;
      result.index = partition.index;
      if (!valid_acks) {
        result.error = ErrorCode::kInvalidRequiredAcks;
      } else if (!HasPartition(topic, partition.index)) {
        result.error = ErrorCode::kUnknownTopicOrPartition;
      } else if (const std::optional<RecordSetSize> size =
                     MeasureRecordSet(partition.records.value_or(absl::string_view()));
                 !size.has_value()) {
        result.error = ErrorCode::kCorruptMessage;
      } else if (request.acks != 0 && gate_ != nullptr &&
                 gate_->ShouldRefuse({client.connection, header.client_id, client.address,
                                      asked.name, partition.index, /*is_fetch=*/false,
                                      partition.records.value_or(absl::string_view())})) {
        result.error = ErrorCode::kNotLeaderOrFollower;
      } else {
        result.base_offset =
            traffic_->RecordProduce(*topic, partition.index, size->bytes, size->records, plan_zone);
        result.log_start_offset = kEmptyLogOffset;
      }
      answered.partitions.push_back(result);
    }
    response.topics.push_back(std::move(answered));
  }
  if (request.acks == 0) return Reply{};
  WireWriter writer;
  WriteResponseHeader(header, writer);
  WriteProduceResponse(header.api_version, response, writer);
  return Reply{writer.TakeFrame()};
}

absl::StatusOr<Reply> Responder::Fetch(const RequestHeader& header, WireReader& reader,
                                       const ClientState& client) {
  const FetchRequest request = ParseFetchRequest(header.api_version, reader);
  if (!reader.ok()) return Malformed(header);
  if (gate_ != nullptr) gate_->OnRequest();
  FetchResponse response;
  bool wait = request.min_bytes > 0;
  if (request.session_epoch > 0) {
    response.error = ErrorCode::kFetchSessionIdNotFound;
    wait = false;
  } else {
    for (const FetchRequest::Topic& asked : request.topics) {
      const Topic* const topic = topics_->Find(asked.name);
      FetchResponse::Topic answered;
      answered.name = std::string(asked.name);
      for (const FetchRequest::Partition& partition : asked.partitions) {
        FetchResponse::Partition result;
        result.index = partition.index;
        if (!HasPartition(topic, partition.index)) {
          result.error = ErrorCode::kUnknownTopicOrPartition;
        } else if (gate_ != nullptr && gate_->ShouldRefuse({client.connection,
                                                            header.client_id,
                                                            client.address,
                                                            asked.name,
                                                            partition.index,
                                                            /*is_fetch=*/true,
                                                            {}})) {
          result.error = ErrorCode::kNotLeaderOrFollower;
        } else {
          result.log_offset = kEmptyLogOffset;
          if (partition.fetch_offset != kEmptyLogOffset) {
            result.error = ErrorCode::kOffsetOutOfRange;
          }
        }
        if (result.error != ErrorCode::kNone) wait = false;
        answered.partitions.push_back(result);
      }
      response.topics.push_back(std::move(answered));
    }
  }
  WireWriter writer;
  WriteResponseHeader(header, writer);
  WriteFetchResponse(header.api_version, response, writer);
  Reply reply{writer.TakeFrame()};
  if (wait && request.max_wait_ms > 0) {
    reply.delay = std::min(absl::Milliseconds(request.max_wait_ms), kMaxFetchWait);
  }
  return reply;
}

void Responder::Metadata(const RequestHeader& header, WireReader& reader, ClientState& client,
                         Done done) {
  const MetadataRequest request = ParseMetadataRequest(header.api_version, reader);
  if (!reader.ok()) return done(Malformed(header));
  auto response = std::make_shared<MetadataResponse>();
  response->topics = TopicsAskedFor(request, *topics_);
  LeaderQuery query;
  query.client_id = std::string(header.client_id);
  query.client_address = client.address;
  query.established = client.established;
  for (const MetadataResponse::Topic& topic : response->topics) {
    if (topic.error != ErrorCode::kNone) continue;
    query.topics.push_back({*topic.name, static_cast<int32_t>(topic.partitions.size())});
  }
  // A question without topics sends the client nowhere.
  if (!query.topics.empty()) client.established = true;
  RequestHeader answer_to = header;
  // It points into the frame, which need not exist any more when the answer comes.
  answer_to.client_id = {};
  leaders_->ResolveLeaders(query, [this, query, response, answer_to,
                                   done = std::move(done)](absl::StatusOr<LeaderAnswer> got) {
    const LeaderAnswer answer = AnswerOrBrokers(query, std::move(got));
    FillLeaders(answer, *response);
    response->brokers = answer.brokers;
    if (!answer.cluster_id.empty()) response->cluster_id = answer.cluster_id;
    response->controller_id = answer.controller_id;
    WireWriter writer;
    WriteResponseHeader(answer_to, writer);
    WriteMetadataResponse(answer_to.api_version, *response, writer);
    done(Reply{writer.TakeFrame()});
  });
}

LeaderAnswer Responder::AnswerOrBrokers(const LeaderQuery& query,
                                        absl::StatusOr<LeaderAnswer> answer) {
  const bool known = answer.ok() && !answer->brokers.empty();
  // That concerns this client alone.
  if (GetReason(answer.status()) == Reason::kAgentGroupUnavailable) {
    refusal_log_.Log(query.client_address, query.client_id,
                     "leaders of an unavailable agent group");
    return leaders_->BrokersFor(query);
  }
  bool changed = false;
  {
    MutexLock lock(mutex_);
    changed = leaders_unknown_ == known;
    leaders_unknown_ = !known;
  }
  if (known) {
    if (changed) Log(LogLevel::kInfo, "leaders known again");
    return *std::move(answer);
  }
  if (changed) {
    Log(LogLevel::kWarning, "leaders unknown",
        {{"error", answer.ok() ? "no broker listed" : answer.status().ToString()}});
  }
  return leaders_->BrokersFor(query);
}

}  // namespace bellwether::kafka
