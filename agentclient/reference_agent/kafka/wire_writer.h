#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_WRITER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/uuid.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"

namespace bellwether::kafka {

// Writes one Kafka message, preceded by its length. Not thread-safe.
class WireWriter {
 public:
  explicit WireWriter(Encoding encoding = Encoding::kPlain) : encoding_(encoding) {}

  void set_encoding(Encoding encoding) { encoding_ = encoding; }

  void Int8(int8_t value) { BigEndian(static_cast<uint64_t>(value), 1); }
  void Int16(int16_t value) { BigEndian(static_cast<uint64_t>(value), 2); }
  void Int32(int32_t value) { BigEndian(static_cast<uint64_t>(value), 4); }
  void Int64(int64_t value) { BigEndian(static_cast<uint64_t>(value), 8); }
  void Bool(bool value) { Int8(value ? 1 : 0); }
  void Error(ErrorCode code) { Int16(static_cast<int16_t>(code)); }
  void WriteUuid(const Uuid& uuid);
  void UnsignedVarint(uint32_t value);

  // REQUIRES: at most 32767 bytes.
  void String(absl::string_view text);
  void NullableString(const std::optional<std::string>& text);
  void Bytes(absl::string_view bytes);
  // `count` elements must follow.
  void Array(size_t count);
  // An empty buffer of tagged fields; nothing in the plain encoding.
  void Tags();

  // The frame: its length, then the message. The writer is empty afterwards.
  std::string TakeFrame();

 private:
  void BigEndian(uint64_t value, int width);
  // A length in a plain field of `width` bytes or a compact field; nullopt for null.
  void Length(std::optional<size_t> length, int width);

  Encoding encoding_;
  // Starts with room for the frame's length.
  std::string frame_ = std::string(4, '\0');
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_WRITER_H_
