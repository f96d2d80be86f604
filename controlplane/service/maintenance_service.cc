#include "controlplane/service/maintenance_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/service/page.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {
namespace {

// What lists and their page tokens are about.
constexpr char kListQuery[] = "backups";

}  // namespace

MaintenanceService::MaintenanceService(const Catalog& catalog, Backups& backups,
                                       const RpcRunner& runner)
    : catalog_(catalog), backups_(backups), runner_(runner) {}

absl::Status MaintenanceService::Create(v1::Backup& response) {
  ASSIGN_OR_RETURN(const Backup backup, backups_.Create());
  response = ToProto(backup);
  return absl::OkStatus();
}

absl::Status MaintenanceService::List(const v1::ListBackupsRequest& request,
                                      v1::ListBackupsResponse& response) const {
  ASSIGN_OR_RETURN(const PageStart page,
                   ParsePage(kListQuery, request.page_size(), request.page_token()));
  ASSIGN_OR_RETURN(const std::vector<Backup> backups, backups_.List());
  auto next = std::find_if(backups.begin(), backups.end(),
                           [&page](const Backup& backup) { return backup.id > page.after; });
  PageBudget budget(page.size);
  for (; next != backups.end(); ++next) {
    v1::Backup item = ToProto(*next);
    if (!budget.Take(item)) break;
    *response.add_backups() = std::move(item);
  }
  if (next != backups.end()) {
    response.set_next_page_token(FormatPageToken(kListQuery, std::prev(next)->id));
  }
  return absl::OkStatus();
}

v1::Backup MaintenanceService::ToProto(const Backup& backup) const {
  v1::Backup proto;
  proto.set_name(absl::StrCat("backups/", backup.id));
  proto.set_path(backup.location);
  *proto.mutable_create_time() = bellwether::ToProto(backup.create_time);
  proto.set_revision(backup.revision);
  proto.set_cluster_uid(catalog_.cluster_uid());
  return proto;
}

grpc::ServerUnaryReactor* MaintenanceService::CreateBackup(grpc::CallbackServerContext* context,
                                                           const v1::CreateBackupRequest* request,
                                                           v1::Backup* response) {
  return runner_.RunInQueue(context, RpcMethod::kCreateBackup, *request,
                            [=, this] { return Create(*response); });
}

grpc::ServerUnaryReactor* MaintenanceService::ListBackups(grpc::CallbackServerContext* context,
                                                          const v1::ListBackupsRequest* request,
                                                          v1::ListBackupsResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kListBackups, *request,
                            [=, this] { return List(*request, *response); });
}

}  // namespace bellwether
