#ifndef CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
#define CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_

#include "absl/status/status.h"
#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/answer_tally.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// Is told what becomes of leader queries; metrics hang here. Implementations are thread-safe and
// fast: they are called on the hot path.
class LeaderQueryObserver {
 public:
  virtual ~LeaderQueryObserver() = default;

  // A query was answered.
  virtual void RecordAnswer(Strategy strategy, StrategySource source) = 0;
  // And this became of the client's zone.
  virtual void RecordZone(ZoneResult result) = 0;
  // An agent has answered so many queries from its view.
  virtual void RecordAgentAnswers(const AnswerTally& tally) = 0;
  // A query was refused.
  virtual void RecordFailure(const absl::Status& error) = 0;
  // A client id has a mistake.
  virtual void RecordDiagnostic(DiagnosticKind kind) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_QUERY_OBSERVER_H_
