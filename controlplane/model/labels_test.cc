#include "controlplane/model/labels.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// As many labels as may be, each as long as may be.
Labels LargestLabels() {
  Labels labels;
  for (size_t i = 0; i < kMaxLabels; ++i) {
    std::string key = absl::StrCat(i, "-");
    key.resize(kMaxLabelKeyLength, 'k');
    labels[key] = std::string(kMaxLabelValueLength, 'v');
  }
  return labels;
}

void ExpectRefused(const Labels& labels, const std::string& says) {
  const absl::Status status = ValidateLabels(labels);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(GetReason(status), Reason::kLimitExceeded);
  EXPECT_NE(std::string(status.message()).find(says), std::string::npos) << status;
}

TEST(LabelsTest, TheLargestAreTaken) {
  EXPECT_TRUE(ValidateLabels({}).ok());
  EXPECT_TRUE(ValidateLabels({{"team", ""}}).ok());
  EXPECT_TRUE(ValidateLabels(LargestLabels()).ok()) << ValidateLabels(LargestLabels());
}

TEST(LabelsTest, OneTooManyOrOneByteTooLongIsRefusedAndTheLimitTold) {
  Labels labels = LargestLabels();
  labels["team"] = "payments";
  ExpectRefused(labels, absl::StrCat(kMaxLabels, " labels"));
  ExpectRefused({{std::string(kMaxLabelKeyLength + 1, 'k'), ""}},
                absl::StrCat(kMaxLabelKeyLength, " bytes"));
  ExpectRefused({{"", "payments"}}, "a key must have 1 to");
  ExpectRefused({{"team", std::string(kMaxLabelValueLength + 1, 'v')}}, "labels[team]");
}

TEST(LabelsTest, ADisplayNameHasALimit) {
  EXPECT_TRUE(ValidateDisplayName(std::string(kMaxDisplayNameLength, 'x')).ok());
  const absl::Status status = ValidateDisplayName(std::string(kMaxDisplayNameLength + 1, 'x'));
  EXPECT_EQ(GetReason(status), Reason::kLimitExceeded) << status;
}

}  // namespace
}  // namespace bellwether
