// The process dies around a commit: the state that its next run finds. (The store's tests cover
// death inside a commit.)

#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/test_catalog.h"

namespace bellwether {
namespace {

class CatalogDeathTest : public CatalogTest {
 protected:
  CatalogDeathTest() { options_.request_id = "req-1"; }

  // The next run of the control plane, on the same data, while this run hangs.
  std::unique_ptr<Catalog> NextLife() {
    auto catalog = Catalog::Open(store_, clock_, random_, Catalog::Options());
    EXPECT_TRUE(catalog.ok()) << catalog.status();
    return catalog.ok() ? *std::move(catalog) : nullptr;
  }

  ChangeOptions options_;
};

TEST_F(CatalogDeathTest, BetweenCommitAndPublicationTheChangeIsWholeAndItsAnswerKnown) {
  std::unique_ptr<Catalog> next;
  store_.AfterNextCommit([&] { next = NextLife(); });
  const auto made = catalog_->CreateVirtualCluster("orders", {}, options_);
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_NE(next, nullptr);
  const auto cluster = next->View()->FindVirtualCluster("orders");
  ASSERT_NE(cluster, nullptr);
  EXPECT_EQ(cluster->etag, made->etag);
  const auto pool = next->View()->FindAgentPool("apn_orders");
  ASSERT_NE(pool, nullptr);
  EXPECT_EQ(pool->virtual_cluster_ids, std::vector<std::string>{"orders"});
  const auto again = next->CreateVirtualCluster("orders", {}, options_);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->etag, made->etag);
}

TEST_F(CatalogDeathTest, BeforeTheCommitNothingOfTheChangeIsThere) {
  std::unique_ptr<Catalog> next;
  store_.BeforeNextCommit([&] {
    next = NextLife();
    ASSERT_NE(next, nullptr);
    EXPECT_EQ(next->View()->FindVirtualCluster("orders"), nullptr);
    EXPECT_EQ(next->View()->FindAgentPool("apn_orders"), nullptr);
    // Not its answer either: the request is carried out when it is repeated.
    EXPECT_TRUE(next->CreateVirtualCluster("orders", {}, options_).ok());
    EXPECT_NE(next->View()->FindVirtualCluster("orders"), nullptr);
  });
  // The hanging call finds the change that was made meanwhile, and does not repeat it.
  const auto made = catalog_->CreateVirtualCluster("orders", {}, options_);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->uid, next->View()->FindVirtualCluster("orders")->uid);
}

}  // namespace
}  // namespace bellwether
