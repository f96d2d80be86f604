#ifndef CONTROLPLANE_SERVICE_AUTHORIZER_H_
#define CONTROLPLANE_SERVICE_AUTHORIZER_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {

// Whether credentials are required.
enum class Authentication { kOff, kRequired };

// The caller of a call, for the log: the id of a credential, or "anonymous" if authentication is
// off.
using Identity = std::string;

// Every call passes here before it has any effect. The authorizer looks up the call's credential,
// decides by the method's rule, and logs events for auditors. Uses no disk and no lock.
// Thread-safe.
class Authorizer {
 public:
  // All must outlive it.
  Authorizer(const Catalog& catalog, const Clock& clock, LimitedLog& log,
             Authentication authentication);

  // The caller, if the call may be made. Else PERMISSION_DENIED (kPermissionDenied), with the same
  // text whatever is wrong and whatever exists, and a more detailed line in the log: one a minute
  // for each identity, address and reason, with the number of those left out. One exception: the
  // holder of a valid agent key whose call is about something else learns the key's own virtual
  // cluster and agent pool, whatever the call was about.
  absl::StatusOr<Identity> Authorize(const grpc::ServerContextBase& context, RpcMethod method,
                                     const google::protobuf::Message& request) const;

  // Logs a change that an admin requested, and its result. Does nothing for other methods. Every
  // successful change is logged, with `changes` (ChangedFields) if there are any; failed ones are
  // limited as refusals are, by resource.
  void Audit(const grpc::ServerContextBase& context, RpcMethod method,
             const google::protobuf::Message& request, const Identity& identity,
             const absl::Status& outcome, absl::string_view changes) const;

 private:
  const Catalog& catalog_;
  const Clock& clock_;
  LimitedLog& log_;
  const Authentication authentication_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_AUTHORIZER_H_
