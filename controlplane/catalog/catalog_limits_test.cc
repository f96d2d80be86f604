// How many resources of each kind there may be.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/catalog/test_catalog.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

class CatalogLimitsTest : public CatalogTest {
 protected:
  // Adds copies of existing records to the store until there are `count`, and reopens it.
  void Fill(size_t count, const std::function<Mutation(size_t)>& copy) {
    Transaction transaction;
    for (size_t i = 0; i < count; ++i) transaction.mutations.push_back(copy(i));
    ASSERT_TRUE(store_.Commit(transaction).ok());
    Reopen();
  }
  // Expects a refusal that states the limit.
  static void ExpectFull(const absl::Status& status, size_t limit) {
    ExpectError(status, absl::StatusCode::kResourceExhausted, Reason::kLimitExceeded,
                absl::StrCat("there are ", limit));
  }
};

TEST_F(CatalogLimitsTest, VirtualClusters) {
  const VirtualCluster first = Create("orders");
  // Besides it there is the default one.
  Fill(kMaxVirtualClusters - 3, [&](size_t i) -> Mutation {
    VirtualCluster cluster = first;
    cluster.id = absl::StrCat("copy-", i);
    cluster.uid = absl::StrCat("vci_copy", i);
    cluster.agent_pool_id = "";
    return {VirtualClusterKey(cluster.id), EncodeVirtualCluster(cluster)};
  });
  Create("last");
  ExpectFull(catalog_->CreateVirtualCluster("one-more", {}, {}).status(), kMaxVirtualClusters);
}

TEST_F(CatalogLimitsTest, AgentPools) {
  const AgentPool first = CreatePool("apn_first");
  Fill(kMaxAgentPools - 3, [&](size_t i) -> Mutation {
    AgentPool pool = first;
    pool.id = absl::StrCat("apn_copy-", i);
    pool.uid = absl::StrCat("api_copy", i);
    return {AgentPoolKey(pool.id), EncodeAgentPool(pool)};
  });
  CreatePool("apn_last");
  ExpectFull(catalog_->CreateAgentPool("apn_one-more", {}, {}).status(), kMaxAgentPools);
  // A virtual cluster that brings a pool along needs room for it.
  ExpectFull(catalog_->CreateVirtualCluster("one-more", {}, {}).status(), kMaxAgentPools);
}

TEST_F(CatalogLimitsTest, AgentKeysAndAdminTokensTogether) {
  SeededRandom secrets(11);
  Create("orders");
  const auto first =
      Credentials(*catalog_, clock_, random_, secrets).CreateAgentKey("orders", {}, {});
  ASSERT_TRUE(first.ok()) << first.status();
  Fill(kMaxCredentials - 2, [&](size_t i) -> Mutation {
    Credential credential = first->credential;
    credential.id = absl::StrCat("agk_copy", i);
    return {CredentialKey(credential.id), EncodeCredential(credential)};
  });
  Credentials credentials(*catalog_, clock_, random_, secrets);
  EXPECT_TRUE(credentials.CreateAdminToken(AdminRole::kViewer, {}, {}).ok());
  ExpectFull(credentials.CreateAdminToken(AdminRole::kViewer, {}, {}).status(), kMaxCredentials);
  ExpectFull(credentials.CreateAgentKey("orders", {}, {}).status(), kMaxCredentials);
}

}  // namespace
}  // namespace bellwether
