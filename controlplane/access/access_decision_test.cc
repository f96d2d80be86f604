#include "controlplane/access/access_decision.h"

#include <gtest/gtest.h>

#include <string>

namespace bellwether {
namespace {

constexpr AccessRule kAdminRules[] = {AccessRule::kViewer, AccessRule::kOperator,
                                      AccessRule::kAdmin};

class AccessDecisionTest : public testing::Test {
 protected:
  AccessDecisionTest() {
    cluster_.id = "orders";
    cluster_.uid = "vci_orders1";
    cluster_.agent_pool_id = "apn_orders";
    credential_.id = "agk_1";
    credential_.secret_hash = HashSecret("right");
    credential_.grant = AgentGrant{"orders", "vci_orders1"};
  }

  // The verdict on a call that brings this secret along.
  AccessVerdict Verdict(AccessRule rule, const AccessScope& scope = {},
                        const std::string& secret = "right") const {
    return Decide(rule, scope, {PresentedKey{"agk_1", HashSecret(secret)}, &credential_, &cluster_},
                  now_);
  }

  VirtualCluster cluster_;
  Credential credential_;
  const absl::Time now_ = absl::FromUnixSeconds(1'000'000);
};

TEST_F(AccessDecisionTest, AgentKeyIsGoodForItsClusterAndPoolAlone) {
  for (const char* pool : {"apn_orders", "agentPools/apn_orders"}) {
    EXPECT_EQ(Verdict(AccessRule::kAgent, {pool, ""}), AccessVerdict::kAllowed);
    for (const char* cluster : {"orders", "virtualClusters/orders", "vci_orders1"}) {
      EXPECT_EQ(Verdict(AccessRule::kAgent, {"", cluster}), AccessVerdict::kAllowed);
      EXPECT_EQ(Verdict(AccessRule::kAgent, {pool, cluster}), AccessVerdict::kAllowed);
      EXPECT_EQ(Verdict(AccessRule::kAgent, {"apn_other", cluster}), AccessVerdict::kOutOfScope);
    }
    EXPECT_EQ(Verdict(AccessRule::kAgent, {pool, "other"}), AccessVerdict::kOutOfScope);
    EXPECT_EQ(Verdict(AccessRule::kAgent, {pool, "vci_orders2"}), AccessVerdict::kOutOfScope);
  }
  EXPECT_EQ(Verdict(AccessRule::kAgent, {"", ""}), AccessVerdict::kOutOfScope);
}

TEST_F(AccessDecisionTest, AgentKeyOfAClusterWithoutAPoolIsGoodForNoPool) {
  cluster_.agent_pool_id = "";
  EXPECT_EQ(Verdict(AccessRule::kAgent, {"agentPools/", "orders"}), AccessVerdict::kOutOfScope);
  EXPECT_EQ(Verdict(AccessRule::kAgent, {"apn_orders", "orders"}), AccessVerdict::kOutOfScope);
}

TEST_F(AccessDecisionTest, AgentKeyOfADeletedClusterIsNotGoodForTheNextOneOfThatId) {
  cluster_.uid = "vci_orders2";
  EXPECT_EQ(Verdict(AccessRule::kAgent, {"apn_orders", "orders"}), AccessVerdict::kOutOfScope);
  EXPECT_EQ(Decide(AccessRule::kAgent, {"apn_orders", "orders"},
                   {PresentedKey{"agk_1", HashSecret("right")}, &credential_, nullptr}, now_),
            AccessVerdict::kOutOfScope);
}

TEST_F(AccessDecisionTest, AgentKeyOpensNothingOfAdmins) {
  for (const AccessRule rule : kAdminRules) {
    EXPECT_EQ(Verdict(rule, {"apn_orders", "orders"}), AccessVerdict::kWrongKind);
  }
}

TEST_F(AccessDecisionTest, RolesAreAboveEachOther) {
  const AdminRole roles[] = {AdminRole::kViewer, AdminRole::kOperator, AdminRole::kAdmin};
  for (int role = 0; role < 3; ++role) {
    credential_.grant = AdminGrant{roles[role]};
    for (int rule = 0; rule < 3; ++rule) {
      EXPECT_EQ(Verdict(kAdminRules[rule]),
                role >= rule ? AccessVerdict::kAllowed : AccessVerdict::kRoleTooLow);
    }
    EXPECT_EQ(Verdict(AccessRule::kAgent, {"apn_orders", "orders"}), AccessVerdict::kWrongKind);
  }
}

TEST_F(AccessDecisionTest, WhatAgentsAndViewersMayDoIsOpenToBothAndStaysInScope) {
  EXPECT_EQ(Verdict(AccessRule::kAgentOrViewer, {"", "orders"}), AccessVerdict::kAllowed);
  EXPECT_EQ(Verdict(AccessRule::kAgentOrViewer, {"", "other"}), AccessVerdict::kOutOfScope);
  for (const AdminRole role : {AdminRole::kViewer, AdminRole::kOperator, AdminRole::kAdmin}) {
    credential_.grant = AdminGrant{role};
    EXPECT_EQ(Verdict(AccessRule::kAgentOrViewer, {"", "other"}), AccessVerdict::kAllowed);
  }
}

TEST_F(AccessDecisionTest, WithoutTheSecretNothingIsOpen) {
  const AccessScope own = {"apn_orders", "orders"};
  EXPECT_EQ(Verdict(AccessRule::kAgent, own, "wrong"), AccessVerdict::kWrongSecret);
  EXPECT_EQ(Verdict(AccessRule::kAgent, own, "righ"), AccessVerdict::kWrongSecret);
  EXPECT_EQ(Verdict(AccessRule::kAgent, own, ""), AccessVerdict::kWrongSecret);
  EXPECT_EQ(Decide(AccessRule::kAgent, own, {std::nullopt, &credential_, &cluster_}, now_),
            AccessVerdict::kNoCredential);
  EXPECT_EQ(Decide(AccessRule::kAgent, own,
                   {PresentedKey{"agk_2", HashSecret("right")}, nullptr, nullptr}, now_),
            AccessVerdict::kUnknownCredential);
}

TEST_F(AccessDecisionTest, ExpiresAtItsTime) {
  const AccessScope own = {"apn_orders", "orders"};
  credential_.expire_time = now_ + absl::Seconds(1);
  EXPECT_EQ(Verdict(AccessRule::kAgent, own), AccessVerdict::kAllowed);
  credential_.expire_time = now_;
  EXPECT_EQ(Verdict(AccessRule::kAgent, own), AccessVerdict::kExpired);
}

TEST_F(AccessDecisionTest, MethodWithoutARuleIsOpenToNobody) {
  for (const auto& grant : {decltype(credential_.grant)(AdminGrant{AdminRole::kAdmin}),
                            decltype(credential_.grant)(AgentGrant{"orders", "vci_orders1"})}) {
    credential_.grant = grant;
    EXPECT_EQ(Verdict(AccessRule(), {"apn_orders", "orders"}), AccessVerdict::kNoRule);
  }
}

}  // namespace
}  // namespace bellwether
