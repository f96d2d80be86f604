#ifndef AGENTCLIENT_LOAD_SAMPLER_H_
#define AGENTCLIENT_LOAD_SAMPLER_H_

#include "bellwether/v1/agent.pb.h"

namespace bellwether {

// Measures how busy an agent is; written by the agent's author.
class LoadSampler {
 public:
  virtual ~LoadSampler() = default;

  // Fills `load`, `partition_rates` (the busiest, at most kMaxPartitionRates) and `other_rate` of
  // `heartbeat` with what is true now; its other fields are not the sampler's. Called before each
  // heartbeat, by one thread at a time; a heartbeat waits for it, so it must be quick.
  virtual void Sample(v1::HeartbeatRequest& heartbeat) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_LOAD_SAMPLER_H_
