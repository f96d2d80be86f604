#include "controlplane/base/grpc_log.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "controlplane/base/limited_log.h"

namespace bellwether {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(GrpcLogTest, LinesOfGrpcAreLinesOfOurs) {
  RouteGrpcLog("quiet_file.cc");
  // As gRPC does when it starts.
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  testing::internal::CaptureStderr();
  const std::string long_text(5'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    gpr_log("src/core/some_file.cc", 12, GPR_LOG_SEVERITY_ERROR, "line %d: %s", i,
            long_text.c_str());
  }
  gpr_log("src/core/some_file.cc", 13, GPR_LOG_SEVERITY_ERROR, "another");
  gpr_log("src/core/quiet_file.cc", 14, GPR_LOG_SEVERITY_ERROR, "for debugging");
  ProcessLimitedLog().WriteRest();
  const std::vector<std::string> lines =
      absl::StrSplit(testing::internal::GetCapturedStderr(), '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr("level=warning event=grpc message=\"line 0: xxx"),
                                       HasSubstr("at=some_file.cc:12"), Not(HasSubstr("left_out"))),
                                 HasSubstr("message=another at=some_file.cc:13"),
                                 AllOf(HasSubstr("line 999: "), HasSubstr("left_out=998"))));
  EXPECT_THAT(lines.front(), SizeIs(testing::Lt(700)));
}

}  // namespace
}  // namespace bellwether
