#include "tests/support/status_matchers.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {
namespace {

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details())) << status.error_message();
  return details;
}

// The only ErrorInfo; others of the details are ignored.
google::rpc::ErrorInfo InfoIn(const google::rpc::Status& details) {
  google::rpc::ErrorInfo only;
  int found = 0;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo error_info;
    if (!detail.UnpackTo(&error_info)) continue;
    ++found;
    EXPECT_EQ(error_info.domain(), "bellwether");
    only = error_info;
  }
  EXPECT_EQ(found, 1) << details.message();
  return only;
}

std::map<std::string, std::string> MetadataOf(const google::rpc::ErrorInfo& info) {
  return {info.metadata().begin(), info.metadata().end()};
}

}  // namespace

std::string ErrorReason(const grpc::Status& status) { return InfoIn(Details(status)).reason(); }

std::map<std::string, std::string> ErrorMetadata(const grpc::Status& status) {
  return MetadataOf(InfoIn(Details(status)));
}

ErrorFields FieldsOfError(const grpc::Status& status) {
  const google::rpc::Status details = Details(status);
  EXPECT_EQ(details.details_size(), 1) << status.error_message();
  const google::rpc::ErrorInfo info = InfoIn(details);
  return {status.error_code(), status.error_message(), details.code(),
          details.message(),   info.reason(),          MetadataOf(info)};
}

}  // namespace bellwether
