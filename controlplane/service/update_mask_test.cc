#include "controlplane/service/update_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kFields[] = {"display_name", "labels"};

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

TEST(UpdateMaskTest, EmptyAndStarMeanEverything) {
  EXPECT_THAT(*FieldsToUpdate(Mask({}), kFields), ElementsAre("display_name", "labels"));
  EXPECT_THAT(*FieldsToUpdate(Mask({"*"}), kFields), ElementsAre("display_name", "labels"));
}

TEST(UpdateMaskTest, NamesWhatItNames) {
  EXPECT_THAT(*FieldsToUpdate(Mask({"labels"}), kFields), ElementsAre("labels"));
}

TEST(UpdateMaskTest, UnknownPathIsRefusedAndTheKnownOnesAreNamed) {
  const auto fields = FieldsToUpdate(Mask({"labels", "uid"}), kFields);
  EXPECT_EQ(GetReason(fields.status()), Reason::kInvalidFieldMask);
  EXPECT_THAT(std::string(fields.status().message()),
              testing::AllOf(HasSubstr("\"uid\""), HasSubstr("display_name, labels")));
}

}  // namespace
}  // namespace bellwether
