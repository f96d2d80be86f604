#include "controlplane/model/zone_cidr.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

std::string ZoneOf(const std::vector<ZoneCidr>& cidrs, const std::string& address) {
  const std::optional<IpAddress> parsed = ParseIpAddress(address);
  if (!parsed.has_value()) return "not an address";
  const std::string* zone = FindZone(cidrs, *parsed);
  return zone == nullptr ? "none" : *zone;
}

TEST(ZoneCidrTest, LongestPrefixDecides) {
  const std::vector<ZoneCidr> cidrs = {
      *ParseZoneCidr("10.0.0.0/8", "wide"),    *ParseZoneCidr("10.1.128.0/17", "narrow"),
      *ParseZoneCidr("10.1.0.0/16", "middle"), *ParseZoneCidr("10.1.200.7/32", "host"),
      *ParseZoneCidr("2001:db8::/33", "six"),
  };
  EXPECT_EQ(ZoneOf(cidrs, "10.255.0.1"), "wide");
  EXPECT_EQ(ZoneOf(cidrs, "10.1.127.255"), "middle");
  EXPECT_EQ(ZoneOf(cidrs, "10.1.128.0"), "narrow");
  EXPECT_EQ(ZoneOf(cidrs, "10.1.200.7"), "host");
  EXPECT_EQ(ZoneOf(cidrs, "11.0.0.0"), "none");
  EXPECT_EQ(ZoneOf(cidrs, "2001:db8:7fff::1"), "six");
  EXPECT_EQ(ZoneOf(cidrs, "2001:db8:8000::1"), "none");
}

TEST(ZoneCidrTest, Ipv4IsTheSameWrittenAsIpv6) {
  const std::vector<ZoneCidr> cidrs = {*ParseZoneCidr("10.1.0.0/16", "a")};
  EXPECT_EQ(ZoneOf(cidrs, "::ffff:10.1.2.3"), "a");
  EXPECT_EQ(ZoneOf(cidrs, "::10.1.2.3"), "none");
  EXPECT_EQ(ZoneOf({*ParseZoneCidr("0.0.0.0/0", "v4")}, "2001:db8::1"), "none");
  EXPECT_EQ(ZoneOf({*ParseZoneCidr("::/0", "all")}, "10.0.0.1"), "all");
}

TEST(ZoneCidrTest, WhatIsNoAddressHasNoZone) {
  for (const char* text : {"", "localhost", "10.0.0", "10.0.0.1:90", "[::1]", "10.0.0.256"}) {
    EXPECT_FALSE(ParseIpAddress(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseIpAddress(std::string(1'000, '1')).has_value());
}

TEST(ZoneCidrTest, WhatIsNoBlockIsRefused) {
  for (const char* text : {"", "10.1.0.0", "10.1.0.0/", "10.1.0.0/33", "10.1.0.0/-1", "10.1.0.0/+8",
                           "10.1.0.0/ 8", "::/129", "10.1.0.0/8", "10.1.0.1/31", "eu/8", "/8"}) {
    const absl::Status status = ParseZoneCidr(text, "z").status();
    EXPECT_EQ(GetReason(status), Reason::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ParseZoneCidr("10.0.0.0/8", "").ok());
  EXPECT_FALSE(ParseZoneCidr("10.0.0.0/8", std::string(kMaxZoneLength + 1, 'z')).ok());
}

TEST(ZoneCidrTest, TooManyOrRepeatedBlocksAreRefused) {
  std::vector<ZoneCidr> cidrs;
  for (size_t i = 0; i < kMaxZoneCidrs; ++i) {
    cidrs.push_back(*ParseZoneCidr(absl::StrCat("10.", i, ".0.0/16"), "z"));
  }
  EXPECT_TRUE(ValidateZoneCidrs(cidrs).ok());
  cidrs.push_back(*ParseZoneCidr("11.0.0.0/16", "z"));
  EXPECT_EQ(GetReason(ValidateZoneCidrs(cidrs)), Reason::kLimitExceeded);
  EXPECT_EQ(GetReason(ValidateZoneCidrs({cidrs[0], cidrs[1], cidrs[0]})), Reason::kInvalidArgument);
}

TEST(ZoneCidrTest, AZoneThatNoClientIdCanNameIsRefused) {
  for (const std::string zone : {"us-east-1a\n", "'us-east-1a'", "a b", "a,b"}) {
    EXPECT_EQ(GetReason(ValidateZoneCidrs({*ParseZoneCidr("10.0.0.0/8", zone)})),
              Reason::kInvalidArgument)
        << zone;
  }
}

}  // namespace
}  // namespace bellwether
