#ifndef CONTROLPLANE_SERVICE_VIRTUAL_CLUSTER_SERVICE_H_
#define CONTROLPLANE_SERVICE_VIRTUAL_CLUSTER_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.VirtualClusterService, implemented with the catalog. Thread-safe.
class VirtualClusterService final : public v1::VirtualClusterService::CallbackService {
 public:
  // Both must outlive every call.
  VirtualClusterService(Catalog& catalog, const RpcRunner& runner);

  grpc::ServerUnaryReactor* CreateVirtualCluster(grpc::CallbackServerContext* context,
                                                 const v1::CreateVirtualClusterRequest* request,
                                                 v1::VirtualCluster* response) override;
  grpc::ServerUnaryReactor* GetVirtualCluster(grpc::CallbackServerContext* context,
                                              const v1::GetVirtualClusterRequest* request,
                                              v1::VirtualCluster* response) override;
  grpc::ServerUnaryReactor* ListVirtualClusters(grpc::CallbackServerContext* context,
                                                const v1::ListVirtualClustersRequest* request,
                                                v1::ListVirtualClustersResponse* response) override;
  grpc::ServerUnaryReactor* UpdateVirtualCluster(grpc::CallbackServerContext* context,
                                                 const v1::UpdateVirtualClusterRequest* request,
                                                 v1::VirtualCluster* response) override;
  grpc::ServerUnaryReactor* DeleteVirtualCluster(grpc::CallbackServerContext* context,
                                                 const v1::DeleteVirtualClusterRequest* request,
                                                 v1::VirtualCluster* response) override;
  grpc::ServerUnaryReactor* UndeleteVirtualCluster(grpc::CallbackServerContext* context,
                                                   const v1::UndeleteVirtualClusterRequest* request,
                                                   v1::VirtualCluster* response) override;
  grpc::ServerUnaryReactor* PurgeVirtualCluster(grpc::CallbackServerContext* context,
                                                const v1::PurgeVirtualClusterRequest* request,
                                                google::protobuf::Empty* response) override;

 private:
  // Sets `changes` to the ChangedFields.
  absl::Status Create(const v1::CreateVirtualClusterRequest& request, v1::VirtualCluster& response,
                      std::string& changes);
  absl::Status Get(const v1::GetVirtualClusterRequest& request, v1::VirtualCluster& response) const;
  absl::Status List(const v1::ListVirtualClustersRequest& request,
                    v1::ListVirtualClustersResponse& response) const;
  absl::Status Update(const v1::UpdateVirtualClusterRequest& request, v1::VirtualCluster& response,
                      std::string& changes);
  absl::Status Delete(const v1::DeleteVirtualClusterRequest& request, v1::VirtualCluster& response);
  absl::Status Undelete(const v1::UndeleteVirtualClusterRequest& request,
                        v1::VirtualCluster& response);
  absl::Status Purge(const v1::PurgeVirtualClusterRequest& request);

  Catalog& catalog_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_VIRTUAL_CLUSTER_SERVICE_H_
