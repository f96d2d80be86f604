#include "controlplane/service/changed_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "bellwether/v1/virtual_cluster.pb.h"

namespace bellwether {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class ChangedFieldsTest : public testing::Test {
 protected:
  ChangedFieldsTest() {
    before_.set_name("virtualClusters/orders");
    before_.set_display_name("Orders");
    before_.set_etag("e1");
    before_.mutable_update_time()->set_seconds(1);
    (*before_.mutable_labels())["team"] = "billing";
    before_.set_deletion_protection(true);
    after_ = before_;
  }

  v1::VirtualCluster before_;
  v1::VirtualCluster after_;
};

TEST_F(ChangedFieldsTest, NothingChanged) {
  after_.mutable_update_time()->set_seconds(2);
  EXPECT_EQ(ChangedFields(before_, after_), "");
}

TEST_F(ChangedFieldsTest, EachFieldIsShownFromAndTo) {
  after_.set_display_name("Orders \"2\"");
  after_.set_deletion_protection(false);
  after_.set_max_listed_brokers(5);
  after_.set_etag("e2");
  EXPECT_EQ(ChangedFields(before_, after_),
            "display_name: \"Orders\" -> \"Orders \\\"2\\\"\"; etag: \"e1\" -> \"e2\"; "
            "deletion_protection: true -> false; max_listed_brokers: 0 -> 5");
}

TEST_F(ChangedFieldsTest, LabelsAreShownByKey) {
  after_.mutable_labels()->clear();
  (*after_.mutable_labels())["tier"] = "1";
  EXPECT_EQ(ChangedFields(before_, after_),
            "labels.team: \"billing\" -> (none); labels.tier: (none) -> \"1\"");
}

TEST_F(ChangedFieldsTest, OfListsWhatIsRemovedAndAddedIsShown) {
  v1::ZoneCidr* const west = before_.add_zone_cidrs();
  west->set_cidr("10.0.0.0/8");
  west->set_zone("west");
  v1::ZoneCidr* const east = after_.add_zone_cidrs();
  east->set_cidr("11.0.0.0/8");
  east->set_zone("east");
  EXPECT_THAT(ChangedFields(before_, after_),
              AllOf(HasSubstr("zone_cidrs: removed {"), HasSubstr("10.0.0.0/8"),
                    HasSubstr(", added {"), HasSubstr("11.0.0.0/8")));
}

TEST_F(ChangedFieldsTest, HoweverMuchChangedTheTextIsShort) {
  for (int i = 0; i < 256; ++i) {
    after_.add_zone_cidrs()->set_cidr(absl::StrCat("10.", i, ".0.0/16"));
  }
  for (int i = 0; i < 64; ++i) {
    (*after_.mutable_labels())[std::string(60, 'k') + absl::StrCat(i)] = std::string(60, 'v');
  }
  after_.set_display_name(std::string(10'000, 'x'));
  const std::string changes = ChangedFields(before_, after_);
  EXPECT_THAT(changes, AllOf(SizeIs(testing::Lt(2'100)), HasSubstr("display_name: ")));
  EXPECT_THAT(changes, Not(HasSubstr(std::string(200, 'x'))));
}

}  // namespace
}  // namespace bellwether
