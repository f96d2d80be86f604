#ifndef CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
#define CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// What became of a client's zone.
enum class ZoneResult {
  // Only agents of it were named.
  kHit,
  // It has no agent that can be named, or all of them are overloaded.
  kMiss,
  // Neither the client's id nor its address tells it.
  kUnknown,
};
inline constexpr ZoneResult kZoneResults[] = {ZoneResult::kHit, ZoneResult::kMiss,
                                              ZoneResult::kUnknown};

// "hit", "miss" or "unknown": a metric label. Pure.
inline absl::string_view ZoneResultName(ZoneResult result) {
  switch (result) {
    case ZoneResult::kHit:
      return "hit";
    case ZoneResult::kMiss:
      return "miss";
    case ZoneResult::kUnknown:
      break;
  }
  return "unknown";
}

// Is told what becomes of leader queries; metrics hang here. Implementations are thread-safe and
// fast: they are called on the hot path.
class LeaderQueryObserver {
 public:
  virtual ~LeaderQueryObserver() = default;

  // A query was answered.
  virtual void RecordAnswer(Strategy strategy, StrategySource source) = 0;
  // And this became of the client's zone.
  virtual void RecordZone(ZoneResult result) = 0;
  // A query was refused.
  virtual void RecordFailure(absl::StatusCode code) = 0;
  // A client id has a mistake.
  virtual void RecordDiagnostic(DiagnosticKind kind) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
