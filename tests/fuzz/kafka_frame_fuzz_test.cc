// Any bytes as a request of a Kafka client: answered once, or the connection is to be closed.

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/fake_leader_source.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "tests/fuzz/fuzz_check.h"

namespace bellwether {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const kafka::Topics topics = *kafka::Topics::Parse("orders:3,clicks:64");
  kafka::Traffic traffic(&topics);
  kafka::FakeLeaderSource leaders;
  SeededRandom random(7);
  const FakeClock clock;
  kafka::Responder responder(&topics, &traffic, &leaders, &random, &clock);
  kafka::ClientState client{"10.0.0.1", false};
  int answers = 0;
  responder.Respond(absl::string_view(reinterpret_cast<const char*>(bytes), size), client,
                    [&answers](const absl::StatusOr<kafka::Reply>& reply) {
                      ++answers;
                      if (reply.ok()) return;
                      FuzzCheck(!reply.status().message().empty(), "a refusal says what it is for");
                    });
  FuzzCheck(answers == 1, "each request has one answer");
  return 0;
}

}  // namespace bellwether
