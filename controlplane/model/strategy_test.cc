#include "controlplane/model/strategy.h"

#include <string>

#include "controlplane/model/error.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

TEST(StrategyTest, NamesAreThoseThatUsersWrite) {
  EXPECT_EQ(StrategyName(Strategy::kConsistentRandomJump), "consistent_random_jump");
  EXPECT_EQ(StrategyName(Strategy::kSingleAgent), "single_agent");
  for (const Strategy strategy : {Strategy::kConsistentRandomJump, Strategy::kSingleAgent}) {
    EXPECT_EQ(FindStrategy(StrategyName(strategy)), strategy);
  }
  EXPECT_EQ(kSystemDefaultStrategy, Strategy::kConsistentRandomJump);
}

TEST(StrategyTest, OnlyExactNamesAreFound) {
  for (const std::string name : {"", "Single_Agent", "single-agent", "single_agent ", "random"}) {
    EXPECT_EQ(FindStrategy(name), std::nullopt) << name;
  }
}

TEST(StrategyTest, AnEmptyNameLeavesTheChoiceOpen) {
  const auto parsed = ParseStrategy("field", "");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, std::nullopt);
}

TEST(StrategyTest, AnUnknownNameIsRefusedWithWhatWasMeant) {
  const absl::Status status = ParseStrategy("default_strategy", "singel_agent").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(GetReason(status), Reason::kUnknownStrategy);
  EXPECT_EQ(GetErrorMetadata(status)["field"], "default_strategy");
  EXPECT_NE(status.message().find("did you mean single_agent?"), absl::string_view::npos);
  EXPECT_EQ(ParseStrategy("f", "xyz").status().message().find("did you mean"),
            absl::string_view::npos);
}

TEST(StrategyTest, SuggestionsForgiveWhatPeopleMistype) {
  for (const std::string name : {"singel_agent", "single-agent", "SINGLE_AGENT", "singleagent"}) {
    EXPECT_EQ(SuggestStrategy(name), Strategy::kSingleAgent) << name;
  }
  for (const std::string name :
       {"consistent-random-jump", "consistant_random_jump", "ConsistentRandomJump"}) {
    EXPECT_EQ(SuggestStrategy(name), Strategy::kConsistentRandomJump) << name;
  }
  for (const std::string name : {"", "x", "round_robin"}) {
    EXPECT_EQ(SuggestStrategy(name), std::nullopt) << name;
  }
  EXPECT_EQ(SuggestStrategy(std::string(100'000, 's')), std::nullopt);
}

TEST(StrategyTest, SourcesHaveTheirNames) {
  EXPECT_EQ(StrategySourceName(StrategySource::kClientId), "client_id");
  EXPECT_EQ(StrategySourceName(StrategySource::kAgent), "agent");
  EXPECT_EQ(StrategySourceName(StrategySource::kVirtualCluster), "virtual_cluster");
  EXPECT_EQ(StrategySourceName(StrategySource::kSystem), "system");
}

}  // namespace
}  // namespace bellwether
