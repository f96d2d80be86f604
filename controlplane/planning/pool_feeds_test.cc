#include "controlplane/planning/pool_feeds.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/membership/test_agents.h"
#include "controlplane/store/in_memory_metadata_store.h"

namespace bellwether {
namespace {

// Encodes views as readable text.
class TextEncoder final : public ViewEncoder {
 public:
  std::string EncodeView(const WatchedPool& pool, int64_t position) const override {
    return absl::StrCat("view of ", pool.view->agents.size(), " agents at ", position);
  }
  std::string EncodeChange(const WatchedPool& before, int64_t base_position,
                           const WatchedPool& after, int64_t position) const override {
    return absl::StrCat("change from ", before.view->agents.size(), " to ",
                        after.view->agents.size(), " agents at ", base_position, " to ", position,
                        std::string(padding, ' '));
  }

  size_t padding = 0;
};

class CountingReader final : public FeedReader {
 public:
  void OnNews() override { ++count; }
  int count = 0;
};

constexpr int64_t kFirst = 1'000;

class PoolFeedsTest : public testing::Test {
 protected:
  PoolFeedsTest() {
    auto catalog = Catalog::Open(store_, clock_, random_, Catalog::Options());
    EXPECT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
    VirtualClusterFields fields;
    EXPECT_TRUE(catalog_->CreateVirtualCluster("orders", fields, ChangeOptions()).ok());
    feeds_ = std::make_unique<PoolFeeds>(*catalog_, planners_, clock_, encoder_, kFirst);
  }

  void Join(const std::string& id) {
    registry_.Add(TestRegistration(id));
    Report(id, 0.2);
  }
  void Report(const std::string& id, double utilization) {
    EXPECT_TRUE(registry_.RecordHeartbeat(TestHeartbeat(id, ++sequence_, 1, utilization)).ok());
  }
  std::string After(PoolFeed& feed, int64_t position) {
    const std::optional<PoolFeed::News> news = feed.After(position);
    return news.has_value() ? *news->message : "nothing";
  }

  FakeClock clock_;
  SeededRandom random_{1};
  InMemoryMetadataStore store_;
  AgentRegistry registry_{clock_, MembershipOptions()};
  PoolPlanners planners_{registry_, clock_, kFirst};
  TextEncoder encoder_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<PoolFeeds> feeds_;
  int64_t sequence_ = 0;
  const std::shared_ptr<CountingReader> reader_ = std::make_shared<CountingReader>();
};

TEST_F(PoolFeedsTest, FirstAFullViewThenChanges) {
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok()) << feed.status();
  EXPECT_EQ(After(**feed, 0), "nothing");
  feeds_->Publish();
  EXPECT_EQ(reader_->count, 1);
  EXPECT_EQ(After(**feed, 0), "view of 1 agents at 1001");
  Join("b");
  feeds_->Publish();
  EXPECT_EQ(reader_->count, 2);
  EXPECT_EQ(After(**feed, 1001), "change from 1 to 2 agents at 1001 to 1002");
  EXPECT_EQ(After(**feed, 1002), "nothing");
}

TEST_F(PoolFeedsTest, UnchangedPoolTellsNobodyAnything) {
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  for (int i = 0; i < 1'000; ++i) {
    feeds_->Publish();
    clock_.Advance(absl::Milliseconds(50));
    Report("a", 0.2 + 0.05 * (i % 2));
  }
  // Only its first load, as an average over its slow start.
  EXPECT_LE(reader_->count, 2);
  EXPECT_LE((*feed)->position(), 1002);
}

TEST_F(PoolFeedsTest, LoadsAreToldIfTheyChangeMuchAndNotTooOften) {
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  feeds_->Publish();
  const int64_t position = (*feed)->position();
  clock_.Advance(absl::Seconds(1));
  Report("a", 0.9);
  feeds_->Publish();
  EXPECT_EQ((*feed)->position(), position) << "too soon";
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(absl::Seconds(1));
    Report("a", 0.9);
    feeds_->Publish();
  }
  EXPECT_GT((*feed)->position(), position);
  EXPECT_EQ((*feed)->Latest()->load_levels, std::vector<uint32_t>{LoadLevelOf(0.9)});
}

TEST_F(PoolFeedsTest, SlowReaderGoesOnWhereItIsAndLaterWithAFullView) {
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  feeds_->Publish();
  for (size_t i = 0; i < PoolFeed::kMaxChanges; ++i) {
    Join(absl::StrCat("b", i));
    feeds_->Publish();
  }
  EXPECT_EQ(After(**feed, 1001), "change from 1 to 2 agents at 1001 to 1002");
  Join("c");
  feeds_->Publish();
  EXPECT_EQ(After(**feed, 1001), "nothing") << "a full view has to be written first";
  feeds_->Publish();
  EXPECT_EQ(After(**feed, 1001), "view of 258 agents at 1258");
}

TEST_F(PoolFeedsTest, WhatIsRememberedIsBounded) {
  encoder_.padding = PoolFeed::kMaxChangeBytes / 2;
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  for (const char* id : {"b", "c", "d"}) {
    feeds_->Publish();
    Join(id);
  }
  feeds_->Publish();
  EXPECT_EQ(After(**feed, 1002), "nothing");
  EXPECT_NE(After(**feed, 1003), "nothing");
}

TEST_F(PoolFeedsTest, WhoComesBackWithinAMinuteHearsWhatItMissed) {
  Join("a");
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  feeds_->Publish();
  feeds_->Leave(*feed, reader_);
  Join("b");
  feeds_->Publish();
  EXPECT_EQ(reader_->count, 1) << "who left is told nothing";
  clock_.Advance(PoolFeeds::kKeptUnwatched);
  feeds_->Publish();
  EXPECT_EQ(*feeds_->Watch("orders", reader_), *feed);
  feeds_->Publish();
  EXPECT_EQ(After(**feed, 1001), "change from 1 to 2 agents at 1001 to 1002");
  feeds_->Leave(*feed, reader_);
  clock_.Advance(PoolFeeds::kKeptUnwatched + absl::Seconds(1));
  feeds_->Publish();
  EXPECT_NE(*feeds_->Watch("orders", reader_), *feed);
}

TEST_F(PoolFeedsTest, EndsWithTheClusterOrTheProcess) {
  EXPECT_EQ(feeds_->Watch("nowhere", reader_).status().code(), absl::StatusCode::kNotFound);
  const auto feed = feeds_->Watch("orders", reader_);
  ASSERT_TRUE(feed.ok());
  feeds_->Publish();
  EXPECT_TRUE((*feed)->ended().ok());
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", true, ChangeOptions()).ok());
  feeds_->Publish();
  EXPECT_EQ((*feed)->ended().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(reader_->count, 2);
  const auto other = feeds_->Watch("vcn_default", reader_);
  ASSERT_TRUE(other.ok()) << other.status();
  feeds_->EndAll();
  EXPECT_EQ((*other)->ended().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(feeds_->Watch("vcn_default", reader_).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace bellwether
