#include "agentclient/retry_order.h"

#include <gtest/gtest.h>

#include <limits>

namespace bellwether {
namespace {

// Batch `number` of ten records each.
ProducerSequence Batch(int32_t number, int16_t epoch = 0) { return {7, epoch, 10 * number, 10}; }

// Batches 1 to `last` were refused.
RetryOrder RefusedUpTo(int32_t last) {
  RetryOrder order(Batch(1));
  for (int32_t number = 2; number <= last; ++number) order.Refuse(Batch(number));
  return order;
}

TEST(RetryOrderTest, SuccessorsCannotBeServed) {
  EXPECT_FALSE(RefusedUpTo(1).CanServe(Batch(2)));
  EXPECT_FALSE(RefusedUpTo(3).CanServe(Batch(4)));
  EXPECT_FALSE(RefusedUpTo(3).CanServe(Batch(9)));
}

TEST(RetryOrderTest, FirstRetryCanBeServed) {
  EXPECT_TRUE(RefusedUpTo(1).CanServe(Batch(1)));
  EXPECT_TRUE(RefusedUpTo(5).CanServe(Batch(1)));
  EXPECT_TRUE(RefusedUpTo(5).CanServe(Batch(0))) << "sent on another connection before";
}

TEST(RetryOrderTest, BatchThatComesAgainWithoutTheLowestCanBeServed) {
  RetryOrder order = RefusedUpTo(3);
  ASSERT_TRUE(order.CanServe(Batch(2))) << "another agent has served batch 1";
  EXPECT_FALSE(order.CanServe(Batch(3)));
  EXPECT_FALSE(order.Serve(Batch(2)));
  ASSERT_TRUE(order.CanServe(Batch(3)));
  EXPECT_TRUE(order.Serve(Batch(3)));
}

TEST(RetryOrderTest, BatchThatComesForTheFirstTimeSinceTheLowestCannotBeServed) {
  RetryOrder order = RefusedUpTo(3);
  order.Refuse(Batch(1));
  order.Refuse(Batch(3));
  EXPECT_FALSE(order.CanServe(Batch(2))) << "batch 1 may be on its way";
  order.Refuse(Batch(2));
  EXPECT_FALSE(order.CanServe(Batch(3)));
  EXPECT_TRUE(order.CanServe(Batch(2)));
  EXPECT_TRUE(order.CanServe(Batch(1)));
}

TEST(RetryOrderTest, RetriesAreServedUpToTheLastRefusedBatch) {
  RetryOrder order = RefusedUpTo(3);
  EXPECT_FALSE(order.Serve(Batch(1)));
  ASSERT_TRUE(order.CanServe(Batch(2)));
  EXPECT_FALSE(order.Serve(Batch(2)));
  ASSERT_TRUE(order.CanServe(Batch(3)));
  EXPECT_TRUE(order.Serve(Batch(3)));
}

TEST(RetryOrderTest, BatchBehindARefusedRetryCannotBeServed) {
  RetryOrder order = RefusedUpTo(3);
  order.Refuse(Batch(1));
  EXPECT_FALSE(order.CanServe(Batch(2)));
  order.Refuse(Batch(2));
  EXPECT_FALSE(order.CanServe(Batch(3)));
  EXPECT_TRUE(order.CanServe(Batch(1)));
}

TEST(RetryOrderTest, BatchThatSkipsARefusedOneCannotBeServed) {
  RetryOrder order = RefusedUpTo(2);
  EXPECT_FALSE(order.Serve(Batch(1)));
  EXPECT_FALSE(order.CanServe(Batch(3))) << "batch 2 is not retried yet";
  order.Refuse(Batch(3));
  ASSERT_TRUE(order.CanServe(Batch(2)));
  EXPECT_FALSE(order.Serve(Batch(2)));
  EXPECT_TRUE(order.Serve(Batch(3)));
}

TEST(RetryOrderTest, RefusalAmongRetriesKeepsTheTurn) {
  RetryOrder order = RefusedUpTo(3);
  EXPECT_FALSE(order.Serve(Batch(1)));
  order.Refuse(Batch(2));
  EXPECT_FALSE(order.CanServe(Batch(3)));
  EXPECT_TRUE(order.CanServe(Batch(2)));
}

TEST(RetryOrderTest, NewBatchBehindThoseThatAnotherAgentServedIsServedAtItsRetry) {
  RetryOrder order = RefusedUpTo(1);
  EXPECT_FALSE(order.CanServe(Batch(4)));
  order.Refuse(Batch(4));
  ASSERT_TRUE(order.CanServe(Batch(4)));
  EXPECT_TRUE(order.Serve(Batch(4)));
}

TEST(RetryOrderTest, NewEpochIsServedAndEndsTheOrder) {
  RetryOrder order = RefusedUpTo(3);
  EXPECT_FALSE(RetryOrder(Batch(3, 1)).CanServe(Batch(1, 0))) << "left over from the epoch before";
  ASSERT_TRUE(order.CanServe(Batch(0, 1)));
  EXPECT_TRUE(order.Serve(Batch(0, 1)));
}

TEST(RetryOrderTest, RefusedNewEpochHasItsOwnOrder) {
  RetryOrder order = RefusedUpTo(9);
  EXPECT_FALSE(order.Serve(Batch(1)));
  order.Refuse(Batch(0, 1));
  EXPECT_FALSE(order.CanServe(Batch(2, 1))) << "in turn in the epoch before";
  EXPECT_TRUE(order.CanServe(Batch(0, 1)));
  EXPECT_TRUE(order.Serve(Batch(0, 1)));
}

TEST(RetryOrderTest, NumbersBeginAgainAtZero) {
  constexpr int32_t kLargest = std::numeric_limits<int32_t>::max();
  const ProducerSequence before{7, 0, kLargest - 4, 10};
  const ProducerSequence behind{7, 0, before.next_sequence(), 10};
  RetryOrder order(before);
  EXPECT_FALSE(order.CanServe(behind));
  order.Refuse(behind);
  ASSERT_TRUE(order.CanServe(before));
  EXPECT_FALSE(order.Serve(before));
  ASSERT_TRUE(order.CanServe(behind));
  EXPECT_TRUE(order.Serve(behind));
}

}  // namespace
}  // namespace bellwether
