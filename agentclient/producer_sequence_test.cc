#include "agentclient/producer_sequence.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace bellwether {
namespace {

// The head of a record batch of format 2, up to its number of records.
std::string Batch(const ProducerSequence& sequence) {
  std::string batch(57, '\7');
  const auto put = [&batch](size_t offset, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
      batch[offset + i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
    }
  };
  put(16, 2, 1);
  put(23, static_cast<uint32_t>(sequence.record_count - 1), 4);
  put(43, static_cast<uint64_t>(sequence.producer_id), 8);
  put(51, static_cast<uint16_t>(sequence.epoch), 2);
  put(53, static_cast<uint32_t>(sequence.base_sequence), 4);
  return batch;
}

constexpr int32_t kLargest = std::numeric_limits<int32_t>::max();

TEST(ProducerSequenceTest, ReadsTheFirstBatch) {
  const ProducerSequence expected{0x0102030405060708, 0x0a0b, 0x71727374, 0x01020304};
  EXPECT_EQ(ReadProducerSequence(Batch(expected)), expected);
  EXPECT_EQ(ReadProducerSequence(Batch(expected) + std::string(100, 'x')), expected);
}

TEST(ProducerSequenceTest, BatchWithoutSequenceHasNone) {
  EXPECT_EQ(ReadProducerSequence(Batch({-1, -1, -1, 5})), std::nullopt);
  EXPECT_EQ(ReadProducerSequence(Batch({5, 0, -1, 1})), std::nullopt) << "end of a transaction";
}

TEST(ProducerSequenceTest, BatchThatCannotBeRightHasNone) {
  EXPECT_EQ(ReadProducerSequence(""), std::nullopt);
  EXPECT_EQ(ReadProducerSequence(Batch({5, 0, 1, 0})), std::nullopt);
  std::string too_many = Batch({5, 0, 1, 1});
  too_many.replace(23, 4, "\x7f\xff\xff\xff");
  EXPECT_EQ(ReadProducerSequence(too_many), std::nullopt);
  const std::string batch = Batch({5, 0, 1, 1});
  for (size_t size = 0; size < batch.size(); ++size) {
    EXPECT_EQ(ReadProducerSequence(batch.substr(0, size)), std::nullopt) << size;
  }
  std::string old_format = batch;
  old_format[16] = 1;
  EXPECT_EQ(ReadProducerSequence(old_format), std::nullopt);
}

TEST(ProducerSequenceTest, NextBatchFollowsTheLastRecord) {
  EXPECT_EQ((ProducerSequence{7, 0, 100, 5}).next_sequence(), 105);
  EXPECT_EQ((ProducerSequence{7, 0, kLargest, 1}).next_sequence(), 0);
  EXPECT_EQ((ProducerSequence{7, 0, kLargest - 1, 5}).next_sequence(), 3);
}

TEST(ProducerSequenceTest, DistanceIsTheShorterWayRound) {
  EXPECT_EQ(SequenceDistance(100, 100), 0);
  EXPECT_EQ(SequenceDistance(100, 105), 5);
  EXPECT_EQ(SequenceDistance(105, 100), -5);
  EXPECT_EQ(SequenceDistance(kLargest, 0), 1);
  EXPECT_EQ(SequenceDistance(3, kLargest - 1), -5);
  EXPECT_EQ(SequenceDistance(0, kLargest), -1);
}

}  // namespace
}  // namespace bellwether
