#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_REQUESTS_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// Requests of the client "app" as frames.

// A Produce request of `bytes` arbitrary bytes for partition 0.
inline std::string ProduceFrame(int16_t acks, size_t bytes, absl::string_view topic = "orders") {
  WireWriter writer;
  writer.Int16(0);
  writer.Int16(7);
  writer.Int32(0x01020304);
  writer.String("app");
  writer.NullableString(std::nullopt);
  writer.Int16(acks);
  writer.Int32(1000);
  writer.Array(1);
  writer.String(topic);
  writer.Array(1);
  writer.Int32(0);
  writer.Bytes(std::string(bytes, 'x'));
  return writer.TakeFrame();
}

// A Metadata request for one topic; without one, for all topics.
inline std::string MetadataFrame(std::optional<absl::string_view> topic) {
  WireWriter writer;
  writer.Int16(3);
  writer.Int16(1);
  writer.Int32(0x01020304);
  writer.String("app");
  writer.Int32(topic.has_value() ? 1 : -1);
  if (topic.has_value()) writer.String(*topic);
  return writer.TakeFrame();
}

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_REQUESTS_H_
