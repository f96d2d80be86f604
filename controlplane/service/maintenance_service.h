#ifndef CONTROLPLANE_SERVICE_MAINTENANCE_SERVICE_H_
#define CONTROLPLANE_SERVICE_MAINTENANCE_SERVICE_H_

#include "absl/status/status.h"
#include "bellwether/v1/maintenance.grpc.pb.h"
#include "controlplane/catalog/backups.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.MaintenanceService, implemented with the backups of the catalog's data.
// Thread-safe.
class MaintenanceService final : public v1::MaintenanceService::CallbackService {
 public:
  // All must outlive every call.
  MaintenanceService(const Catalog& catalog, Backups& backups, const RpcRunner& runner);

  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const v1::CreateBackupRequest* request,
                                         v1::Backup* response) override;
  grpc::ServerUnaryReactor* ListBackups(grpc::CallbackServerContext* context,
                                        const v1::ListBackupsRequest* request,
                                        v1::ListBackupsResponse* response) override;

 private:
  absl::Status Create(v1::Backup& response);
  absl::Status List(const v1::ListBackupsRequest& request, v1::ListBackupsResponse& response) const;
  v1::Backup ToProto(const Backup& backup) const;

  const Catalog& catalog_;
  Backups& backups_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_MAINTENANCE_SERVICE_H_
