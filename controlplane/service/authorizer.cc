#include "controlplane/service/authorizer.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/access/access_decision.h"
#include "controlplane/access/secret.h"
#include "controlplane/base/log.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/request_scope.h"

namespace bellwether {
namespace {

constexpr absl::string_view kAnonymous = "anonymous";
constexpr char kAuthorization[] = "authorization";

std::optional<PresentedKey> Presented(const grpc::ServerContextBase& context) {
  // Of several, which would be meant?
  if (context.client_metadata().count(kAuthorization) != 1) return std::nullopt;
  const grpc::string_ref header = context.client_metadata().find(kAuthorization)->second;
  return ReadAuthorization({header.data(), header.size()});
}

// The answer to a valid agent key in a call outside its scope. Reveals nothing about the resources
// that the call names.
absl::Status OutOfScope(const VirtualCluster* own) {
  if (own == nullptr) {
    return MakeError(
        absl::StatusCode::kPermissionDenied, Reason::kPermissionDenied,
        "the virtual cluster of this agent key no longer exists; create a key of the agent's "
        "virtual cluster with CreateAgentKey, and set -agentKeyPath");
  }
  const std::string cluster = FormatVirtualClusterName(own->id);
  if (own->agent_pool_id.empty()) {
    return MakeError(absl::StatusCode::kPermissionDenied, Reason::kPermissionDenied,
                     absl::StrCat("this agent key is for ", cluster,
                                  " only, which has no agent pool; set its agent_pool with "
                                  "UpdateVirtualCluster"),
                     {{"right_virtual_cluster", own->id}});
  }
  return MakeError(
      absl::StatusCode::kPermissionDenied, Reason::kPermissionDenied,
      absl::StrCat("this agent key is for ", cluster, " and its agent pool ",
                   FormatAgentPoolName(own->agent_pool_id),
                   " only, but the call contains another one or none; set -agentPoolName to ",
                   own->agent_pool_id, " and -defaultVirtualClusterID to ", own->id,
                   " or to nothing, or set -agentKeyPath to a key of the other virtual cluster"),
      {{"right_virtual_cluster", own->id}, {"right_agent_pool", own->agent_pool_id}});
}

std::vector<LogField> AuditFields(absl::string_view identity,
                                  const grpc::ServerContextBase& context, RpcMethod method,
                                  const google::protobuf::Message& request,
                                  absl::string_view outcome) {
  const RpcMethodTraits& traits = TraitsOf(method);
  return {{"identity", identity},
          {"method", absl::StrCat(traits.service, "/", traits.name)},
          {"resource", ResourceOf(request)},
          {"request_id", RequestIdOf(request)},
          {"outcome", outcome},
          {"peer", context.peer()}};
}

}  // namespace

Authorizer::Authorizer(const Catalog& catalog, const Clock& clock, LimitedLog& log,
                       Authentication authentication)
    : catalog_(catalog), clock_(clock), log_(log), authentication_(authentication) {}

absl::StatusOr<Identity> Authorizer::Authorize(const grpc::ServerContextBase& context,
                                               RpcMethod method,
                                               const google::protobuf::Message& request) const {
  // Checked before the credential: the credential of an agent of another cluster is unknown here,
  // and a refusal would mean to the agent that its key is no longer valid.
  const absl::string_view cluster_uid = ClusterUidOf(request);
  if (!cluster_uid.empty() && cluster_uid != catalog_.cluster_uid()) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
        absl::StrCat(
            "the call is meant for cluster \"", Excerpt(cluster_uid),
            "\", and this control plane is another one; check -controlPlaneAddress of the "
            "agent, and --data_dir of the control plane, which may be empty or another's"));
  }
  if (authentication_ == Authentication::kOff) return Identity(kAnonymous);
  Caller caller;
  caller.presented = Presented(context);
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  std::shared_ptr<const Credential> credential;
  std::shared_ptr<const VirtualCluster> cluster;
  if (caller.presented.has_value()) credential = view->FindCredential(caller.presented->id);
  if (credential != nullptr) {
    const auto* agent = std::get_if<AgentGrant>(&credential->grant);
    if (agent != nullptr) cluster = view->FindVirtualCluster(agent->virtual_cluster_uid);
  }
  caller.credential = credential.get();
  caller.virtual_cluster = cluster.get();
  const AccessVerdict verdict =
      Decide(TraitsOf(method).access, ScopeOf(request), caller, clock_.WallNow());
  if (verdict == AccessVerdict::kAllowed) return credential->id;
  // An unknown id may be a secret in the wrong place.
  const std::string identity = credential == nullptr ? "unknown" : credential->id;
  const std::string outcome = absl::StrCat("refused: ", AccessVerdictName(verdict));
  log_.Write(absl::StrCat("audit ", identity, " ", HostOfPeer(context.peer()), " ", outcome),
             LogLevel::kWarning, "audit", AuditFields(identity, context, method, request, outcome));
  if (verdict == AccessVerdict::kOutOfScope) return OutOfScope(caller.virtual_cluster);
  return MakeError(absl::StatusCode::kPermissionDenied, Reason::kPermissionDenied,
                   "this call requires a valid credential that permits it; send one as metadata "
                   "\"authorization: Bearer {key}\"");
}

void Authorizer::Audit(const grpc::ServerContextBase& context, RpcMethod method,
                       const google::protobuf::Message& request, const Identity& identity,
                       const absl::Status& outcome, absl::string_view changes) const {
  if (TraitsOf(method).access < AccessRule::kOperator) return;
  const std::string code = absl::StatusCodeToString(outcome.code());
  std::vector<LogField> fields = AuditFields(identity, context, method, request, code);
  if (!changes.empty()) fields.emplace_back("changes", changes);
  if (IsOnlyValidated(request)) fields.emplace_back("validate_only", "true");
  if (outcome.ok()) return Log(LogLevel::kInfo, "audit", fields);
  log_.Write(absl::StrCat("audit ", identity, " ", HostOfPeer(context.peer()), " ", code, " ",
                          TraitsOf(method).name, " ", ResourceOf(request)),
             LogLevel::kInfo, "audit", fields);
}

}  // namespace bellwether
