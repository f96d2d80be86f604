// Kafka clients that make the reference agent hold memory take no more than -clientMemoryBytes, and
// others are served meanwhile.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/test_client.h"
#include "agentclient/reference_agent/kafka/test_requests.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process_usage.h"

namespace bellwether {
namespace {

constexpr int64_t kMiB = 1 << 20;
// Further memory that the process may use: uncounted buffers, and requests in progress.
constexpr int64_t kBeside = 100 * kMiB;

class KafkaMemoryTest : public testing::Test {
 protected:
  int port() const {
    const std::string& address = agent_->kafka_address();
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
    return port;
  }
  int64_t Resident() { return ResidentBytes(agent_->process().pid()); }

  // Goes on until the agent has logged that it cut off a client; an honest client is served on one
  // connection and on new ones. The most that the agent held.
  int64_t MostResidentWhileServing() {
    int64_t most = 0;
    std::atomic<bool> over = false;
    std::thread end([&] {
      EXPECT_NE(agent_->process().WaitForLine("others need the memory"), "");
      over = true;
    });
    kafka::TestClient known(port());
    int served = 0;
    while (!over || served < 100) {
      kafka::TestClient fresh(port());
      for (kafka::TestClient* const client : {&known, &fresh}) {
        for (const std::string& request :
             {kafka::ProduceFrame(-1, 10'000, "few"), kafka::MetadataFrame("few")}) {
          if (!client->Send(request) || !client->Receive().has_value()) {
            ADD_FAILURE() << "an honest client was not served";
            over = true;
          }
        }
      }
      ++served;
      most = std::max(most, Resident());
    }
    end.join();
    return most;
  }

  void Start(int64_t budget) {
    agent_ = std::make_unique<AgentProcess>(
        "agent-1", control_plane_.agent_address(),
        std::vector<std::string>{"-topics=orders:99999,few:1",
                                 absl::StrCat("-clientMemoryBytes=", budget)});
    // Triggers one-time allocations in advance.
    kafka::TestClient client(port());
    EXPECT_TRUE(client.Send(kafka::MetadataFrame("few")) && client.Receive().has_value());
    before_ = Resident();
  }
  void ExpectWithin(int64_t budget) {
    const int64_t most = MostResidentWhileServing() - before_;
    std::cout << "it held " << most / kMiB << " MiB more than before\n";
    EXPECT_LE(most, budget + kBeside);
  }

  ControlPlaneProcess control_plane_;
  std::unique_ptr<AgentProcess> agent_;
  int64_t before_ = 0;
};

TEST_F(KafkaMemoryTest, UnfinishedRequestsTakeNoMoreThanTheBudgetAndDelayNobody) {
  Start(256 * kMiB);
  std::vector<std::thread> hostile;
  for (int i = 0; i < 8; ++i) {
    hostile.emplace_back([this] {
      const std::string request = kafka::ProduceFrame(-1, 95 * kMiB, "few");
      kafka::TestClient client(port());
      client.Send(absl::string_view(request).substr(0, request.size() - 1));
      client.SeesTheEnd();
    });
  }
  ExpectWithin(256 * kMiB);
  agent_->process().Signal(SIGKILL);
  for (std::thread& client : hostile) client.join();
}

TEST_F(KafkaMemoryTest, AnswersThatNobodyReadsTakeNoMoreThanTheBudgetAndDelayNobody) {
  Start(64 * kMiB);
  std::vector<std::unique_ptr<kafka::TestClient>> hostile;
  for (int i = 0; i < 80; ++i) {
    hostile.push_back(std::make_unique<kafka::TestClient>(port()));
    for (int j = 0; j < 4; ++j)
      ASSERT_TRUE(hostile.back()->Send(kafka::MetadataFrame(std::nullopt)));
  }
  ExpectWithin(64 * kMiB);
}

}  // namespace
}  // namespace bellwether
