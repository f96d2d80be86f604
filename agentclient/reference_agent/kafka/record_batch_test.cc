#include "agentclient/reference_agent/kafka/record_batch.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

// Each holds three records.
struct Sample {
  const char* name;
  int64_t counted;
  // The boundaries between messages; the bytes before each boundary are a complete set.
  std::set<size_t> borders;
};

const Sample kSamples[] = {
    {"records.magic0.none", 3, {30, 58}}, {"records.magic0.gzip", 1, {}},
    {"records.magic1.none", 3, {38, 74}}, {"records.magic1.gzip", 1, {}},
    {"records.magic2.none", 3, {}},       {"records.magic2.gzip", 3, {}},
};

void PutInt32(std::string& bytes, size_t offset, int32_t value) {
  for (int i = 0; i < 4; ++i) bytes[offset + i] = static_cast<char>(value >> (24 - 8 * i));
}

TEST(RecordBatchTest, RecordsAreCountedWithoutDecompressing) {
  for (const Sample& sample : kSamples) {
    const std::string records = Golden(sample.name);
    const auto size = MeasureRecordSet(records);
    ASSERT_TRUE(size.has_value()) << sample.name;
    EXPECT_EQ(size->records, sample.counted) << sample.name;
    EXPECT_EQ(size->bytes, static_cast<int64_t>(records.size())) << sample.name;
  }
}

TEST(RecordBatchTest, SeveralBatchesAddUp) {
  const std::string batch = Golden("records.magic2.none");
  const std::string gzip = Golden("records.magic2.gzip");
  EXPECT_EQ(MeasureRecordSet(batch + gzip + batch)->records, 9);
}

TEST(RecordBatchTest, NoPartOfASetPassesForIt) {
  for (const Sample& sample : kSamples) {
    const std::string records = Golden(sample.name);
    for (size_t length = 0; length < records.size(); ++length) {
      if (sample.borders.count(length) > 0) continue;
      EXPECT_FALSE(MeasureRecordSet(records.substr(0, length)).has_value())
          << sample.name << " cut to " << length;
    }
  }
}

TEST(RecordBatchTest, ForgedLengthsAreRefused) {
  for (const Sample& sample : kSamples) {
    for (const int32_t length : {-1, 0, 1, 8, 0x7FFFFFFF}) {
      std::string records = Golden(sample.name);
      PutInt32(records, 8, length);
      EXPECT_FALSE(MeasureRecordSet(records).has_value()) << sample.name << " " << length;
    }
  }
}

TEST(RecordBatchTest, ForgedCountsAreRefused) {
  constexpr size_t kLastOffsetDelta = 23;
  constexpr size_t kCount = 57;
  for (const int32_t count : {-1, 0, 2, 4, 1000, 0x7FFFFFFF}) {
    std::string records = Golden("records.magic2.none");
    PutInt32(records, kCount, count);
    EXPECT_FALSE(MeasureRecordSet(records).has_value()) << "count alone " << count;
    // A consistent lie is one as long as as many records cannot be in there.
    PutInt32(records, kLastOffsetDelta, count - 1);
    if (count == 2 || count == 4) continue;
    EXPECT_FALSE(MeasureRecordSet(records).has_value()) << "count and delta " << count;
  }
}

TEST(RecordBatchTest, KeyAndValueFillTheirMessage) {
  constexpr size_t kKeyLength = 18;
  constexpr size_t kValueLength = 24;
  for (const size_t field : {kKeyLength, kValueLength}) {
    for (const int32_t length : {-2, 1, 3, 0x7FFFFFFF}) {
      std::string records = Golden("records.magic0.none");
      PutInt32(records, field, length);
      EXPECT_FALSE(MeasureRecordSet(records).has_value()) << field << " " << length;
    }
  }
}

TEST(RecordBatchTest, UnknownFormatsAreRefused) {
  std::string records = Golden("records.magic2.none");
  for (const char magic : {'\x03', '\x7F', '\xFF'}) {
    records[16] = magic;
    EXPECT_FALSE(MeasureRecordSet(records).has_value());
  }
}

}  // namespace
}  // namespace bellwether::kafka
