#include "agentclient/reference_agent/kafka/topics.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"

namespace bellwether::kafka {
namespace {

TEST(TopicsTest, FoundByNameAndId) {
  const auto topics = Topics::Parse("orders:12, clicks:64");
  ASSERT_TRUE(topics.ok()) << topics.status();
  ASSERT_EQ(topics->all().size(), 2u);
  const Topic* const clicks = topics->Find("clicks");
  ASSERT_NE(clicks, nullptr);
  EXPECT_EQ(clicks->partition_count, 64);
  EXPECT_EQ(clicks->index, 1u);
  EXPECT_EQ(topics->FindById(clicks->id), clicks);
  EXPECT_EQ(topics->Find("click"), nullptr);
  EXPECT_EQ(topics->FindById(Uuid{}), nullptr);
}

TEST(TopicsTest, EmptyTextIsNoTopic) {
  const auto topics = Topics::Parse(" ");
  ASSERT_TRUE(topics.ok());
  EXPECT_TRUE(topics->all().empty());
}

// Clients compare the ids that different agents give.
TEST(TopicsTest, IdsAreTheSameEverywhereForEver) {
  const Uuid id = Topics::Parse("orders:1")->all()[0].id;
  EXPECT_EQ(id, (Uuid{0x48252e7f585b8d26, 0xbc5da6b391a7b630}));
  EXPECT_EQ(id, Topics::Parse("clicks:3,orders:12")->Find("orders")->id);
  EXPECT_EQ(id.high >> 12 & 0xF, 8u) << "version";
  EXPECT_EQ(id.low >> 62, 2u) << "variant";
}

TEST(TopicsTest, MistakesAreNamed) {
  const std::string long_name(250, 'a');
  const struct {
    std::string text;
    const char* problem;
  } mistakes[] = {
      {"orders", "\"orders\": the number of partitions is missing"},
      {"orders:", "above 0"},
      {"orders:0", "above 0"},
      {"orders:-3", "above 0"},
      {"orders:x", "above 0"},
      {"orders:12,", "\"\": the number of partitions is missing"},
      {":12", "a name is"},
      {"..:12", "a name is"},
      {"or ders:12", "a name is"},
      {long_name + ":12", "a name is"},
      {"orders:12,orders:3", "\"orders:3\": this topic is given twice"},
      {"orders:50000,clicks:50001", "at most 100000 partitions"},
      {"orders:99999999999", "above 0"},
  };
  for (const auto& mistake : mistakes) {
    const auto topics = Topics::Parse(mistake.text);
    ASSERT_FALSE(topics.ok()) << mistake.text;
    EXPECT_TRUE(absl::StrContains(topics.status().message(), mistake.problem)) << topics.status();
  }
}

}  // namespace
}  // namespace bellwether::kafka
