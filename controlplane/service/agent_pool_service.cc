#include "controlplane/service/agent_pool_service.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/agent_proto.h"
#include "controlplane/service/changed_fields.h"
#include "controlplane/service/page.h"
#include "controlplane/service/resource_proto.h"
#include "controlplane/service/update_mask.h"

namespace bellwether {
namespace {

constexpr char kPoolsQuery[] = "agentPools";

// proto3 lets a client send any number.
absl::Status CheckView(v1::ListAgentsRequest::View view) {
  if (v1::ListAgentsRequest::View_IsValid(view)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat("view is ", static_cast<int>(view),
                                ", which this version does not know; give VIEW_BASIC or VIEW_FULL"),
                   {{"field", "view"}});
}

absl::string_view IdOf(const RosterEntry& entry) { return entry.registration->spec.agent_id; }

}  // namespace

AgentPoolService::AgentPoolService(Catalog& catalog, Enrollment& enrollment,
                                   AgentRegistry& registry, PoolPlanners& planners,
                                   const RpcRunner& runner)
    : catalog_(catalog),
      enrollment_(enrollment),
      registry_(registry),
      planners_(planners),
      runner_(runner) {}

absl::Status AgentPoolService::Create(const v1::CreateAgentPoolRequest& request,
                                      v1::AgentPool& response, std::string& changes) {
  RETURN_IF_ERROR(ValidateResourceId("agent_pool_id", request.agent_pool_id()));
  const std::set<std::string> fields(std::begin(kAgentPoolFields), std::end(kAgentPoolFields));
  ASSIGN_OR_RETURN(const AgentPoolFields values, FromProto(request.agent_pool(), fields));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  ASSIGN_OR_RETURN(const AgentPool pool,
                   catalog_.CreateAgentPool(request.agent_pool_id(), values, options));
  response = ToProto(pool);
  changes = ChangedFields(v1::AgentPool(), response);
  return absl::OkStatus();
}

absl::Status AgentPoolService::Get(const v1::GetAgentPoolRequest& request,
                                   v1::AgentPool& response) const {
  ASSIGN_OR_RETURN(const std::string id, ParseAgentPoolName("name", request.name()));
  ASSIGN_OR_RETURN(const std::shared_ptr<const AgentPool> pool, catalog_.View()->GetAgentPool(id));
  response = ToProto(*pool);
  return absl::OkStatus();
}

absl::Status AgentPoolService::List(const v1::ListAgentPoolsRequest& request,
                                    v1::ListAgentPoolsResponse& response) const {
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(kPoolsQuery, request.page_size(), request.page_token()));
  // One item more than the page shows whether another page follows.
  const auto pools = catalog_.View()->ListAgentPools(page.after, page.size + 1);
  PageBudget budget(page.size);
  for (const auto& pool : pools) {
    v1::AgentPool item = ToProto(*pool);
    if (!budget.Take(item)) {
      response.set_next_page_token(FormatPageToken(
          kPoolsQuery, StripAgentPoolCollection(response.agent_pools().rbegin()->name())));
      break;
    }
    *response.add_agent_pools() = std::move(item);
  }
  return absl::OkStatus();
}

absl::Status AgentPoolService::Update(const v1::UpdateAgentPoolRequest& request,
                                      v1::AgentPool& response, std::string& changes) {
  const v1::AgentPool& wanted = request.agent_pool();
  ASSIGN_OR_RETURN(const std::string id, ParseAgentPoolName("agent_pool.name", wanted.name()));
  ASSIGN_OR_RETURN(const std::set<std::string> fields,
                   FieldsToUpdate(request.update_mask(), wanted, kAgentPoolFields));
  ASSIGN_OR_RETURN(const AgentPoolFields values, FromProto(wanted, fields));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), wanted.etag()));
  const std::shared_ptr<const AgentPool> before = catalog_.View()->FindAgentPool(id);
  ASSIGN_OR_RETURN(const AgentPool pool, catalog_.UpdateAgentPool(id, values, options));
  response = ToProto(pool);
  if (before != nullptr) changes = ChangedFields(ToProto(*before), response);
  return absl::OkStatus();
}

absl::Status AgentPoolService::Delete(const v1::DeleteAgentPoolRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseAgentPoolName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), request.etag()));
  RETURN_IF_ERROR(catalog_.DeleteAgentPool(id, request.force(), options));
  if (!options.validate_only) {
    // The next heartbeat of each of its agents returns that the agent is unknown.
    registry_.RemovePool(id);
    planners_.Remove(id);
  }
  return absl::OkStatus();
}

absl::Status AgentPoolService::ListMembers(const v1::ListAgentsRequest& request,
                                           v1::ListAgentsResponse& response) const {
  ASSIGN_OR_RETURN(const std::string id, ParseAgentPoolName("parent", request.parent()));
  const std::string query = absl::StrCat("agents of ", id);
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(query, request.page_size(), request.page_token()));
  RETURN_IF_ERROR(CheckView(request.view()));
  ASSIGN_OR_RETURN(const std::shared_ptr<const AgentPool> pool, catalog_.View()->GetAgentPool(id));
  const Roster roster = registry_.Pool(id)->GetRoster(registry_.clock().MonotonicNow());
  auto it = std::upper_bound(
      roster.entries.begin(), roster.entries.end(), page.after,
      [](absl::string_view after, const RosterEntry& entry) { return after < IdOf(entry); });
  PageBudget budget(page.size);
  for (; it != roster.entries.end(); ++it) {
    v1::Agent item = ToProto(*it, *pool, request.view());
    if (!budget.Take(item)) {
      response.set_next_page_token(FormatPageToken(query, response.agents().rbegin()->agent_id()));
      break;
    }
    *response.add_agents() = std::move(item);
  }
  return absl::OkStatus();
}

absl::Status AgentPoolService::SetDraining(const std::string& name, bool draining,
                                           v1::Agent& response) {
  ASSIGN_OR_RETURN(const AgentKey key, ParseAgentName("name", name));
  ASSIGN_OR_RETURN(const std::shared_ptr<const AgentPool> pool,
                   catalog_.View()->GetAgentPool(key.agent_pool_id));
  RETURN_IF_ERROR(enrollment_.SetDraining(key, draining).status());
  const Roster roster =
      registry_.Pool(key.agent_pool_id)->GetRoster(registry_.clock().MonotonicNow());
  for (const RosterEntry& entry : roster.entries) {
    if (IdOf(entry) == key.agent_id) {
      response = ToProto(entry, *pool, v1::ListAgentsRequest::VIEW_BASIC);
      return absl::OkStatus();
    }
  }
  return MakeError(absl::StatusCode::kNotFound, Reason::kAgentNotFound,
                   absl::StrCat("agent ", name, " has left its pool meanwhile"));
}

grpc::ServerUnaryReactor* AgentPoolService::CreateAgentPool(
    grpc::CallbackServerContext* context, const v1::CreateAgentPoolRequest* request,
    v1::AgentPool* response) {
  return runner_.RunInQueue(
      context, RpcMethod::kCreateAgentPool, *request,
      [=, this](std::string& changes) { return Create(*request, *response, changes); });
}

grpc::ServerUnaryReactor* AgentPoolService::GetAgentPool(grpc::CallbackServerContext* context,
                                                         const v1::GetAgentPoolRequest* request,
                                                         v1::AgentPool* response) {
  return runner_.Run(context, RpcMethod::kGetAgentPool, *request,
                     [=, this] { return Get(*request, *response); });
}

grpc::ServerUnaryReactor* AgentPoolService::ListAgentPools(grpc::CallbackServerContext* context,
                                                           const v1::ListAgentPoolsRequest* request,
                                                           v1::ListAgentPoolsResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListAgentPools, *request,
                            [=, this] { return List(*request, *response); });
}

grpc::ServerUnaryReactor* AgentPoolService::UpdateAgentPool(
    grpc::CallbackServerContext* context, const v1::UpdateAgentPoolRequest* request,
    v1::AgentPool* response) {
  return runner_.RunInQueue(
      context, RpcMethod::kUpdateAgentPool, *request,
      [=, this](std::string& changes) { return Update(*request, *response, changes); });
}

grpc::ServerUnaryReactor* AgentPoolService::DeleteAgentPool(
    grpc::CallbackServerContext* context, const v1::DeleteAgentPoolRequest* request,
    google::protobuf::Empty* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kDeleteAgentPool, *request,
                            [=, this] { return Delete(*request); });
}

grpc::ServerUnaryReactor* AgentPoolService::ListAgents(grpc::CallbackServerContext* context,
                                                       const v1::ListAgentsRequest* request,
                                                       v1::ListAgentsResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListAgents, *request,
                            [=, this] { return ListMembers(*request, *response); });
}

grpc::ServerUnaryReactor* AgentPoolService::DrainAgent(grpc::CallbackServerContext* context,
                                                       const v1::DrainAgentRequest* request,
                                                       v1::Agent* response) {
  return runner_.RunInQueue(context, RpcMethod::kDrainAgent, *request,
                            [=, this] { return SetDraining(request->name(), true, *response); });
}

grpc::ServerUnaryReactor* AgentPoolService::UndrainAgent(grpc::CallbackServerContext* context,
                                                         const v1::UndrainAgentRequest* request,
                                                         v1::Agent* response) {
  return runner_.RunInQueue(context, RpcMethod::kUndrainAgent, *request,
                            [=, this] { return SetDraining(request->name(), false, *response); });
}

}  // namespace bellwether
