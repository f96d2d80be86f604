#ifndef CONTROLPLANE_SERVICE_ACCESS_SERVICE_H_
#define CONTROLPLANE_SERVICE_ACCESS_SERVICE_H_

#include "absl/status/status.h"
#include "bellwether/v1/access.grpc.pb.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.AccessService, implemented with the credentials. Thread-safe.
class AccessService final : public v1::AccessService::CallbackService {
 public:
  // All must outlive every call.
  AccessService(const Catalog& catalog, Credentials& credentials, const RpcRunner& runner);

  grpc::ServerUnaryReactor* CreateAgentKey(grpc::CallbackServerContext* context,
                                           const v1::CreateAgentKeyRequest* request,
                                           v1::AgentKey* response) override;
  grpc::ServerUnaryReactor* ListAgentKeys(grpc::CallbackServerContext* context,
                                          const v1::ListAgentKeysRequest* request,
                                          v1::ListAgentKeysResponse* response) override;
  grpc::ServerUnaryReactor* RevokeAgentKey(grpc::CallbackServerContext* context,
                                           const v1::RevokeAgentKeyRequest* request,
                                           google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* CreateAdminToken(grpc::CallbackServerContext* context,
                                             const v1::CreateAdminTokenRequest* request,
                                             v1::AdminToken* response) override;
  grpc::ServerUnaryReactor* ListAdminTokens(grpc::CallbackServerContext* context,
                                            const v1::ListAdminTokensRequest* request,
                                            v1::ListAdminTokensResponse* response) override;
  grpc::ServerUnaryReactor* RevokeAdminToken(grpc::CallbackServerContext* context,
                                             const v1::RevokeAdminTokenRequest* request,
                                             google::protobuf::Empty* response) override;

 private:
  absl::Status CreateKey(const v1::CreateAgentKeyRequest& request, v1::AgentKey& response);
  absl::Status ListKeys(const v1::ListAgentKeysRequest& request,
                        v1::ListAgentKeysResponse& response) const;
  absl::Status RevokeKey(const v1::RevokeAgentKeyRequest& request);
  absl::Status CreateToken(const v1::CreateAdminTokenRequest& request, v1::AdminToken& response);
  absl::Status ListTokens(const v1::ListAdminTokensRequest& request,
                          v1::ListAdminTokensResponse& response) const;
  absl::Status RevokeToken(const v1::RevokeAdminTokenRequest& request);

  const Catalog& catalog_;
  Credentials& credentials_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_ACCESS_SERVICE_H_
