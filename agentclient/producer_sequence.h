#ifndef AGENTCLIENT_PRODUCER_SEQUENCE_H_
#define AGENTCLIENT_PRODUCER_SEQUENCE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace bellwether {

// The position of a record batch in the sequence of an idempotent Kafka producer.
struct ProducerSequence {
  int64_t producer_id = 0;
  int16_t epoch = 0;
  // Number of the first record within the partition; 0 follows 2^31 - 1.
  int32_t base_sequence = 0;
  int32_t record_count = 1;

  // The base sequence of the next batch.
  int32_t next_sequence() const;

  friend bool operator==(const ProducerSequence& a, const ProducerSequence& b) = default;
};

// The sequence of the first record batch of `records`, which is the content of a Produce request
// for one partition. nullopt if the producer of the batch is not idempotent, or the batch is older
// than format 2 or cut short. Reads only the fields of the sequence. Pure.
std::optional<ProducerSequence> ReadProducerSequence(absl::string_view records);

// How far sequence number `to` is ahead of `from`, the shorter way round: negative if it is
// behind. Pure. REQUIRES: both are at least 0.
int32_t SequenceDistance(int32_t from, int32_t to);

}  // namespace bellwether

#endif  // AGENTCLIENT_PRODUCER_SEQUENCE_H_
