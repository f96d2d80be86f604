#ifndef AGENTCLIENT_LOAD_SAMPLER_H_
#define AGENTCLIENT_LOAD_SAMPLER_H_

#include "bellwether/v1/agent.pb.h"

namespace bellwether {

// Measures the load of an agent. The agent's author implements it.
class LoadSampler {
 public:
  virtual ~LoadSampler() = default;

  // Fills `load`, `partition_rates` (the busiest, at most kMaxPartitionRates) and `other_rate` of
  // `heartbeat` with current values, and leaves its other fields alone. Called before each
  // heartbeat, by one thread at a time; the heartbeat waits for it, so it must be fast.
  virtual void Sample(v1::HeartbeatRequest& heartbeat) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_LOAD_SAMPLER_H_
