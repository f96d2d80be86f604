#ifndef CONTROLPLANE_SERVICE_EXPLANATION_PROTO_H_
#define CONTROLPLANE_SERVICE_EXPLANATION_PROTO_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bellwether/v1/discovery.pb.h"
#include "controlplane/discovery/leader_explainer.h"

namespace bellwether {

// Converts explanations between wire and model. Pure functions, except for Explain.

// INVALID_ARGUMENT for an invalid strategy or role; other fields are validated where they are used.
absl::StatusOr<ExplanationQuery> FromProto(const v1::ExplainLeaderRequest& request);

v1::ExplainLeaderResponse ToProto(const LeaderExplanation& explanation);

// Answers a request. Errors of FromProto and of the explainer. Thread-safe.
absl::Status Explain(const LeaderExplainer& explainer, const v1::ExplainLeaderRequest& request,
                     v1::ExplainLeaderResponse& response);

v1::ResolveLeadersResponse::StrategySource ToProto(StrategySource source);
v1::Diagnostic ToProto(const Diagnostic& diagnostic);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_EXPLANATION_PROTO_H_
