#ifndef TESTS_SUPPORT_CONTROL_PLANE_PROCESS_H_
#define TESTS_SUPPORT_CONTROL_PLANE_PROCESS_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {

// The real control plane as a separate process. Its first start picks free ports, and later starts
// use the same ports, so that agents find it. The Bazel target of a test that uses it names the
// binary in the variable BELLWETHER.
class ControlPlaneProcess {
 public:
  // `flags` and `environment` are added to those of every start.
  explicit ControlPlaneProcess(std::vector<std::string> flags = {},
                               Process::Environment environment = {});

  // Starts it, on the data of the last start, and waits until it is ready.
  void Start();
  // The two halves of Start: between them it may be killed before it is ready.
  void Spawn();
  void AwaitReady();
  // Sends a signal and waits for the end; the exit status is Process::Wait's.
  int Stop(int signal);

  Process& process() { return *process_; }
  // "127.0.0.1:port".
  const std::string& agent_address() const { return agent_address_; }
  const std::string& admin_address() const { return admin_address_; }
  const std::string& metrics_address() const { return metrics_address_; }
  std::string data_dir() const { return directory_.path() + "/data"; }

 private:
  const std::vector<std::string> flags_;
  const Process::Environment environment_;
  TempDir directory_;
  std::string agent_address_ = "127.0.0.1:0";
  std::string admin_address_ = "127.0.0.1:0";
  std::string metrics_address_ = "127.0.0.1:0";
  std::unique_ptr<Process> process_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_CONTROL_PLANE_PROCESS_H_
