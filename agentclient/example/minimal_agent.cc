// The least that an agent does: join a pool, stay in it, ask who leads, leave. The part between the
// marks is the example of agentclient/README.md.

#include <cstdio>
#include <memory>

#include "agentclient/channel.h"
#include "agentclient/control_plane_client.h"
#include "agentclient/heartbeater.h"
#include "agentclient/streamed_membership.h"

namespace {

// Says that it has one connection and nothing else to do.
class Sampler final : public bellwether::LoadSampler {
 public:
  void Sample(bellwether::v1::HeartbeatRequest& heartbeat) override {
    heartbeat.mutable_load()->set_connections(1);
  }
};

// Runs until `stdin` ends; gives the exit status.
int RunAgent(const char* control_plane_address) {
  Sampler sampler;
  // README begins
  bellwether::SystemClock clock;
  bellwether::SystemRandom random;
  bellwether::MembershipListener listener;  // override what matters: OnFenced, OnDrain, ...
  bellwether::v1::RegisterAgentRequest self;
  self.set_agent_id("agent-1");       // the same after every start
  self.set_address("10.0.0.7:9092");  // where Kafka clients reach it
  auto channel = bellwether::MakeChannel(control_plane_address);
  bellwether::Heartbeater heartbeater(
      clock, random, std::make_unique<bellwether::StreamedMembership>(channel, clock), sampler,
      listener, self);
  if (absl::Status refused = heartbeater.WaitUntilRegistered(); !refused.ok()) {
    std::fprintf(stderr, "%s\n", refused.ToString().c_str());
    return 1;
  }
  bellwether::ControlPlaneClient client(channel);
  bellwether::v1::ResolveLeadersRequest query;
  query.set_virtual_cluster(heartbeater.status().registration->virtual_cluster());
  query.set_client_id("billing,ws_pas=single_agent");
  bellwether::v1::TopicPartitions& topic = *query.add_topics();
  topic.set_topic("orders");
  topic.set_partition_count(12);
  auto leaders = client.ResolveLeaders(query);  // StatusOr<ResolveLeadersResponse>
  // README ends
  std::printf("%s\n", leaders.ok() ? leaders->ShortDebugString().c_str()
                                   : leaders.status().ToString().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  heartbeater.Stop();
  return leaders.ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return RunAgent(argc > 1 ? argv[1] : "127.0.0.1:7420"); }
