#include "controlplane/model/field_text.h"

#include <gtest/gtest.h>

#include <string>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

void ExpectRefused(const absl::Status& status, const std::string& field, const std::string& text) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(GetReason(status), Reason::kInvalidArgument) << text;
  EXPECT_EQ(GetErrorMetadata(status)["field"], field) << text;
}

TEST(FieldTextTest, AccidentsAreRefusedWithTheirField) {
  EXPECT_TRUE(CheckFieldText("agent_pool", "").ok());
  EXPECT_TRUE(CheckFieldText("agent_pool", "apn_orders").ok());
  for (const std::string text : {"apn_orders\n", " apn_orders", "'apn_orders'", "apn\torders"}) {
    ExpectRefused(CheckFieldText("agent_pool", text), "agent_pool", text);
  }
}

TEST(FieldTextTest, ZonesAndGroupsAreWhatAClientIdCanCarry) {
  for (const std::string name : {"", "us-east-1a", "eu_west.1:b", "rack/7", "Blue"}) {
    EXPECT_TRUE(CheckLocationName("zone", name).ok()) << name;
  }
  for (const std::string name : {"us-east-1a\n", "'us-east-1a '", "\"blue\n\"", "blue\r", "a b",
                                 "a,b", "a|b", "a=b", "a;b", "Z\xC3\xBCrich", "$(ZONE)"}) {
    ExpectRefused(CheckLocationName("zone", name), "zone", name);
  }
}

TEST(FieldTextTest, HostsThatClientsReachAreTaken) {
  for (const std::string host : {"localhost", "kafka.example.com", "kafka.example.com.",
                                 "my_stack_agent_1", "agent-0", "10.0.0.7", "127.0.0.1", "::1",
                                 "2001:db8::1", "::ffff:10.0.0.7", "1a.b", "xn--bcher-kva"}) {
    EXPECT_TRUE(CheckReachableHost("address", host).ok()) << CheckReachableHost("address", host);
  }
}

TEST(FieldTextTest, HostsThatNobodyReachesAreRefused) {
  for (const std::string host : {"",
                                 "PLAINTEXT://h1",
                                 "$(POD_NAME).x",
                                 "${HOST}",
                                 "{{host}}",
                                 "<host>",
                                 "%h",
                                 "b c",
                                 "a..b",
                                 ".a",
                                 "h1:9092",
                                 "h1,h2",
                                 "h1/x",
                                 "-a",
                                 "a-",
                                 "a-.b",
                                 "10.0.0.256",
                                 "10.0.0",
                                 "1.2.3.4.5",
                                 "0.0.0.0",
                                 "::",
                                 "224.0.0.1",
                                 "255.255.255.255",
                                 "ff02::1",
                                 "2001:db8::zz",
                                 "h1\n",
                                 " h1",
                                 "'h1'",
                                 "k\xC3\xA4se",
                                 "*"}) {
    ExpectRefused(CheckReachableHost("address", host), "address", host);
  }
  ExpectRefused(CheckReachableHost("address", std::string(64, 'a')), "address", "a long label");
  ExpectRefused(CheckReachableHost("address", std::string("a\0b", 3)), "address", "a null byte");
}

TEST(FieldTextTest, WhatIsWrongWithAHostIsSaid) {
  const auto message = [](const std::string& host) {
    return std::string(CheckReachableHost("address", host).message());
  };
  EXPECT_NE(message("PLAINTEXT://h1").find("protocol"), std::string::npos);
  EXPECT_NE(message("$(POD_NAME).x").find("placeholder"), std::string::npos);
  EXPECT_NE(message("a..b").find("dots"), std::string::npos);
  EXPECT_NE(message("10.0.0.256").find("IPv4"), std::string::npos);
}

}  // namespace
}  // namespace bellwether
