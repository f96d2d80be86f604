#ifndef CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_
#define CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/random.h"

namespace bellwether {

// The known load of an agent at the moment of a choice.
struct LoadEstimate {
  // Reported load plus load sent since, divided by weight: 0 is idle, 1 is full.
  double utilization = 0;
  int64_t connections = 0;
  // Its requests take far longer than the pool's (IsHot): chosen only if both drawn agents are hot.
  // The caller sets it, because two agents alone do not show what is far above the pool.
  bool hot = false;
  // It is in slow start and has reached its ceiling: chosen only if both have.
  bool slow_start_full = false;
};

// Draws two different positions (equal if there is only one), each with a probability in proportion
// to its weight, and neither of them `without` unless that is the only one. `cumulative_weights`
// are the sums of the weights up to and including each position. REQUIRES: cumulative_weights is
// not empty and rises.
struct DrawnPair {
  size_t first = 0;
  size_t second = 0;
};
DrawnPair DrawTwo(const std::vector<uint64_t>& cumulative_weights, std::optional<size_t> without,
                  Random& random);

// Whether the second of two agents is the better choice: the one that is not hot, then the one that
// is below its slow-start ceiling, then the lower estimate, then fewer connections, then at random.
// (Mitzenmacher, "The power of two choices in randomized load balancing", 2001; the hot guard after
// Wydrowski et al., "Load is not what you should balance: introducing Prequal", NSDI 2024.)
bool SecondIsBetter(const LoadEstimate& first, const LoadEstimate& second, Random& random);

// The least load that a client is assumed to bring, in units of weight: an agent of weight 1 has
// room for 1 000 such clients. Without it the pending load in an idle pool would not show which
// agents were just returned, and answers would not rotate. It is rather too large than too small:
// many clients that reach an idle pool at once leave the first agents that report them if the
// others seem to have received nothing, while clients that bring less are still distributed evenly.
inline constexpr double kMinArrivalDelta = 1e-3;

// The load that one more client is assumed to bring: 1.5 times the average load of a connection of
// the pool, since a client usually opens more than one connection to a new agent; at least
// kMinArrivalDelta. In the unit of `total_load`, the sum of utilisation times weight over the same
// agents as `total_connections`.
double ArrivalDelta(double total_load, int64_t total_connections);

// The part of an agent's report that shows whether its requests take long.
struct RequestsInFlight {
  int64_t requests = 0;
  int64_t connections = 0;

  double per_connection() const;
};

// Requests in flight for each connection above which an agent is hot: above both the 0.85 quantile
// and twice the median of `reports`. The number is for each connection, because an agent with more
// clients, or the only one that has reported clients that just arrived, has more requests without
// being slow. Agents with neither requests nor connections are left out. Takes O(n); infinite for
// fewer than three.
double HotAbove(const std::vector<RequestsInFlight>& reports);

// An agent is hot if it is above HotAbove and has more than kMinHotRequests requests.
inline constexpr int64_t kMinHotRequests = 8;
bool IsHot(const RequestsInFlight& report, double hot_above);

// The utilisation up to which an agent in slow start is sent clients, `elapsed` after it could
// first be sent any: it grows by a fifth of the mean every five seconds, so that not all clients
// arrive while the agent's caches are cold. Infinite once it has reached the mean.
double SlowStartCeiling(double mean_utilization, absl::Duration elapsed);

// Whether a client that is served already stays at its agent, if the virtual cluster wants that: it
// stays unless that agent alone is hot, or is busier by more than a tenth than the better of the
// two drawn agents would be with the client. `arrival` is the load that the client brings there, as
// a share of that agent's weight. In an idle pool no client moves.
bool StaysAt(const LoadEstimate& current, const LoadEstimate& better, double arrival);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_SINGLE_AGENT_H_
