#include "tests/support/control_plane_process.h"

#include <utility>

namespace bellwether {

ControlPlaneProcess::ControlPlaneProcess(std::vector<std::string> flags,
                                         Process::Environment environment)
    : flags_(std::move(flags)), environment_(std::move(environment)) {
  Start();
}

void ControlPlaneProcess::Start() {
  Spawn();
  AwaitReady();
}

void ControlPlaneProcess::Spawn() {
  std::vector<std::string> command = {
      ProgramFromEnvironment("BELLWETHER"), "--agent_address=" + agent_address_,
      "--admin_address=" + admin_address_, "--metrics_address=" + metrics_address_,
      "--data_dir=" + data_dir()};
  command.insert(command.end(), flags_.begin(), flags_.end());
  process_ = std::make_unique<Process>(command, environment_);
}

void ControlPlaneProcess::AwaitReady() {
  const std::string ready = process_->WaitForLine("the control plane is ready");
  agent_address_ = "127.0.0.1:" + LogValue(ready, "agent_port");
  admin_address_ = "127.0.0.1:" + LogValue(ready, "admin_port");
  metrics_address_ = "127.0.0.1:" + LogValue(ready, "metrics_port");
}

int ControlPlaneProcess::Stop(int signal) {
  process_->Signal(signal);
  return process_->Wait();
}

}  // namespace bellwether
