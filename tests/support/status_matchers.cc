#include "tests/support/status_matchers.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {

std::string ErrorReason(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details())) << status.error_message();
  std::string reason;
  int found = 0;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo error_info;
    if (!detail.UnpackTo(&error_info)) continue;
    ++found;
    EXPECT_EQ(error_info.domain(), "bellwether");
    reason = error_info.reason();
  }
  EXPECT_EQ(found, 1) << status.error_message();
  return reason;
}

}  // namespace bellwether
