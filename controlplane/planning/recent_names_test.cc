#include "controlplane/planning/recent_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

using Names = std::vector<std::string>;

MonotonicTime At(absl::Duration since_origin) { return MonotonicTime::SinceOrigin(since_origin); }

TEST(RecentNamesTest, NameWhoseLastAgentLeftIsRemembered) {
  RecentNames names;
  EXPECT_EQ(names.Update({"west", "east"}, At(absl::Hours(0))), Names());
  EXPECT_EQ(names.Update({"east"}, At(absl::Hours(1))), Names({"west"}));
  EXPECT_EQ(names.Update({}, At(absl::Hours(2))), Names({"east", "west"}));
}

TEST(RecentNamesTest, NameThatIsBackIsNotAmongThem) {
  RecentNames names;
  names.Update({"west"}, At(absl::Hours(0)));
  names.Update({}, At(absl::Hours(1)));
  EXPECT_EQ(names.Update({"west"}, At(absl::Hours(2))), Names());
}

TEST(RecentNamesTest, NameIsForgottenADayAfterItsLastAgentLeft) {
  RecentNames names;
  names.Update({"west"}, At(absl::Hours(0)));
  names.Update({}, At(absl::Hours(1)));
  EXPECT_EQ(names.Update({}, At(absl::Hours(25))), Names({"west"}));
  EXPECT_EQ(names.Update({}, At(absl::Hours(25) + absl::Seconds(1))), Names());
}

TEST(RecentNamesTest, TheEmptyNameCountsForNone) {
  RecentNames names;
  names.Update({""}, At(absl::Hours(0)));
  EXPECT_EQ(names.Update({}, At(absl::Hours(1))), Names());
}

TEST(RecentNamesTest, NumberOfNamesIsBoundedAndTheOldestGoFirst) {
  RecentNames names;
  constexpr int kNames = static_cast<int>(RecentNames::kMaxNames) + 10;
  for (int i = 0; i < kNames; ++i) {
    names.Update({absl::StrCat("zone-", i)}, At(absl::Seconds(i)));
  }
  const Names recent = names.Update({}, At(absl::Seconds(kNames)));
  EXPECT_EQ(recent.size(), RecentNames::kMaxNames);
  EXPECT_EQ(std::count(recent.begin(), recent.end(), "zone-0"), 0);
  EXPECT_EQ(std::count(recent.begin(), recent.end(), absl::StrCat("zone-", kNames - 1)), 1);
}

}  // namespace
}  // namespace bellwether
