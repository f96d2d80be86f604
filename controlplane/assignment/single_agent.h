#ifndef CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_
#define CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/random.h"

namespace bellwether {

// What is known of an agent's load at the moment of a choice. A value.
struct LoadEstimate {
  // Reported load plus what was sent since, divided by capacity: 0 is idle, 1 is full.
  double utilization = 0;
  int64_t connections = 0;
  // Its requests take far longer than the pool's (IsHot): chosen only if both drawn agents are hot.
  // Whoever makes the estimate sets it: two agents alone do not show what is far above the pool.
  bool hot = false;
  // It came a moment ago and has got what it may get by now: chosen only if both have.
  bool slow_start_full = false;
};

// Two different positions (equal if there is only one), each drawn with a probability in proportion
// to its weight, and neither of them `without` unless that is the only one. `cumulative_weights`
// are the sums of the weights up to and including each position. REQUIRES: cumulative_weights is
// not empty and rises.
struct DrawnPair {
  size_t first = 0;
  size_t second = 0;
};
DrawnPair DrawTwo(const std::vector<uint64_t>& cumulative_weights, std::optional<size_t> without,
                  Random& random);

// Whether the second of two agents is the better choice: the one that is not hot, then the one
// whose ramp is not full, then the lower estimate, then fewer connections, then chance.
// (Mitzenmacher, "The power of two choices in randomized load balancing", 2001; the hot guard after
// Wydrowski et al., "Load is not what you should balance: introducing Prequal", NSDI 2024.)
bool SecondIsBetter(const LoadEstimate& first, const LoadEstimate& second, Random& random);

// The least that a client is assumed to bring, in capacity units: an agent of one unit has room for
// 1 000 such clients. Without it, in an idle pool the ledgers would not show who was just named,
// and nothing would make the answers go round. Rather too much than too little: a herd that falls
// on an idle pool flees the first agents that report it if the others seem to have got nothing,
// while clients that bring less go round evenly all the same.
inline constexpr double kMinArrivalDelta = 1e-3;

// The load that one more client is assumed to bring: 1.5 times what a connection of the pool
// carries on average, since a client that is sent somewhere usually opens more than one; at least
// kMinArrivalDelta. In the unit of `total_load`, the sum of utilisation times capacity over the
// same agents as `total_connections`.
double ArrivalDelta(double total_load, int64_t total_connections);

// What of an agent's report says whether its requests take long. A value.
struct RequestsInFlight {
  int64_t requests = 0;
  int64_t connections = 0;

  double per_connection() const;
};

// Requests in flight for each connection above which an agent is hot: both the 0.85 quantile and
// twice the median of `reports`. For each connection, because an agent that has more clients, or
// the only one that has reported those who just came, has more requests and is not slow for that.
// Who has neither requests nor connections is left out. Takes O(n); infinite for fewer than three.
double HotAbove(const std::vector<RequestsInFlight>& reports);

// Whether an agent is hot: above HotAbove, and with more than kMinHotRequests at all.
inline constexpr int64_t kMinHotRequests = 8;
bool IsHot(const RequestsInFlight& report, double hot_above);

// The utilisation up to which an agent is sent clients that could first be sent there `elapsed`
// ago: it grows by a fifth of the mean every five seconds, so that a newcomer's caches and
// connections are not met by everybody at once. Infinite once it has reached the mean.
double SlowStartCeiling(double mean_utilization, absl::Duration elapsed);

// Whether a client that is served already stays where it is, where the virtual cluster wants that:
// unless that agent alone is hot, or is busier by more than a tenth than the better of the two
// drawn would be with the client. `arrival` is what the client brings there, as a share of that
// agent's capacity. So in an idle pool no client moves.
bool StaysAt(const LoadEstimate& current, const LoadEstimate& better, double arrival);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_
