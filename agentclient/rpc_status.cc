#include "agentclient/rpc_status.h"

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agentclient/proto_duration.h"
#include "controlplane/model/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {
namespace {

constexpr absl::string_view kDomain = "bellwether";
constexpr absl::string_view kRetryDelayUrl = "bellwether/retry_delay_ms";

std::optional<Reason> FindReason(absl::string_view name) {
  static const auto* const kReasons = [] {
    auto* reasons = new std::map<std::string, Reason, std::less<>>;
    // The number after the last reason has no name.
    for (int i = 0; ReasonName(static_cast<Reason>(i)) != "UNKNOWN"; ++i) {
      reasons->emplace(ReasonName(static_cast<Reason>(i)), static_cast<Reason>(i));
    }
    return reasons;
  }();
  const auto found = kReasons->find(name);
  if (found == kReasons->end()) return std::nullopt;
  return found->second;
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  absl::Status result(code, status.error_message());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return result;
  }
  std::optional<absl::Duration> retry_delay;
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo error_info;
    google::rpc::RetryInfo retry_info;
    if (detail.UnpackTo(&error_info)) {
      const std::optional<Reason> reason = FindReason(error_info.reason());
      if (!reason.has_value() || error_info.domain() != kDomain) continue;
      result = MakeError(code, *reason, status.error_message(),
                         {error_info.metadata().begin(), error_info.metadata().end()});
    } else if (detail.UnpackTo(&retry_info) && retry_info.has_retry_delay()) {
      retry_delay = FromProto(retry_info.retry_delay());
    }
  }
  if (retry_delay.has_value()) {
    result.SetPayload(kRetryDelayUrl,
                      absl::Cord(absl::StrCat(absl::ToInt64Milliseconds(*retry_delay))));
  }
  return result;
}

std::optional<absl::Duration> GetRetryDelay(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kRetryDelayUrl);
  int64_t milliseconds = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &milliseconds)) {
    return std::nullopt;
  }
  return absl::Milliseconds(milliseconds);
}

}  // namespace bellwether
