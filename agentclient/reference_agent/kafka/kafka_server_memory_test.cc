// What clients can make the server hold.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agentclient/reference_agent/kafka/fake_leader_source.h"
#include "agentclient/reference_agent/kafka/kafka_server.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "agentclient/reference_agent/kafka/test_client.h"
#include "agentclient/reference_agent/kafka/test_requests.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"

namespace bellwether::kafka {
namespace {

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// A server with 100 000 partitions and a memory budget.
class KafkaServerMemoryTest : public ::testing::Test {
 protected:
  void Start(int64_t budget = MemoryBudget::Options().bytes) {
    budget_ = std::make_unique<MemoryBudget>(MemoryBudget::Options{budget}, &clock_);
    auto server = KafkaServer::Start({}, &responder_, &traffic_, budget_.get());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  std::unique_ptr<TestClient> Connect() { return std::make_unique<TestClient>(server_->port()); }

  static void ExpectServed(TestClient& client) {
    ASSERT_TRUE(client.Send(MetadataFrame("few")));
    ASSERT_TRUE(client.Receive().has_value());
    ASSERT_TRUE(client.Send(ProduceFrame(-1, 10'000)));
    ASSERT_TRUE(client.Receive().has_value());
  }

  // Lets other threads run until `condition` holds; the test's own time limit ends a hang.
  template <typename Condition>
  static void WaitFor(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }
  void WaitForBytesIn(int64_t bytes) {
    int64_t seen = 0;
    WaitFor([&] { return (seen += traffic_.TakeInterval().bytes_in) >= bytes; });
  }

  const Topics topics_ = *Topics::Parse("orders:99999,few:1");
  Traffic traffic_{&topics_};
  FakeLeaderSource leaders_;
  SeededRandom random_{1};
  SystemClock clock_;
  Responder responder_{&topics_, &traffic_, &leaders_, &random_, &clock_};
  std::unique_ptr<MemoryBudget> budget_;
  std::unique_ptr<KafkaServer> server_;
};

TEST_F(KafkaServerMemoryTest, AForgedLengthTakesNoMemory) {
  Start();
  const int64_t before = ResidentBytes();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(Connect());
    // Says that 100 MiB follow. After the second byte has arrived, room for it was made.
    ASSERT_TRUE(clients.back()->Send(std::string("\x06\x40\x00\x00x", 5)));
    WaitForBytesIn(5);
    ASSERT_TRUE(clients.back()->Send("x"));
    WaitForBytesIn(1);
  }
  EXPECT_LT(ResidentBytes() - before, 50 << 20);
}

TEST_F(KafkaServerMemoryTest, UnfinishedRequestsTogetherTakeNoMoreThanTheBudget) {
  Start();
  const std::string large = ProduceFrame(-1, 95 << 20);
  // All but the last byte, as far as the server reads it: most of them wait for memory.
  std::vector<std::thread> hostile;
  const int port = server_->port();
  for (int i = 0; i < 8; ++i) {
    hostile.emplace_back([port, &large] {
      TestClient client(port);
      client.Send(absl::string_view(large).substr(0, large.size() - 1));
      client.SeesTheEnd();
    });
  }
  WaitFor([this] { return budget_->waiting() > 0; });
  const auto honest = Connect();
  // They are cut off one by one, as others need their memory.
  while (budget_->cut_offs() < 3) {
    EXPECT_LE(budget_->held(), MemoryBudget::Options().bytes);
    ExpectServed(*honest);
  }
  server_->Stop(absl::ZeroDuration());
  for (std::thread& thread : hostile) thread.join();
  EXPECT_EQ(budget_->held(), 0);
}

TEST_F(KafkaServerMemoryTest, AnswersThatNobodyReadsTogetherTakeNoMoreThanTheBudget) {
  Start(32 << 20);
  std::vector<std::unique_ptr<TestClient>> hostile;
  for (int i = 0; i < 50; ++i) {
    hostile.push_back(std::make_unique<TestClient>(server_->port()));
    for (int j = 0; j < 10; ++j) {
      ASSERT_TRUE(hostile.back()->Send(MetadataFrame(std::nullopt)));
    }
  }
  WaitFor([&] { return budget_->waiting() > 0; });
  TestClient honest(server_->port());
  while (budget_->cut_offs() < 10) {
    EXPECT_LE(budget_->held(), 32 << 20);
    ExpectServed(honest);
  }
}

TEST_F(KafkaServerMemoryTest, ALargeRequestWaitsForRoomAndIsAnswered) {
  Start(32 << 20);
  // Together three times as much as there is room for.
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([port = server_->port(), &answered] {
      TestClient client(port);
      if (client.Send(ProduceFrame(-1, 9 << 20)) && client.Receive().has_value()) ++answered;
    });
  }
  for (std::thread& client : clients) client.join();
  // Those that are cut off would otherwise have waited for each other.
  EXPECT_EQ(answered + budget_->cut_offs(), 8);
  EXPECT_GE(answered, 2);
  TestClient honest(server_->port());
  ExpectServed(honest);
}

TEST_F(KafkaServerMemoryTest, ARequestThatCanNeverFitIsCutOff) {
  Start(16 << 20);
  TestClient client(server_->port());
  // Its first bytes may be sent before the server has closed.
  client.Send(ProduceFrame(-1, 13 << 20));
  EXPECT_FALSE(client.Receive().has_value());
  TestClient other(server_->port());
  ExpectServed(other);
}

}  // namespace
}  // namespace bellwether::kafka
