#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_UUID_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_UUID_H_

#include <cstdint>
#include <utility>

namespace bellwether::kafka {

// A topic id: 128 bits, big-endian on the wire. All zeros stands for "none".
struct Uuid {
  uint64_t high = 0;
  uint64_t low = 0;

  bool is_zero() const { return high == 0 && low == 0; }

  friend bool operator==(const Uuid& a, const Uuid& b) {
    return a.high == b.high && a.low == b.low;
  }
  template <typename H>
  friend H AbslHashValue(H h, const Uuid& uuid) {
    return H::combine(std::move(h), uuid.high, uuid.low);
  }
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_UUID_H_
