#include "agentclient/reference_agent/kafka/api_versions.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(ApiVersionsTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 3; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("api_versions", version);
    const auto request = ParseWholeAndTruncated(frame, ParseApiVersionsRequest);
    EXPECT_EQ(request.client_software_name, version >= 3 ? "lib" : "");
    EXPECT_EQ(request.client_software_version, version >= 3 ? "1.2" : "");
  }
}

// Also that the header has no tagged fields, whatever the version.
TEST(ApiVersionsTest, ResponsesOfEveryVersion) {
  for (int version = 0; version <= 3; ++version) {
    EXPECT_EQ(ResponseFrame(18, version,
                            [version](WireWriter& writer) {
                              WriteApiVersionsResponse(version, ErrorCode::kNone, writer);
                            }),
              Golden(absl::StrCat("api_versions.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
