#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/test_catalog.h"

namespace bellwether {
namespace {

constexpr int kThreads = 8;

void RunTogether(const std::function<void(int)>& run) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(run, i);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CatalogTest, OfTwoRacingWritersOneWins) {
  for (int round = 0; round < 50; ++round) {
    ChangeOptions guarded;
    guarded.etag = Cluster("vcn_default")->etag;
    std::atomic<int> won = 0;
    std::atomic<int> lost = 0;
    RunTogether([&](int i) {
      VirtualClusterFields fields;
      fields.display_name = absl::StrCat("writer ", i);
      const auto updated = catalog_->UpdateVirtualCluster("vcn_default", fields, guarded);
      if (updated.ok()) ++won;
      if (GetReason(updated.status()) == Reason::kEtagMismatch) ++lost;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, kThreads - 1);
  }
}

TEST_F(CatalogTest, WritersWithoutEtagsAllSucceed) {
  RunTogether([&](int i) {
    for (int n = 0; n < 20; ++n) {
      VirtualClusterFields fields;
      fields.display_name = absl::StrCat(i, "-", n);
      const auto updated = catalog_->UpdateVirtualCluster("vcn_default", fields, {});
      EXPECT_TRUE(updated.ok()) << updated.status();
    }
  });
}

TEST_F(CatalogTest, BindingIsOneToOneUnderRacingChanges) {
  for (int round = 0; round < 30; ++round) {
    const std::string pool = absl::StrCat("shared", round);
    CreatePool(pool);
    std::atomic<int> bound = 0;
    RunTogether([&](int i) {
      VirtualClusterFields fields;
      fields.agent_pool_id = pool;
      const auto made =
          catalog_->CreateVirtualCluster(absl::StrCat("c", round, "-", i), fields, {});
      if (made.ok()) {
        ++bound;
      } else {
        EXPECT_EQ(GetReason(made.status()), Reason::kAgentPoolTaken) << made.status();
      }
    });
    EXPECT_EQ(bound, 1);
  }
  // Opening checks that both sides of every binding agree.
  Reopen();
}

TEST_F(CatalogTest, OneRequestIdHasOneEffectHoweverOftenItIsSentAtOnce) {
  for (int round = 0; round < 30; ++round) {
    ChangeOptions options;
    options.request_id = absl::StrCat("req-", round);
    const std::string id = absl::StrCat("c", round);
    std::vector<std::string> uids(kThreads);
    RunTogether([&](int i) {
      const auto made = catalog_->CreateVirtualCluster(id, {}, options);
      ASSERT_TRUE(made.ok()) << made.status();
      EXPECT_NE(Cluster(id), nullptr);
      uids[i] = made->uid;
    });
    EXPECT_EQ(uids, std::vector<std::string>(kThreads, uids[0]));
  }
}

TEST_F(CatalogTest, EveryChangeIsInTheViewWhenItIsAcknowledged) {
  std::atomic<bool> done = false;
  std::thread reader([&] {
    Revision last = 0;
    while (!done) {
      const Revision seen = catalog_->View()->revision();
      EXPECT_GE(seen, last);
      last = seen;
    }
  });
  RunTogether([&](int i) {
    for (int n = 0; n < 40; ++n) {
      const std::string id = absl::StrCat("c", i, "-", n);
      const VirtualCluster made = Create(id);
      ASSERT_NE(Cluster(id), nullptr);
      EXPECT_EQ(Cluster(id)->etag, made.etag);
    }
  });
  done = true;
  reader.join();
  const auto before = catalog_->View()->ListVirtualClusters("", 10'000, true);
  Reopen();
  const auto after = catalog_->View()->ListVirtualClusters("", 10'000, true);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i]->etag, after[i]->etag);
}

// The first call is held between the store and its publication while the second one finds its
// answer.
TEST_F(CatalogTest, ARepeatedRequestIsAnsweredOnlyWhenItsEffectIsInTheView) {
  ChangeOptions options;
  options.request_id = "req-1";
  std::thread second;
  std::atomic<bool> seen = false;
  std::atomic<bool> answered = false;
  store_.AfterNextCommit([&] {
    const int gets = store_.gets();
    second = std::thread([&] {
      EXPECT_TRUE(catalog_->CreateVirtualCluster("orders", {}, options).ok());
      seen = Cluster("orders") != nullptr;
      answered = true;
    });
    while (store_.gets() == gets) std::this_thread::yield();
    // It has read the answer; now it would have time enough to give it too early.
    for (int i = 0; i < 20'000 && !answered; ++i) std::this_thread::yield();
  });
  ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", {}, options).ok());
  second.join();
  EXPECT_TRUE(seen);
}

// The first commit is held between the store and its publication while a second one overtakes it.
TEST_F(CatalogTest, ViewsArePublishedInTheOrderOfTheirCommits) {
  std::thread second;
  std::atomic<bool> second_is_durable = false;
  std::shared_ptr<const CatalogView> overtaken;
  store_.AfterNextCommit([&] {
    second = std::thread([&] {
      store_.AfterNextCommit([&] { second_is_durable = true; });
      Create("second");
      overtaken = catalog_->View();
    });
    while (!second_is_durable) std::this_thread::yield();
    EXPECT_EQ(Cluster("second"), nullptr);
  });
  Create("first");
  second.join();
  EXPECT_NE(overtaken->FindVirtualCluster("first"), nullptr);
  EXPECT_NE(overtaken->FindVirtualCluster("second"), nullptr);
}

}  // namespace
}  // namespace bellwether
