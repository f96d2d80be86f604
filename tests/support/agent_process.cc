#include "tests/support/agent_process.h"

namespace bellwether {

AgentProcess::AgentProcess(const std::string& agent_id, const std::string& control_plane_address,
                           const std::vector<std::string>& flags)
    : agent_id_(agent_id) {
  std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER_AGENT"),
                                      "-agentID=" + agent_id,
                                      "-controlPlaneAddress=" + control_plane_address,
                                      "-kafkaAddress=127.0.0.1:0",
                                      "-metricsAddress=127.0.0.1:0",
                                      "-stateDir=" + directory_.path(),
                                      "-drainPeriod=2s"};
  command.insert(command.end(), flags.begin(), flags.end());
  process_ = std::make_unique<Process>(command);
  metrics_address_ = LogValue(process_->WaitForLine("serving metrics"), "address");
  kafka_address_ = LogValue(process_->WaitForLine("listening for Kafka clients"), "address");
}

}  // namespace bellwether
