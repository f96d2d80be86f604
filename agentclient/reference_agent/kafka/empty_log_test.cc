#include "agentclient/reference_agent/kafka/empty_log.h"

#include <gtest/gtest.h>

namespace bellwether::kafka {
namespace {

class EmptyLogTest : public ::testing::Test {
 protected:
  ListOffsetsResponse::Partition Ask(absl::string_view topic, int32_t partition,
                                     int64_t timestamp) {
    ListOffsetsRequest request;
    request.topics.push_back({topic, {{partition, timestamp}}});
    const ListOffsetsResponse response = AnswerListOffsets(request, topics_);
    EXPECT_EQ(response.topics.at(0).name, topic);
    EXPECT_EQ(response.topics[0].partitions.at(0).index, partition);
    return response.topics[0].partitions[0];
  }

  const Topics topics_ = *Topics::Parse("orders:3,clicks:2");
};

TEST_F(EmptyLogTest, TheEarliestAndTheLatestOffsetAreTheSame) {
  for (const int64_t timestamp : {ListOffsetsRequest::kLatest, ListOffsetsRequest::kEarliest,
                                  ListOffsetsRequest::kEarliestLocal}) {
    EXPECT_EQ(Ask("orders", 2, timestamp).error, ErrorCode::kNone);
    EXPECT_EQ(Ask("orders", 2, timestamp).offset, 0) << timestamp;
  }
}

TEST_F(EmptyLogTest, NoRecordIsAsLateAsAnyTimestamp) {
  // The offset of the largest timestamp (-3), and of the last record in remote storage (-5).
  for (const int64_t timestamp : {int64_t{-3}, int64_t{-5}, int64_t{0}, int64_t{1234567890123}}) {
    EXPECT_EQ(Ask("orders", 0, timestamp).error, ErrorCode::kNone);
    EXPECT_EQ(Ask("orders", 0, timestamp).offset, -1) << timestamp;
  }
}

TEST_F(EmptyLogTest, UnknownPartitionsHaveTheirError) {
  for (const int32_t partition : {-1, 2, 0x7FFFFFFF}) {
    EXPECT_EQ(Ask("clicks", partition, ListOffsetsRequest::kLatest).error,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(Ask("clicks", partition, ListOffsetsRequest::kLatest).offset, -1);
  }
  EXPECT_EQ(Ask("nope", 0, ListOffsetsRequest::kLatest).error, ErrorCode::kUnknownTopicOrPartition);
}

TEST_F(EmptyLogTest, EachPartitionIsAnsweredInTheOrderOfTheRequest) {
  ListOffsetsRequest request;
  request.topics = {{"clicks", {{1, -1}, {9, -1}, {0, -2}}}, {"orders", {{2, 5}}}};
  const ListOffsetsResponse response = AnswerListOffsets(request, topics_);
  ASSERT_EQ(response.topics.size(), 2u);
  ASSERT_EQ(response.topics[0].partitions.size(), 3u);
  EXPECT_EQ(response.topics[0].partitions[1].index, 9);
  EXPECT_EQ(response.topics[0].partitions[1].error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(response.topics[0].partitions[2].offset, 0);
  EXPECT_EQ(response.topics[1].name, "orders");
}

}  // namespace
}  // namespace bellwether::kafka
