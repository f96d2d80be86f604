#include "controlplane/service/page.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

TEST(PageTest, TokenLeadsToWhatFollows) {
  const std::string token = FormatPageToken("clusters", "orders");
  const auto page = ParsePage("clusters", 7, token);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->after, "orders");
  EXPECT_EQ(page->size, 7);
}

google::protobuf::BytesValue Item(size_t bytes) {
  google::protobuf::BytesValue item;
  item.set_value(std::string(bytes, 'x'));
  return item;
}

TEST(PageTest, PageEndsAtItsSize) {
  PageBudget budget(2);
  EXPECT_TRUE(budget.Take(Item(1)));
  EXPECT_TRUE(budget.Take(Item(1)));
  EXPECT_FALSE(budget.Take(Item(1)));
}

TEST(PageTest, PageEndsWellBelowWhatClientsAccept) {
  PageBudget budget(1000);
  size_t bytes = 0;
  while (budget.Take(Item(300'000))) bytes += 300'000;
  EXPECT_GT(bytes, 1u << 20);
  EXPECT_LT(bytes, 3u << 20);
}

TEST(PageTest, LargeItemHasAPageOfItsOwn) {
  PageBudget budget(1000);
  EXPECT_TRUE(budget.Take(Item(5 << 20)));
  EXPECT_FALSE(budget.Take(Item(1)));
}

TEST(PageTest, ZeroMeansTheDefaultAndMuchMeansTheMost) {
  EXPECT_EQ(ParsePage("q", 0, "")->size, kDefaultPageSize);
  EXPECT_EQ(ParsePage("q", kMaxPageSize + 1, "")->size, kMaxPageSize);
}

TEST(PageTest, NegativeSizeIsRefused) {
  EXPECT_EQ(GetReason(ParsePage("q", -1, "").status()), Reason::kInvalidPageSize);
}

TEST(PageTest, TokenOfAnotherQueryIsRefused) {
  const std::string token = FormatPageToken("clusters show_deleted=0", "orders");
  EXPECT_EQ(GetReason(ParsePage("clusters show_deleted=1", 1, token).status()),
            Reason::kInvalidPageToken);
}

TEST(PageTest, AnyDamageToATokenIsRefused) {
  const std::string token = FormatPageToken("q", "orders");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    const auto page = ParsePage("q", 1, damaged);
    // The last character of base64 may carry bits that mean nothing.
    if (page.ok()) {
      EXPECT_EQ(page->after, "orders");
      EXPECT_EQ(i, token.size() - 1);
    } else {
      EXPECT_EQ(GetReason(page.status()), Reason::kInvalidPageToken);
    }
  }
  EXPECT_FALSE(ParsePage("q", 1, token.substr(0, 10)).ok());
  EXPECT_FALSE(ParsePage("q", 1, "not a token").ok());
  EXPECT_FALSE(ParsePage("q", 1, std::string(1 << 20, 'A')).ok());
}

}  // namespace
}  // namespace bellwether
