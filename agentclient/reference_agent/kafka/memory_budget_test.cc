#include "agentclient/reference_agent/kafka/memory_budget.h"

#include <gtest/gtest.h>

#include <vector>

#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

constexpr int64_t kMiB = 1 << 20;
using Grant = MemoryBudget::Grant;

// 100 MiB, of which 75 are for large requests.
class MemoryBudgetTest : public ::testing::Test {
 protected:
  uint64_t Open() {
    const size_t index = room_.size();
    room_.push_back(0);
    cut_off_.push_back(0);
    return budget_.Open({[this, index] { ++room_[index]; }, [this, index] { ++cut_off_[index]; }});
  }
  // Numbers of connections begin at 1.
  int room(uint64_t number) const { return room_[number - 1]; }
  int cut_off(uint64_t number) const { return cut_off_[number - 1]; }
  void Pass(absl::Duration time) {
    clock_.Advance(time);
    budget_.CutOffStalled();
  }

  FakeClock clock_;
  MemoryBudget budget_{{100 * kMiB, absl::Seconds(1)}, &clock_};
  std::vector<int> room_;
  std::vector<int> cut_off_;
};

TEST_F(MemoryBudgetTest, AllConnectionsTogetherStayWithinTheBudget) {
  int64_t granted = 0;
  for (int i = 0; i < 20; ++i) {
    if (budget_.Reserve(Open(), 10 * kMiB) == Grant::kGranted) ++granted;
  }
  EXPECT_EQ(granted, 7);
  EXPECT_EQ(budget_.held(), 70 * kMiB);
  EXPECT_EQ(budget_.waiting(), 13);
}

TEST_F(MemoryBudgetTest, RoomGoesToTheConnectionThatWaitedLongest) {
  const uint64_t first = Open();
  const uint64_t second = Open();
  const uint64_t third = Open();
  EXPECT_EQ(budget_.Reserve(first, 70 * kMiB), Grant::kGranted);
  EXPECT_EQ(budget_.Reserve(second, 60 * kMiB), Grant::kWaiting);
  // It would fit, but the other one waits already.
  EXPECT_EQ(budget_.Reserve(third, 5 * kMiB), Grant::kWaiting);
  budget_.Record(first, 0);
  EXPECT_EQ(room(second), 1);
  EXPECT_EQ(room(third), 1);
  EXPECT_EQ(budget_.held(), 65 * kMiB);
  EXPECT_EQ(budget_.waiting(), 0);
}

TEST_F(MemoryBudgetTest, SmallRequestsDoNotWaitForLargeOnes) {
  const uint64_t large = Open();
  EXPECT_EQ(budget_.Reserve(large, 75 * kMiB), Grant::kGranted);
  EXPECT_EQ(budget_.Reserve(Open(), 10 * kMiB), Grant::kWaiting);
  EXPECT_EQ(budget_.Reserve(Open(), MemoryBudget::kSmallBytes), Grant::kGranted);
}

TEST_F(MemoryBudgetTest, WhatCanNeverFitIsRefused) {
  EXPECT_EQ(budget_.most_bytes(), 75 * kMiB);
  EXPECT_EQ(budget_.Reserve(Open(), 75 * kMiB + 1), Grant::kNever);
  EXPECT_EQ(budget_.waiting(), 0);
}

TEST_F(MemoryBudgetTest, NobodyIsCutOffWhileNobodyWaits) {
  const uint64_t large = Open();
  EXPECT_EQ(budget_.Reserve(large, 75 * kMiB), Grant::kGranted);
  Pass(absl::Hours(1));
  EXPECT_EQ(cut_off(large), 0);
}

TEST_F(MemoryBudgetTest, TheConnectionThatHoldsMostForLongestIsCutOffFirst) {
  const uint64_t stalled = Open();
  const uint64_t larger = Open();
  EXPECT_EQ(budget_.Reserve(stalled, 30 * kMiB), Grant::kGranted);
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(budget_.Reserve(larger, 45 * kMiB), Grant::kGranted);
  Pass(absl::Seconds(2));
  const uint64_t waiting = Open();
  EXPECT_EQ(budget_.Reserve(waiting, kMiB), Grant::kWaiting);
  budget_.CutOffStalled();
  EXPECT_EQ(cut_off(stalled), 1);
  EXPECT_EQ(cut_off(larger), 0);
  // What it holds is not free before it has closed, and is enough.
  EXPECT_EQ(room(waiting), 0);
  Pass(absl::Seconds(2));
  EXPECT_EQ(cut_off(larger), 0);
  budget_.Close(stalled);
  EXPECT_EQ(room(waiting), 1);
  EXPECT_EQ(budget_.cut_offs(), 1);
}

TEST_F(MemoryBudgetTest, ConnectionsThatMakeProgressAreNotCutOff) {
  const uint64_t working = Open();
  EXPECT_EQ(budget_.Reserve(working, 75 * kMiB), Grant::kGranted);
  const uint64_t waiting = Open();
  EXPECT_EQ(budget_.Reserve(waiting, kMiB), Grant::kWaiting);
  for (int i = 0; i < 100; ++i) {
    Pass(absl::Milliseconds(900));
    budget_.RecordProgress(working);
    budget_.RecordProgress(waiting);
  }
  EXPECT_EQ(budget_.cut_offs(), 0);
}

TEST_F(MemoryBudgetTest, ARequestInWorkIsNotCutOff) {
  const uint64_t in_work = Open();
  EXPECT_EQ(budget_.Reserve(in_work, 75 * kMiB), Grant::kGranted);
  budget_.SetInWork(in_work, true);
  EXPECT_EQ(budget_.Reserve(Open(), kMiB), Grant::kWaiting);
  Pass(absl::Minutes(1));
  EXPECT_EQ(cut_off(in_work), 0);
  budget_.SetInWork(in_work, false);
  Pass(absl::Minutes(1));
  EXPECT_EQ(cut_off(in_work), 1);
}

TEST_F(MemoryBudgetTest, ABudgetFullOfUnfinishedRequestsBecomesFreeAgain) {
  std::vector<uint64_t> all;
  for (int i = 0; i < 7; ++i) {
    all.push_back(Open());
    EXPECT_EQ(budget_.Reserve(all.back(), 10 * kMiB), Grant::kGranted);
  }
  // Each needs as much again, and none can give way.
  for (const uint64_t number : all) EXPECT_EQ(budget_.Reserve(number, 20 * kMiB), Grant::kWaiting);
  for (int round = 0; round < 20; ++round) {
    Pass(absl::Seconds(1));
    for (const uint64_t number : all) {
      if (cut_off(number) == 1) {
        cut_off_[number - 1] = 2;
        budget_.Close(number);
      } else if (room(number) == 1) {
        room_[number - 1] = 2;
        budget_.Close(number);
      }
    }
  }
  EXPECT_EQ(budget_.held(), 0);
  EXPECT_EQ(budget_.waiting(), 0);
  EXPECT_LT(budget_.cut_offs(), 7);
}

TEST_F(MemoryBudgetTest, ASlowPeerThatHoldsLittleOutlivesALargeOne) {
  const uint64_t slow = Open();
  EXPECT_EQ(budget_.Reserve(slow, 16 << 10), Grant::kGranted);
  clock_.Advance(absl::Seconds(20));
  EXPECT_EQ(budget_.Reserve(Open(), 74 * kMiB), Grant::kGranted);
  EXPECT_EQ(budget_.Reserve(Open(), 2 * kMiB), Grant::kWaiting);
  Pass(absl::Seconds(1));
  EXPECT_EQ(cut_off(slow), 0);
  EXPECT_EQ(budget_.cut_offs(), 1);
}

TEST_F(MemoryBudgetTest, WhatIsRecordedBeyondTheBudgetIsMadeUpFor) {
  const uint64_t answer = Open();
  budget_.Record(answer, 120 * kMiB);
  EXPECT_EQ(cut_off(answer), 0);
  Pass(absl::Seconds(1));
  EXPECT_EQ(cut_off(answer), 1);
}

TEST_F(MemoryBudgetTest, AConnectionThatClosesNoLongerWaits) {
  const uint64_t large = Open();
  EXPECT_EQ(budget_.Reserve(large, 75 * kMiB), Grant::kGranted);
  const uint64_t gone = Open();
  const uint64_t patient = Open();
  EXPECT_EQ(budget_.Reserve(gone, 70 * kMiB), Grant::kWaiting);
  EXPECT_EQ(budget_.Reserve(patient, 70 * kMiB), Grant::kWaiting);
  budget_.Close(gone);
  budget_.Close(large);
  EXPECT_EQ(room(gone), 0);
  EXPECT_EQ(room(patient), 1);
}

}  // namespace
}  // namespace bellwether::kafka
