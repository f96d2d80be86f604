#include "controlplane/service/access_service.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/access_proto.h"
#include "controlplane/service/page.h"
#include "controlplane/service/resource_proto.h"

namespace bellwether {
namespace {

// Logs the id of the new credential. The audit line contains only the request.
void LogCreated(const NewCredential& created) {
  if (created.key.empty()) return;
  Log(LogLevel::kInfo, "credential created", {{"name", FormatCredentialName(created.credential)}});
}

}  // namespace

AccessService::AccessService(const Catalog& catalog, Credentials& credentials,
                             const RpcRunner& runner)
    : catalog_(catalog), credentials_(credentials), runner_(runner) {}

absl::Status AccessService::CreateKey(const v1::CreateAgentKeyRequest& request,
                                      v1::AgentKey& response) {
  ASSIGN_OR_RETURN(const std::string cluster_id,
                   ParseVirtualClusterName("parent", request.parent()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  ASSIGN_OR_RETURN(
      const NewCredential created,
      credentials_.CreateAgentKey(cluster_id, FromProto(request.agent_key()), options));
  response = ToAgentKeyProto(created.credential);
  response.set_key(created.key);
  LogCreated(created);
  return absl::OkStatus();
}

absl::Status AccessService::ListKeys(const v1::ListAgentKeysRequest& request,
                                     v1::ListAgentKeysResponse& response) const {
  ASSIGN_OR_RETURN(const std::string cluster_id,
                   ParseVirtualClusterName("parent", request.parent()));
  const std::string query = absl::StrCat("agentKeys of ", cluster_id);
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(query, request.page_size(), request.page_token()));
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  ASSIGN_OR_RETURN(const auto cluster,
                   view->GetVirtualCluster(FormatVirtualClusterName(cluster_id)));
  // One item more than the page shows whether another page follows.
  const auto keys =
      view->ListCredentials(page.after, page.size + 1, [&cluster](const Credential& credential) {
        const auto* agent = std::get_if<AgentGrant>(&credential.grant);
        return agent != nullptr && agent->virtual_cluster_uid == cluster->uid;
      });
  PageBudget budget(page.size);
  std::string last_id;
  for (const auto& key : keys) {
    v1::AgentKey item = ToAgentKeyProto(*key);
    if (!budget.Take(item)) {
      response.set_next_page_token(FormatPageToken(query, last_id));
      break;
    }
    *response.add_agent_keys() = std::move(item);
    last_id = key->id;
  }
  return absl::OkStatus();
}

absl::Status AccessService::RevokeKey(const v1::RevokeAgentKeyRequest& request) {
  ASSIGN_OR_RETURN(const AgentKeyName name, ParseAgentKeyName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  return credentials_.RevokeAgentKey(name, options);
}

absl::Status AccessService::CreateToken(const v1::CreateAdminTokenRequest& request,
                                        v1::AdminToken& response) {
  ASSIGN_OR_RETURN(const AdminRole role, RoleFromProto(request.admin_token().role()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  ASSIGN_OR_RETURN(const NewCredential created,
                   credentials_.CreateAdminToken(role, FromProto(request.admin_token()), options));
  response = ToAdminTokenProto(created.credential);
  response.set_token(created.key);
  LogCreated(created);
  return absl::OkStatus();
}

absl::Status AccessService::ListTokens(const v1::ListAdminTokensRequest& request,
                                       v1::ListAdminTokensResponse& response) const {
  const std::string query = "adminTokens";
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(query, request.page_size(), request.page_token()));
  const auto tokens =
      catalog_.View()->ListCredentials(page.after, page.size + 1, [](const Credential& credential) {
        return std::holds_alternative<AdminGrant>(credential.grant);
      });
  PageBudget budget(page.size);
  std::string last_id;
  for (const auto& token : tokens) {
    v1::AdminToken item = ToAdminTokenProto(*token);
    if (!budget.Take(item)) {
      response.set_next_page_token(FormatPageToken(query, last_id));
      break;
    }
    *response.add_admin_tokens() = std::move(item);
    last_id = token->id;
  }
  return absl::OkStatus();
}

absl::Status AccessService::RevokeToken(const v1::RevokeAdminTokenRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseAdminTokenName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  return credentials_.RevokeAdminToken(id, request.force(), options);
}

grpc::ServerUnaryReactor* AccessService::CreateAgentKey(grpc::CallbackServerContext* context,
                                                        const v1::CreateAgentKeyRequest* request,
                                                        v1::AgentKey* response) {
  return runner_.RunInQueue(context, RpcMethod::kCreateAgentKey, *request,
                            [=, this] { return CreateKey(*request, *response); });
}

grpc::ServerUnaryReactor* AccessService::ListAgentKeys(grpc::CallbackServerContext* context,
                                                       const v1::ListAgentKeysRequest* request,
                                                       v1::ListAgentKeysResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListAgentKeys, *request,
                            [=, this] { return ListKeys(*request, *response); });
}

grpc::ServerUnaryReactor* AccessService::RevokeAgentKey(grpc::CallbackServerContext* context,
                                                        const v1::RevokeAgentKeyRequest* request,
                                                        google::protobuf::Empty* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kRevokeAgentKey, *request,
                            [=, this] { return RevokeKey(*request); });
}

grpc::ServerUnaryReactor* AccessService::CreateAdminToken(
    grpc::CallbackServerContext* context, const v1::CreateAdminTokenRequest* request,
    v1::AdminToken* response) {
  return runner_.RunInQueue(context, RpcMethod::kCreateAdminToken, *request,
                            [=, this] { return CreateToken(*request, *response); });
}

grpc::ServerUnaryReactor* AccessService::ListAdminTokens(grpc::CallbackServerContext* context,
                                                         const v1::ListAdminTokensRequest* request,
                                                         v1::ListAdminTokensResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListAdminTokens, *request,
                            [=, this] { return ListTokens(*request, *response); });
}

grpc::ServerUnaryReactor* AccessService::RevokeAdminToken(
    grpc::CallbackServerContext* context, const v1::RevokeAdminTokenRequest* request,
    google::protobuf::Empty* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kRevokeAdminToken, *request,
                            [=, this] { return RevokeToken(*request); });
}

}  // namespace bellwether
