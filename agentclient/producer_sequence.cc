#include "agentclient/producer_sequence.h"

#include <cstddef>

namespace bellwether {
namespace {

// Offsets within a record batch of format 2.
constexpr size_t kMagic = 16;
constexpr size_t kLastOffsetDelta = 23;
constexpr size_t kProducerId = 43;
constexpr size_t kProducerEpoch = 51;
constexpr size_t kBaseSequence = 53;
constexpr size_t kRecordCount = 57;

template <typename T>
T BigEndian(absl::string_view batch, size_t offset) {
  uint64_t value = 0;
  for (const char byte : batch.substr(offset, sizeof(T))) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return static_cast<T>(value);
}

// How many sequence numbers there are.
constexpr int64_t kModulus = int64_t{1} << 31;

}  // namespace

int32_t ProducerSequence::next_sequence() const {
  return static_cast<int32_t>((int64_t{base_sequence} + record_count) % kModulus);
}

std::optional<ProducerSequence> ReadProducerSequence(absl::string_view records) {
  if (records.size() < kRecordCount || records[kMagic] != 2) return std::nullopt;
  ProducerSequence sequence;
  sequence.producer_id = BigEndian<int64_t>(records, kProducerId);
  sequence.epoch = BigEndian<int16_t>(records, kProducerEpoch);
  sequence.base_sequence = BigEndian<int32_t>(records, kBaseSequence);
  const int64_t last_offset_delta = BigEndian<int32_t>(records, kLastOffsetDelta);
  if (sequence.producer_id < 0 || sequence.base_sequence < 0) return std::nullopt;
  if (last_offset_delta < 0 || last_offset_delta >= kModulus - 1) return std::nullopt;
  sequence.record_count = static_cast<int32_t>(last_offset_delta + 1);
  return sequence;
}

int32_t SequenceDistance(int32_t from, int32_t to) {
  const int64_t distance = (int64_t{to} - from + kModulus) % kModulus;
  return static_cast<int32_t>(distance < kModulus / 2 ? distance : distance - kModulus);
}

}  // namespace bellwether
