#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_READER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/uuid.h"

namespace bellwether::kafka {

// The encoding of strings, bytes and arrays of a message. The flexible form has compact lengths
// (unsigned varints, one more than the length) and a buffer of tagged fields after each struct.
enum class Encoding { kPlain, kFlexible };

// Reads the fields of one Kafka message from untrusted bytes.
//
// The first read that does not fit makes ok() false for good; it and all later reads return zero,
// empty or nullopt, so that a parser may read to its end and check once. No read throws, goes
// beyond the bytes or allocates. Results point into the bytes. Not thread-safe.
class WireReader {
 public:
  // Limit on the elements of all arrays of one message together. No client needs as many; without
  // the limit 100 MB of empty elements would become gigabytes of structs.
  static constexpr int32_t kMaxElements = 200'000;

  // `bytes` must outlive the reader and its results.
  explicit WireReader(absl::string_view bytes, Encoding encoding = Encoding::kPlain)
      : rest_(bytes), encoding_(encoding) {}

  // False once a read has found the message malformed.
  bool ok() const { return ok_; }
  size_t remaining() const { return rest_.size(); }
  void set_encoding(Encoding encoding) { encoding_ = encoding; }

  int8_t Int8() { return static_cast<int8_t>(BigEndian(1)); }
  int16_t Int16() { return static_cast<int16_t>(BigEndian(2)); }
  int32_t Int32() { return static_cast<int32_t>(BigEndian(4)); }
  int64_t Int64() { return static_cast<int64_t>(BigEndian(8)); }
  bool Bool() { return Int8() != 0; }
  Uuid ReadUuid();
  uint32_t UnsignedVarint();

  // A null is malformed for String().
  absl::string_view String();
  std::optional<absl::string_view> NullableString();
  std::optional<absl::string_view> NullableBytes();

  // The number of elements that follow, never more than the remaining bytes can hold at
  // `least_element_bytes` each (in the plain or the compact form, whichever is shorter). A null is
  // malformed for Array(). REQUIRES: least_element_bytes > 0.
  int32_t Array(size_t least_element_bytes);
  std::optional<int32_t> NullableArray(size_t least_element_bytes);

  // Skips a struct's tagged fields; no effect in the plain encoding.
  void SkipTags();

 private:
  uint64_t BigEndian(size_t width);
  absl::string_view Take(size_t length);
  // A length from a plain field of `width` bytes or a compact field; nullopt for null.
  std::optional<uint32_t> Length(size_t width);
  void Fail();

  absl::string_view rest_;
  Encoding encoding_;
  int32_t elements_left_ = kMaxElements;
  bool ok_ = true;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_WIRE_READER_H_
