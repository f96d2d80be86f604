#ifndef AGENTCLIENT_REFERENCE_AGENT_CPU_METER_H_
#define AGENTCLIENT_REFERENCE_AGENT_CPU_METER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

// Measures this process's use of the CPU and its share of the machine. Implementations are
// thread-safe.
class CpuMeter {
 public:
  virtual ~CpuMeter() = default;

  // CPU time since the start, of all threads, in user and kernel.
  virtual absl::Duration Used() const = 0;
  // How many cores the process may use; greater than 0, not necessarily an integer.
  virtual double cores() const = 0;
};

// The figures of this process from the kernel. Thread-safe.
class ProcessCpuMeter final : public CpuMeter {
 public:
  // Reads the number of cores: those that the process may run on, or fewer if a control group
  // limits its CPU time, as in a container.
  ProcessCpuMeter();

  absl::Duration Used() const override;
  double cores() const override { return cores_; }

 private:
  double cores_;
};

// The cores that a control group's cpu.max grants ("150000 100000" is 1.5); nullopt if it sets no
// limit ("max 100000") or cannot be read. Pure.
std::optional<double> ParseCpuMax(absl::string_view text);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CPU_METER_H_
