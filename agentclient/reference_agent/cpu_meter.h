#ifndef AGENTCLIENT_REFERENCE_AGENT_CPU_METER_H_
#define AGENTCLIENT_REFERENCE_AGENT_CPU_METER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

// Knows what this process has used of the CPU, and of how much. Implementations are thread-safe.
class CpuMeter {
 public:
  virtual ~CpuMeter() = default;

  // CPU time since the start, of all threads, in user and kernel.
  virtual absl::Duration Used() const = 0;
  // How many cores it may use; more than 0, perhaps with a fraction.
  virtual double cores() const = 0;
};

// This process as the kernel sees it. Thread-safe.
class ProcessCpuMeter final : public CpuMeter {
 public:
  // Looks up the cores: those that the process may run on, or fewer if a control group limits its
  // time, as containers do.
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
