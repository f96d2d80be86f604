#ifndef TESTS_SUPPORT_AGENT_PROCESS_H_
#define TESTS_SUPPORT_AGENT_PROCESS_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {

// The real reference agent as a process of its own, on a free port. The rule of a test that uses it
// gives the binary in the variable BELLWETHER_AGENT.
class AgentProcess {
 public:
  // Starts it and waits until it listens. `flags` are added to the agent's id, addresses and state.
  AgentProcess(const std::string& agent_id, const std::string& control_plane_address,
               const std::vector<std::string>& flags);

  const std::string& agent_id() const { return agent_id_; }
  // "127.0.0.1:port" where Kafka clients reach it, and Prometheus.
  const std::string& kafka_address() const { return kafka_address_; }
  const std::string& metrics_address() const { return metrics_address_; }
  Process& process() { return *process_; }

 private:
  const std::string agent_id_;
  TempDir directory_;
  std::unique_ptr<Process> process_;
  std::string kafka_address_;
  std::string metrics_address_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_AGENT_PROCESS_H_
