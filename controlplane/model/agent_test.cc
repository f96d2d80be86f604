#include "controlplane/model/agent.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

AgentSpec ValidSpec() {
  AgentSpec spec;
  spec.agent_id = "agent-1";
  spec.boot_id = "boot-1";
  spec.address = {"agent-1.example", 9092};
  return spec;
}

TEST(AgentTest, RolesHaveNames) {
  for (const AgentRole role : {AgentRole::kProxyProduce, AgentRole::kProxyConsume}) {
    EXPECT_EQ(FindAgentRole(AgentRoleName(role)), role);
  }
  EXPECT_EQ(AgentRoleName(AgentRole::kProxyConsume), "proxy-consume");
  EXPECT_EQ(FindAgentRole("Proxy-Consume"), std::nullopt);
  EXPECT_EQ(FindAgentRole(""), std::nullopt);
}

TEST(AgentTest, StatesHaveDistinctNames) {
  std::string names;
  for (const AgentState state : kAgentStates) absl::StrAppend(&names, AgentStateName(state), " ");
  EXPECT_EQ(names, "joining active suspect draining dead ");
}

TEST(AgentTest, AddressesSurviveBeingWrittenAndRead) {
  for (const char* text : {"agent-1.example:9092", "10.0.0.1:1", "[fd00::1]:65535"}) {
    const auto address = ParseHostPort("address", text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(FormatHostPort(*address), text);
  }
  EXPECT_EQ(ParseHostPort("address", "[fd00::1]:80")->host, "fd00::1");
}

TEST(AgentTest, BadAddressIsRefusedWithItsField) {
  for (const char* text :
       {"", "host", "host:", "host:0", "host:65536", "host:-1", "host:http", "host: 80", "host:+80",
        ":9092", "[]:9092", "[fd00::1:9092", "fd00::1]:9092"}) {
    const auto address = ParseHostPort("advertised_address", text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(GetReason(address.status()), Reason::kInvalidArgument);
    EXPECT_EQ(GetErrorMetadata(address.status()).at("field"), "advertised_address");
  }
}

TEST(AgentTest, SpecWithinItsLimitsIsValid) {
  AgentSpec spec = ValidSpec();
  EXPECT_TRUE(ValidateAgentSpec(spec).ok());
  spec.boot_id = std::string(kMaxBootIdLength, 'b');
  const std::string label(63, 'h');
  spec.address.host = absl::StrCat(label, ".", label, ".", label, ".", label);
  spec.zone = std::string(kMaxZoneLength, 'z');
  spec.agent_group = std::string(kMaxAgentGroupLength, 'g');
  spec.software_version = std::string(kMaxSoftwareVersionLength, 'v');
  spec.weight = kMaxWeight;
  EXPECT_TRUE(ValidateAgentSpec(spec).ok()) << ValidateAgentSpec(spec);
}

TEST(AgentTest, SpecBeyondALimitIsRefusedWithItsField) {
  const struct {
    std::string field;
    std::function<void(AgentSpec&)> spoil;
  } cases[] = {
      {"agent_id", [](AgentSpec& spec) { spec.agent_id = "no spaces"; }},
      {"boot_id", [](AgentSpec& spec) { spec.boot_id.clear(); }},
      {"boot_id", [](AgentSpec& spec) { spec.boot_id.assign(kMaxBootIdLength + 1, 'b'); }},
      {"address", [](AgentSpec& spec) { spec.address.host.assign(kMaxHostLength + 1, 'h'); }},
      {"zone", [](AgentSpec& spec) { spec.zone.assign(kMaxZoneLength + 1, 'z'); }},
      {"agent_group", [](AgentSpec& spec) { spec.agent_group.assign(64, 'g'); }},
      {"software_version", [](AgentSpec& spec) { spec.software_version.assign(64, 'v'); }},
      {"weight", [](AgentSpec& spec) { spec.weight = 0; }},
      {"weight", [](AgentSpec& spec) { spec.weight = kMaxWeight + 1; }},
  };
  for (const auto& test_case : cases) {
    AgentSpec spec = ValidSpec();
    test_case.spoil(spec);
    EXPECT_EQ(GetErrorMetadata(CheckAgentSpecLimits(spec))["field"], test_case.field);
    const absl::Status status = ValidateAgentSpec(spec);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test_case.field;
    EXPECT_EQ(GetErrorMetadata(status)["field"], test_case.field) << status;
  }
}

TEST(AgentTest, ANewSpecHasNothingByAccidentAndAnAddressThatClientsReach) {
  const struct {
    std::string field;
    std::function<void(AgentSpec&)> spoil;
  } cases[] = {
      {"boot_id", [](AgentSpec& spec) { spec.boot_id = "boot\n"; }},
      {"address", [](AgentSpec& spec) { spec.address.host = "PLAINTEXT://h1"; }},
      {"address", [](AgentSpec& spec) { spec.address.host = "0.0.0.0"; }},
      {"zone", [](AgentSpec& spec) { spec.zone = "us-east-1a\n"; }},
      {"zone", [](AgentSpec& spec) { spec.zone = "us-east-1a,b"; }},
      {"agent_group", [](AgentSpec& spec) { spec.agent_group = "\"blue\n\""; }},
      {"software_version", [](AgentSpec& spec) { spec.software_version = "'1.0'"; }},
  };
  for (const auto& test_case : cases) {
    AgentSpec spec = ValidSpec();
    test_case.spoil(spec);
    EXPECT_EQ(GetErrorMetadata(ValidateAgentSpec(spec))["field"], test_case.field);
    // An older version may have stored it.
    EXPECT_TRUE(CheckAgentSpecLimits(spec).ok()) << test_case.field;
  }
}

TEST(AgentTest, RegistrationsAreEqualWhereEveryFieldIs) {
  const Registration registration{ValidSpec(), "apn_orders", 3, 17};
  Registration other = registration;
  EXPECT_EQ(other, registration);
  other.spec.zone = "zone-b";
  EXPECT_FALSE(other == registration);
  other = registration;
  other.draining = true;
  EXPECT_FALSE(other == registration);
}

}  // namespace
}  // namespace bellwether
