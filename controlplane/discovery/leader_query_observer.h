#ifndef CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
#define CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_

#include "absl/status/status.h"
#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/answer_tally.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// Receives the outcomes of leader queries, for metrics. Implementations are thread-safe and fast:
// they are called on the hot path.
class LeaderQueryObserver {
 public:
  virtual ~LeaderQueryObserver() = default;

  // A query was answered.
  virtual void RecordAnswer(Strategy strategy, StrategySource source) = 0;
  // How the client's zone affected that answer.
  virtual void RecordZone(ZoneResult result) = 0;
  // An agent has reported this many answers from its view.
  virtual void RecordAgentAnswers(const AnswerTally& tally) = 0;
  // A query failed.
  virtual void RecordFailure(const absl::Status& error) = 0;
  // A client id has a mistake.
  virtual void RecordDiagnostic(DiagnosticKind kind) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
