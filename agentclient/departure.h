#ifndef AGENTCLIENT_DEPARTURE_H_
#define AGENTCLIENT_DEPARTURE_H_

namespace bellwether {

// How an agent leaves its pool.
enum class Departure {
  // Other agents take over its partitions.
  kForGood,
  // The agent will be back under the same id: other agents take over its partitions for two
  // minutes, and it gets them back when it registers. Use this only if the id is stable and
  // something starts the agent again.
  kRestart,
};

}  // namespace bellwether

#endif  // AGENTCLIENT_DEPARTURE_H_
