#include "controlplane/service/update_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/v1/virtual_cluster.pb.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kFields[] = {"deletion_protection", "display_name", "labels", "zone_cidrs"};

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

v1::VirtualCluster Named(const std::string& display_name) {
  v1::VirtualCluster cluster;
  cluster.set_name("virtualClusters/orders");
  cluster.set_display_name(display_name);
  return cluster;
}

TEST(UpdateMaskTest, AStarMeansEveryField) {
  EXPECT_THAT(*FieldsToUpdate(Mask({"*"}), Named(""), kFields),
              ElementsAre("deletion_protection", "display_name", "labels", "zone_cidrs"));
}

TEST(UpdateMaskTest, WithoutAMaskTheFieldsThatAreSetAreMeant) {
  EXPECT_THAT(*FieldsToUpdate(Mask({}), Named("Orders"), kFields), ElementsAre("display_name"));
  v1::VirtualCluster cluster = Named("");
  cluster.set_deletion_protection(true);
  (*cluster.mutable_labels())["team"] = "shop";
  cluster.add_zone_cidrs();
  EXPECT_THAT(*FieldsToUpdate(Mask({}), cluster, kFields),
              ElementsAre("deletion_protection", "labels", "zone_cidrs"));
}

TEST(UpdateMaskTest, WithoutAMaskAndWithoutAFieldItIsRefused) {
  v1::VirtualCluster cluster = Named("");
  cluster.set_uid("vci_that_only_the_server_sets");
  EXPECT_EQ(GetReason(FieldsToUpdate(Mask({}), cluster, kFields).status()),
            Reason::kInvalidFieldMask);
}

TEST(UpdateMaskTest, AMaskMeansTheFieldsThatItNames) {
  EXPECT_THAT(*FieldsToUpdate(Mask({"labels"}), Named("Orders"), kFields), ElementsAre("labels"));
}

TEST(UpdateMaskTest, UnknownPathIsRefusedAndTheKnownOnesAreNamed) {
  const auto fields = FieldsToUpdate(Mask({"labels", "uid"}), Named("Orders"), kFields);
  EXPECT_EQ(GetReason(fields.status()), Reason::kInvalidFieldMask);
  EXPECT_THAT(std::string(fields.status().message()),
              testing::AllOf(HasSubstr("\"uid\""), HasSubstr("display_name, labels, zone_cidrs")));
}

}  // namespace
}  // namespace bellwether
