#include "controlplane/service/virtual_cluster_service.h"

#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/changed_fields.h"
#include "controlplane/service/page.h"
#include "controlplane/service/resource_proto.h"
#include "controlplane/service/update_mask.h"

namespace bellwether {
namespace {

// What lists and their page tokens are about.
std::string ListQuery(bool show_deleted) {
  return absl::StrCat("virtualClusters show_deleted=", show_deleted);
}

}  // namespace

VirtualClusterService::VirtualClusterService(Catalog& catalog, const RpcRunner& runner)
    : catalog_(catalog), runner_(runner) {}

absl::Status VirtualClusterService::Create(const v1::CreateVirtualClusterRequest& request,
                                           v1::VirtualCluster& response, std::string& changes) {
  RETURN_IF_ERROR(ValidateResourceId("virtual_cluster_id", request.virtual_cluster_id()));
  const std::set<std::string> fields(std::begin(kVirtualClusterFields),
                                     std::end(kVirtualClusterFields));
  ASSIGN_OR_RETURN(const VirtualClusterFields values, FromProto(request.virtual_cluster(), fields));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), ""));
  ASSIGN_OR_RETURN(const VirtualCluster cluster,
                   catalog_.CreateVirtualCluster(request.virtual_cluster_id(), values, options));
  response = ToProto(cluster);
  changes = ChangedFields(v1::VirtualCluster(), response);
  return absl::OkStatus();
}

absl::Status VirtualClusterService::Get(const v1::GetVirtualClusterRequest& request,
                                        v1::VirtualCluster& response) const {
  ASSIGN_OR_RETURN(const std::string id, ParseVirtualClusterName("name", request.name()));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VirtualCluster> cluster,
                   catalog_.View()->GetVirtualCluster(id));
  response = ToProto(*cluster);
  return absl::OkStatus();
}

absl::Status VirtualClusterService::List(const v1::ListVirtualClustersRequest& request,
                                         v1::ListVirtualClustersResponse& response) const {
  const std::string query = ListQuery(request.show_deleted());
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(query, request.page_size(), request.page_token()));
  // One item more than the page shows whether another page follows.
  const auto clusters =
      catalog_.View()->ListVirtualClusters(page.after, page.size + 1, request.show_deleted());
  PageBudget budget(page.size);
  for (const auto& cluster : clusters) {
    v1::VirtualCluster item = ToProto(*cluster);
    if (!budget.Take(item)) {
      response.set_next_page_token(FormatPageToken(
          query, StripVirtualClusterCollection(response.virtual_clusters().rbegin()->name())));
      break;
    }
    *response.add_virtual_clusters() = std::move(item);
  }
  return absl::OkStatus();
}

absl::Status VirtualClusterService::Update(const v1::UpdateVirtualClusterRequest& request,
                                           v1::VirtualCluster& response, std::string& changes) {
  const v1::VirtualCluster& wanted = request.virtual_cluster();
  ASSIGN_OR_RETURN(const std::string id,
                   ParseVirtualClusterName("virtual_cluster.name", wanted.name()));
  ASSIGN_OR_RETURN(const std::set<std::string> fields,
                   FieldsToUpdate(request.update_mask(), wanted, kVirtualClusterFields));
  ASSIGN_OR_RETURN(const VirtualClusterFields values, FromProto(wanted, fields));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), wanted.etag()));
  const std::shared_ptr<const VirtualCluster> before = catalog_.View()->FindVirtualCluster(id);
  ASSIGN_OR_RETURN(const VirtualCluster cluster,
                   catalog_.UpdateVirtualCluster(id, values, options));
  response = ToProto(cluster);
  if (before != nullptr) changes = ChangedFields(ToProto(*before), response);
  return absl::OkStatus();
}

absl::Status VirtualClusterService::Delete(const v1::DeleteVirtualClusterRequest& request,
                                           v1::VirtualCluster& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseVirtualClusterName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), request.etag()));
  ASSIGN_OR_RETURN(const VirtualCluster cluster,
                   catalog_.DeleteVirtualCluster(id, request.force(), options));
  response = ToProto(cluster);
  return absl::OkStatus();
}

absl::Status VirtualClusterService::Undelete(const v1::UndeleteVirtualClusterRequest& request,
                                             v1::VirtualCluster& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseVirtualClusterName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), request.etag()));
  ASSIGN_OR_RETURN(const VirtualCluster cluster, catalog_.UndeleteVirtualCluster(id, options));
  response = ToProto(cluster);
  return absl::OkStatus();
}

absl::Status VirtualClusterService::Purge(const v1::PurgeVirtualClusterRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseVirtualClusterName("name", request.name()));
  ASSIGN_OR_RETURN(const ChangeOptions options,
                   ToChangeOptions(request.validate_only(), request.request_id(), request.etag()));
  return catalog_.PurgeVirtualCluster(id, options);
}

grpc::ServerUnaryReactor* VirtualClusterService::CreateVirtualCluster(
    grpc::CallbackServerContext* context, const v1::CreateVirtualClusterRequest* request,
    v1::VirtualCluster* response) {
  return runner_.RunInQueue(
      context, RpcMethod::kCreateVirtualCluster, *request,
      [=, this](std::string& changes) { return Create(*request, *response, changes); });
}

grpc::ServerUnaryReactor* VirtualClusterService::GetVirtualCluster(
    grpc::CallbackServerContext* context, const v1::GetVirtualClusterRequest* request,
    v1::VirtualCluster* response) {
  return runner_.Run(context, RpcMethod::kGetVirtualCluster, *request,
                     [=, this] { return Get(*request, *response); });
}

grpc::ServerUnaryReactor* VirtualClusterService::ListVirtualClusters(
    grpc::CallbackServerContext* context, const v1::ListVirtualClustersRequest* request,
    v1::ListVirtualClustersResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListVirtualClusters, *request,
                            [=, this] { return List(*request, *response); });
}

grpc::ServerUnaryReactor* VirtualClusterService::UpdateVirtualCluster(
    grpc::CallbackServerContext* context, const v1::UpdateVirtualClusterRequest* request,
    v1::VirtualCluster* response) {
  return runner_.RunInQueue(
      context, RpcMethod::kUpdateVirtualCluster, *request,
      [=, this](std::string& changes) { return Update(*request, *response, changes); });
}

grpc::ServerUnaryReactor* VirtualClusterService::DeleteVirtualCluster(
    grpc::CallbackServerContext* context, const v1::DeleteVirtualClusterRequest* request,
    v1::VirtualCluster* response) {
  return runner_.RunInQueue(context, RpcMethod::kDeleteVirtualCluster, *request,
                            [=, this] { return Delete(*request, *response); });
}

grpc::ServerUnaryReactor* VirtualClusterService::UndeleteVirtualCluster(
    grpc::CallbackServerContext* context, const v1::UndeleteVirtualClusterRequest* request,
    v1::VirtualCluster* response) {
  return runner_.RunInQueue(context, RpcMethod::kUndeleteVirtualCluster, *request,
                            [=, this] { return Undelete(*request, *response); });
}

grpc::ServerUnaryReactor* VirtualClusterService::PurgeVirtualCluster(
    grpc::CallbackServerContext* context, const v1::PurgeVirtualClusterRequest* request,
    google::protobuf::Empty* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kPurgeVirtualCluster, *request,
                            [=, this] { return Purge(*request); });
}

}  // namespace bellwether
