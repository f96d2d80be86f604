#include "controlplane/base/did_you_mean.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

const std::vector<std::string>& Names() {
  static const std::vector<std::string> kNames = {"admin_address", "agent_address",
                                                  "data_dir",      "authentication",
                                                  "file",          "controlPlaneAddress"};
  return kNames;
}

TEST(DidYouMeanTest, FindsTheNearestName) {
  EXPECT_EQ(NearestName("admin_adress", Names()), "admin_address");
  EXPECT_EQ(NearestName("agent_addres", Names()), "agent_address");
  EXPECT_EQ(NearestName("data-dir", Names()), "data_dir");
  EXPECT_EQ(NearestName("DATADIR", Names()), "data_dir");
  EXPECT_EQ(NearestName("authenticaiton", Names()), "authentication");
  EXPECT_EQ(NearestName("fiel", Names()), "file");
  EXPECT_EQ(NearestName("controlplaneadress", Names()), "controlPlaneAddress");
}

TEST(DidYouMeanTest, WhatIsLikeNoNameHasNone) {
  EXPECT_EQ(NearestName("colour", Names()), "");
  EXPECT_EQ(NearestName("", Names()), "");
  EXPECT_EQ(NearestName("x", Names()), "");
  EXPECT_EQ(NearestName("fs", Names()), "");
  EXPECT_EQ(NearestName(std::string(100'000, 'a'), Names()), "");
  EXPECT_EQ(NearestName("data_dir", {}), "");
}

TEST(DidYouMeanTest, SaysIt) {
  EXPECT_EQ(DidYouMean("data_dri", Names(), "--"), "; did you mean --data_dir?");
  EXPECT_EQ(DidYouMean("colour", Names(), "--"), "");
}

}  // namespace
}  // namespace bellwether
