#include "controlplane/service/grpc_status.h"

#include <map>
#include <optional>
#include <string>

#include "controlplane/model/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {
namespace {

constexpr char kDomain[] = "bellwether";
// Long enough for a restart or a full queue to pass, short enough for a client that waits.
constexpr int kRetryDelaySeconds = 1;

bool IsWorthTryingAgain(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;

  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));

  google::rpc::ErrorInfo error_info;
  const std::optional<Reason> reason = GetReason(status);
  error_info.set_reason(reason.has_value() ? std::string(ReasonName(*reason)) : "INTERNAL");
  error_info.set_domain(kDomain);
  for (const auto& [key, value] : GetErrorMetadata(status)) {
    (*error_info.mutable_metadata())[key] = value;
  }
  details.add_details()->PackFrom(error_info);

  if (IsWorthTryingAgain(status.code())) {
    google::rpc::RetryInfo retry_info;
    retry_info.mutable_retry_delay()->set_seconds(kRetryDelaySeconds);
    details.add_details()->PackFrom(retry_info);
  }
  // absl and gRPC share the canonical codes and their numbers.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

}  // namespace bellwether
