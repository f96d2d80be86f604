#ifndef AGENTCLIENT_DEPARTURE_H_
#define AGENTCLIENT_DEPARTURE_H_

namespace bellwether {

// How an agent leaves its pool.
enum class Departure {
  // Its partitions get other leaders.
  kForGood,
  // It will be back under the same id: its partitions are lent for two minutes, and go back to it
  // when it registers. To be chosen only where the id is stable and somebody starts it again.
  kRestart,
};

}  // namespace bellwether

#endif  // AGENTCLIENT_DEPARTURE_H_
