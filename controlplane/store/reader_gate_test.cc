#include "controlplane/store/reader_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace bellwether {
namespace {

TEST(ReaderGateTest, NobodyReadsWhileTheValueIsExchanged) {
  ReaderGate gate;
  // Not atomic: the gate alone keeps readers and the writer apart.
  auto value = std::make_unique<int>(0);
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&gate, &value, &stop] {
      int last = 0;
      while (!stop) {
        const ReaderGate::Pass pass(gate);
        ASSERT_NE(value, nullptr);
        EXPECT_GE(*value, last);
        last = *value;
      }
    });
  }
  for (int n = 1; n <= 200; ++n) {
    gate.Close();
    value.reset();
    std::this_thread::yield();
    value = std::make_unique<int>(n);
    gate.Open();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(*value, 200);
}

TEST(ReaderGateTest, ReadersAreInsideTogether) {
  ReaderGate gate;
  const ReaderGate::Pass outer(gate);
  // Would never return if the gate let in one at a time.
  std::thread([&gate] { const ReaderGate::Pass inner(gate); }).join();
}

}  // namespace
}  // namespace bellwether
