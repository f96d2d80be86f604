#include "agentclient/reference_agent/kafka/metadata.h"

#include <limits>

namespace bellwether::kafka {
namespace {

constexpr int32_t kNoLeaderEpoch = -1;
// The protocol's word for "not asked for, or not known".
constexpr int32_t kUnknownOperations = std::numeric_limits<int32_t>::min();

MetadataRequest::Topic ParseTopic(int16_t version, WireReader& reader) {
  MetadataRequest::Topic topic;
  if (version >= 10) topic.id = reader.ReadUuid();
  if (version >= 10) {
    topic.name = reader.NullableString();
  } else {
    topic.name = reader.String();
  }
  reader.SkipTags();
  return topic;
}

void WritePartition(int16_t version, int32_t index, const MetadataResponse::Partition& partition,
                    WireWriter& writer) {
  writer.Error(partition.error);
  writer.Int32(index);
  writer.Int32(partition.leader);
  if (version >= 7) writer.Int32(kNoLeaderEpoch);
  // First all replicas, then those in sync.
  for (int i = 0; i < 2; ++i) {
    writer.Array(partition.leader >= 0 ? 1 : 0);
    if (partition.leader >= 0) writer.Int32(partition.leader);
  }
  if (version >= 5) writer.Array(0);  // Offline replicas.
  writer.Tags();
}

void WriteTopic(int16_t version, const MetadataResponse::Topic& topic, WireWriter& writer) {
  writer.Error(topic.error);
  if (version >= 12) {
    writer.NullableString(topic.name);
  } else {
    writer.String(topic.name.value_or(""));
  }
  if (version >= 10) writer.WriteUuid(topic.id);
  if (version >= 1) writer.Bool(false);  // Internal.
  writer.Array(topic.partitions.size());
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    WritePartition(version, static_cast<int32_t>(i), topic.partitions[i], writer);
  }
  if (version >= 8) writer.Int32(kUnknownOperations);
  writer.Tags();
}

}  // namespace

MetadataRequest ParseMetadataRequest(int16_t version, WireReader& reader) {
  MetadataRequest request;
  const std::optional<int32_t> count = reader.NullableArray(2);
  // Version 0 cannot express "none": there an empty array means all.
  request.all_topics = !count.has_value() || (version == 0 && *count == 0);
  for (int32_t i = 0; i < count.value_or(0) && reader.ok(); ++i) {
    request.topics.push_back(ParseTopic(version, reader));
  }
  if (version >= 4) reader.Bool();                   // May create topics: never done here.
  if (version >= 8 && version <= 10) reader.Bool();  // Wants operations on the cluster.
  if (version >= 8) reader.Bool();                   // Wants operations on topics.
  reader.SkipTags();
  return request;
}

void WriteMetadataResponse(int16_t version, const MetadataResponse& response, WireWriter& writer) {
  if (version >= 3) writer.Int32(0);  // Throttle time.
  writer.Array(response.brokers.size());
  for (const BrokerAddress& broker : response.brokers) {
    writer.Int32(broker.broker_id);
    writer.String(broker.host);
    writer.Int32(broker.port);
    if (version >= 1) writer.NullableString(std::nullopt);  // Rack.
    writer.Tags();
  }
  if (version >= 2) writer.NullableString(response.cluster_id);
  if (version >= 1) writer.Int32(response.controller_id);
  writer.Array(response.topics.size());
  for (const MetadataResponse::Topic& topic : response.topics) WriteTopic(version, topic, writer);
  if (version >= 8 && version <= 10) writer.Int32(kUnknownOperations);
  writer.Tags();
}

}  // namespace bellwether::kafka
