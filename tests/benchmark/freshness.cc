// How old answers get, over the whole path: real Kafka clients (kcat) ask through three agents who
// leads while a fourth is killed, suspended, drained, or ends. Prints how long it took from that
// until the last answer that named it. A run of kcat takes some ten milliseconds, which is in it.

#include <grpcpp/create_channel.h>
#include <signal.h>
#include <stdio.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"

namespace bellwether {
namespace {

constexpr int kAgents = 4;
constexpr int kRounds = 5;
constexpr char kLeaving[] = "agent-3";

class Freshness {
 public:
  Freshness()
      : pools_(v1::AgentPoolService::NewStub(
            grpc::CreateChannel(plane_.admin_address(), grpc::InsecureChannelCredentials()))) {
    for (int i = 0; i + 1 < kAgents; ++i) others_.push_back(Start(absl::StrCat("agent-", i)));
  }

  void Run() {
    Measure("killed (SIGKILL)", [](AgentProcess& agent) { agent.process().Signal(SIGKILL); });
    Measure("suspended (SIGSTOP)", [](AgentProcess& agent) { agent.process().Signal(SIGSTOP); });
    Measure("drained by an admin", [this](AgentProcess& /*agent*/) {
      v1::DrainAgentRequest request;
      request.set_name(absl::StrCat("agentPools/apn_default/agents/", kLeaving));
      grpc::ClientContext context;
      v1::Agent drained;
      pools_->DrainAgent(&context, request, &drained);
    });
    Measure("ends (SIGTERM)", [](AgentProcess& agent) { agent.process().Signal(SIGTERM); });
  }

 private:
  std::unique_ptr<AgentProcess> Start(const std::string& id) {
    return std::make_unique<AgentProcess>(id, plane_.agent_address(),
                                          std::vector<std::string>{"-topics=clicks:64"});
  }

  // Whether an answer through one of the others names an agent at that address.
  bool IsNamed(const std::string& address) {
    const std::string& asked = others_[++asked_ % others_.size()]->kafka_address();
    const CommandResult answer =
        RunCommand({"kcat", "-b", asked, "-L", "-t", "clicks", "-m", "10"});
    return absl::StrContains(answer.output, address);
  }

  void Measure(const char* what, const std::function<void(AgentProcess&)>& leave) {
    std::vector<double> seconds;
    for (int round = 0; round < kRounds; ++round) {
      const std::unique_ptr<AgentProcess> leaving = Start(kLeaving);
      const std::string& address = leaving->kafka_address();
      // Until every one of the others names it, as it does once it is no newcomer any more.
      for (size_t named = 0; named < others_.size(); named = IsNamed(address) ? named + 1 : 0) {
      }
      const absl::Time left = absl::Now();
      leave(*leaving);
      absl::Time last_named = left;
      for (size_t unnamed = 0; unnamed < 2 * others_.size();) {
        if (IsNamed(address)) {
          last_named = absl::Now();
          unnamed = 0;
        } else {
          ++unnamed;
        }
      }
      seconds.push_back(absl::ToDoubleSeconds(last_named - left));
      Forget(*leaving);
    }
    std::sort(seconds.begin(), seconds.end());
    printf("%s: named for another %.3f s (median of %d), %.3f s at most\n", what,
           seconds[kRounds / 2], kRounds, seconds.back());
    fflush(stdout);
  }

  // Ends what is left of the agent, so that the next round begins with a newcomer.
  void Forget(AgentProcess& agent) {
    agent.process().Signal(SIGKILL);
    agent.process().Wait();
    grpc::ClientContext context;
    v1::UndrainAgentRequest request;
    request.set_name(absl::StrCat("agentPools/apn_default/agents/", kLeaving));
    v1::Agent undrained;
    pools_->UndrainAgent(&context, request, &undrained);
  }

  ControlPlaneProcess plane_;
  const std::unique_ptr<v1::AgentPoolService::Stub> pools_;
  std::vector<std::unique_ptr<AgentProcess>> others_;
  size_t asked_ = 0;
};

}  // namespace
}  // namespace bellwether

int main() {
  bellwether::Freshness().Run();
  return 0;
}
