#include "controlplane/catalog/catalog.h"

#include <string>

#include "controlplane/catalog/credentials.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/test_catalog.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

using Code = absl::StatusCode;

TEST_F(CatalogTest, FirstStartMakesTheDefaults) {
  const auto cluster = Cluster("vcn_default");
  ASSERT_NE(cluster, nullptr);
  EXPECT_EQ(cluster->agent_pool_id, "apn_default");
  EXPECT_EQ(Pool("apn_default")->virtual_cluster_ids, std::vector<std::string>{"vcn_default"});
  ExpectError(catalog_->DeleteVirtualCluster("vcn_default", false, {}).status(),
              Code::kFailedPrecondition, Reason::kDefaultResource);
  ExpectError(catalog_->DeleteAgentPool("apn_default", true, {}), Code::kFailedPrecondition,
              Reason::kDefaultResource);
}

TEST_F(CatalogTest, RestartKeepsEverythingAndCountsItself) {
  VirtualClusterFields fields;
  fields.display_name = "Orders";
  fields.default_strategy = Strategy::kSingleAgent;
  fields.labels = Labels{{"team", "shop"}};
  const VirtualCluster made = Create("orders", fields);
  const std::string uid = catalog_->cluster_uid();
  EXPECT_EQ(catalog_->start_count(), 1);
  Reopen();
  EXPECT_EQ(catalog_->start_count(), 2);
  EXPECT_EQ(catalog_->cluster_uid(), uid);
  const auto found = Cluster(made.uid);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->id, "orders");
  EXPECT_EQ(found->display_name, "Orders");
  EXPECT_EQ(found->default_strategy, Strategy::kSingleAgent);
  EXPECT_EQ(found->labels, made.labels);
  EXPECT_EQ(found->create_time, made.create_time);
  EXPECT_EQ(found->etag, made.etag);
}

TEST_F(CatalogTest, CreateBindsPoolInSameCommit) {
  const VirtualCluster cluster = Create("orders");
  EXPECT_EQ(cluster.agent_pool_id, "apn_orders");
  const auto cluster_entry = store_.Get(VirtualClusterKey("orders"));
  const auto pool_entry = store_.Get(AgentPoolKey("apn_orders"));
  EXPECT_EQ((*cluster_entry)->revision, (*pool_entry)->revision);
  EXPECT_EQ(Pool("apn_orders")->virtual_cluster_ids, std::vector<std::string>{"orders"});
}

TEST_F(CatalogTest, SecondBindingIsRefused) {
  Create("orders");
  VirtualClusterFields fields;
  fields.agent_pool_id = "apn_orders";
  ExpectError(catalog_->CreateVirtualCluster("billing", fields, {}).status(),
              Code::kFailedPrecondition, Reason::kAgentPoolTaken, "virtualClusters/orders");
  CreatePool("spare");
  fields.agent_pool_id = "spare";
  ExpectError(catalog_->UpdateVirtualCluster("orders", fields, {}).status(),
              Code::kFailedPrecondition, Reason::kImmutableField);
  fields.agent_pool_id = "nowhere";
  ExpectError(catalog_->CreateVirtualCluster("billing", fields, {}).status(), Code::kNotFound,
              Reason::kAgentPoolNotFound, "agentPools/nowhere");
  EXPECT_EQ(Cluster("billing"), nullptr);
}

TEST_F(CatalogTest, BindingChangesThePoolsEtag) {
  const AgentPool before = CreatePool("spare");
  VirtualClusterFields fields;
  fields.agent_pool_id = "spare";
  Create("orders", fields);
  EXPECT_NE(Pool("spare")->etag, before.etag);
}

TEST_F(CatalogTest, AClusterLeftWithoutAPoolCanBeBoundAgain) {
  Create("orders");
  ExpectError(catalog_->DeleteAgentPool("apn_orders", false, {}), Code::kFailedPrecondition,
              Reason::kAgentPoolInUse, "force");
  ASSERT_TRUE(catalog_->DeleteAgentPool("apn_orders", true, {}).ok());
  EXPECT_EQ(Cluster("orders")->agent_pool_id, "");
  CreatePool("spare");
  VirtualClusterFields fields;
  fields.agent_pool_id = "spare";
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  EXPECT_EQ(Pool("spare")->virtual_cluster_ids, std::vector<std::string>{"orders"});
}

TEST_F(CatalogTest, EtagConflictIsAborted) {
  const VirtualCluster made = Create("orders");
  VirtualClusterFields fields;
  fields.display_name = "one";
  ChangeOptions guarded;
  guarded.etag = made.etag;
  const auto updated = catalog_->UpdateVirtualCluster("orders", fields, guarded);
  ASSERT_TRUE(updated.ok());
  EXPECT_NE(updated->etag, made.etag);
  EXPECT_EQ(Cluster("orders")->etag, updated->etag);
  ExpectError(catalog_->UpdateVirtualCluster("orders", fields, guarded).status(), Code::kAborted,
              Reason::kEtagMismatch);
  ExpectError(catalog_->DeleteVirtualCluster("orders", false, guarded).status(), Code::kAborted,
              Reason::kEtagMismatch);
  ExpectError(catalog_->DeleteAgentPool("apn_orders", true, guarded), Code::kAborted,
              Reason::kEtagMismatch);
}

TEST_F(CatalogTest, SameRequestIdReturnsFirstAnswerAfterReopen) {
  ChangeOptions options;
  options.request_id = "req-1";
  const auto first = catalog_->CreateVirtualCluster("orders", {}, options);
  ASSERT_TRUE(first.ok());
  VirtualClusterFields fields;
  fields.display_name = "later";
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  for (int i = 0; i < 2; ++i) {
    const auto again = catalog_->CreateVirtualCluster("orders", {}, options);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->uid, first->uid);
    EXPECT_EQ(again->etag, first->etag);
    EXPECT_EQ(again->display_name, "");
    Reopen();
  }
  clock_.Advance(absl::Minutes(61));
  EXPECT_TRUE(catalog_->CreateVirtualCluster("orders", {}, options).ok());
}

TEST_F(CatalogTest, SameRequestIdForAnotherChangeIsRefused) {
  ChangeOptions options;
  options.request_id = "req-1";
  ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", {}, options).ok());
  ExpectError(catalog_->CreateVirtualCluster("billing", {}, options).status(),
              Code::kInvalidArgument, Reason::kRequestIdReused);
  VirtualClusterFields fields;
  fields.display_name = "x";
  ExpectError(catalog_->CreateVirtualCluster("orders", fields, options).status(),
              Code::kInvalidArgument, Reason::kRequestIdReused);
  ExpectError(catalog_->DeleteVirtualCluster("orders", false, options).status(),
              Code::kInvalidArgument, Reason::kRequestIdReused);
  options.request_id = std::string(kMaxRequestIdLength + 1, 'x');
  ExpectError(catalog_->CreateAgentPool("spare", {}, options).status(), Code::kInvalidArgument,
              Reason::kInvalidRequestId);
}

TEST_F(CatalogTest, ValidateOnlyChangesNothingAndUsesUpNoRequestId) {
  ChangeOptions options;
  options.request_id = "req-1";
  options.validate_only = true;
  const auto preview = catalog_->CreateVirtualCluster("orders", {}, options);
  ASSERT_TRUE(preview.ok());
  EXPECT_EQ(preview->agent_pool_id, "apn_orders");
  EXPECT_EQ(preview->etag, "");
  EXPECT_EQ(Cluster("orders"), nullptr);
  options.validate_only = false;
  EXPECT_TRUE(catalog_->CreateVirtualCluster("orders", {}, options).ok());
  options.validate_only = true;
  options.request_id = "";
  ExpectError(catalog_->CreateVirtualCluster("orders", {}, options).status(), Code::kAlreadyExists,
              Reason::kVirtualClusterAlreadyExists);
}

TEST_F(CatalogTest, ARepeatedPoolDeletionSucceeds) {
  CreatePool("spare");
  ChangeOptions options;
  options.request_id = "req-1";
  ASSERT_TRUE(catalog_->DeleteAgentPool("spare", false, options).ok());
  EXPECT_TRUE(catalog_->DeleteAgentPool("spare", false, options).ok());
  ExpectError(catalog_->DeleteAgentPool("spare", false, {}), Code::kNotFound,
              Reason::kAgentPoolNotFound);
}

TEST_F(CatalogTest, DeletedClusterIsHiddenUntilUndeleted) {
  Create("orders");
  const auto deleted = catalog_->DeleteVirtualCluster("orders", false, {});
  ASSERT_TRUE(deleted.ok());
  EXPECT_EQ(deleted->expire_time, clock_.WallNow() + absl::Hours(7 * 24));
  ASSERT_NE(Cluster("orders"), nullptr);
  const std::string until = "2023-11-21T22:13:20Z";
  ExpectError(catalog_->View()->UsableVirtualCluster("orders").status(), Code::kNotFound,
              Reason::kVirtualClusterNotFound, until);
  ExpectError(catalog_->View()->ClusterOfPool("apn_orders").status(), Code::kNotFound,
              Reason::kVirtualClusterNotFound);
  ExpectError(catalog_->UpdateVirtualCluster("orders", {}, {}).status(), Code::kNotFound,
              Reason::kVirtualClusterNotFound);
  ExpectError(catalog_->CreateVirtualCluster("orders", {}, {}).status(), Code::kAlreadyExists,
              Reason::kVirtualClusterAlreadyExists, until);
  VirtualClusterFields fields;
  fields.agent_pool_id = "apn_orders";
  ExpectError(catalog_->CreateVirtualCluster("billing", fields, {}).status(),
              Code::kFailedPrecondition, Reason::kAgentPoolTaken);
  Reopen();
  ASSERT_TRUE(catalog_->UndeleteVirtualCluster("orders", {}).ok());
  EXPECT_TRUE(catalog_->View()->UsableVirtualCluster("orders").ok());
  ExpectError(catalog_->UndeleteVirtualCluster("orders", {}).status(), Code::kFailedPrecondition,
              Reason::kVirtualClusterNotDeleted);
}

TEST_F(CatalogTest, AnExpiredClusterFreesItsIdAndItsPool) {
  const VirtualCluster first = Create("orders");
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
  clock_.Advance(absl::Hours(7 * 24));
  ExpectError(catalog_->UndeleteVirtualCluster("orders", {}).status(), Code::kNotFound,
              Reason::kVirtualClusterNotFound);
  const VirtualCluster second = Create("orders");
  EXPECT_NE(second.uid, first.uid);
  EXPECT_EQ(Cluster(first.uid), nullptr);
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
  clock_.Advance(absl::Hours(7 * 24));
  ASSERT_TRUE(catalog_->PurgeExpired().ok());
  EXPECT_EQ(Cluster("orders"), nullptr);
  EXPECT_TRUE(Pool("apn_orders")->virtual_cluster_ids.empty());
}

TEST_F(CatalogTest, AWallClockThatJumpsAheadForAMinuteRemovesNothing) {
  const VirtualCluster orders = Create("orders");
  Credentials credentials(*catalog_, clock_, random_, random_);
  CredentialFields fields;
  fields.expire_time = clock_.WallNow() + absl::Hours(24);
  ASSERT_TRUE(credentials.CreateAdminToken(AdminRole::kAdmin, fields, {}).ok());
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
  ChangeOptions options;
  options.request_id = "req-1";
  ASSERT_TRUE(catalog_->CreateAgentPool("spare", {}, options).ok());

  clock_.SetWall(clock_.WallNow() + absl::Hours(8 * 24));
  ASSERT_TRUE(catalog_->PurgeExpired().ok());
  ASSERT_TRUE(credentials.PurgeExpired().ok());
  EXPECT_TRUE(catalog_->CreateAgentPool("spare", {}, options).ok()) << "the answer is remembered";
  ExpectError(catalog_->CreateVirtualCluster("orders", {}, {}).status(), Code::kAlreadyExists,
              Reason::kVirtualClusterAlreadyExists);
  clock_.SetWall(clock_.WallNow() - absl::Hours(8 * 24));

  EXPECT_EQ(catalog_->View()->credential_count(), 1U);
  EXPECT_TRUE(catalog_->UndeleteVirtualCluster("orders", {}).ok());
  EXPECT_EQ(Cluster("orders")->uid, orders.uid);
}

TEST_F(CatalogTest, WhatIsRemovedForGoodIsLogged) {
  const VirtualCluster orders = Create("orders");
  Credentials credentials(*catalog_, clock_, random_, random_);
  CredentialFields fields;
  fields.expire_time = clock_.WallNow() + absl::Hours(24);
  const auto token = credentials.CreateAdminToken(AdminRole::kAdmin, fields, {});
  ASSERT_TRUE(token.ok()) << token.status();
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
  ChangeOptions options;
  options.request_id = "req-1";
  ASSERT_TRUE(catalog_->CreateAgentPool("spare", {}, options).ok());
  clock_.Advance(absl::Hours(7 * 24));
  testing::internal::CaptureStderr();
  ASSERT_TRUE(catalog_->PurgeExpired().ok());
  ASSERT_TRUE(credentials.PurgeExpired().ok());
  const std::string log = testing::internal::GetCapturedStderr();
  for (const std::string& part :
       {std::string("virtual_cluster=virtualClusters/orders"), "uid=" + orders.uid,
        std::string("count=1"), "name=" + FormatCredentialName(token->credential)}) {
    EXPECT_NE(log.find(part), std::string::npos) << log;
  }
}

TEST_F(CatalogTest, PurgingADeletedClusterFreesItsIdAndItsPool) {
  const VirtualCluster first = Create("orders");
  ExpectError(catalog_->PurgeVirtualCluster("orders", {}), Code::kFailedPrecondition,
              Reason::kVirtualClusterNotDeleted);
  const auto deleted = catalog_->DeleteVirtualCluster("orders", false, {});
  ASSERT_TRUE(deleted.ok());
  ChangeOptions suspect;
  suspect.etag = first.etag;
  ExpectError(catalog_->PurgeVirtualCluster("orders", suspect), Code::kAborted,
              Reason::kEtagMismatch);
  ChangeOptions validate;
  validate.validate_only = true;
  ASSERT_TRUE(catalog_->PurgeVirtualCluster("orders", validate).ok());
  EXPECT_NE(Cluster("orders"), nullptr);

  ChangeOptions options;
  options.etag = deleted->etag;
  options.request_id = "req-1";
  ASSERT_TRUE(catalog_->PurgeVirtualCluster("orders", options).ok());
  EXPECT_EQ(Cluster("orders"), nullptr);
  EXPECT_TRUE(Pool("apn_orders")->virtual_cluster_ids.empty());
  EXPECT_TRUE(catalog_->PurgeVirtualCluster("orders", options).ok()) << "asked again";
  ExpectError(catalog_->PurgeVirtualCluster("orders", {}), Code::kNotFound,
              Reason::kVirtualClusterNotFound);
  EXPECT_NE(Create("orders").uid, first.uid);
  Reopen();
  EXPECT_TRUE(catalog_->PurgeVirtualCluster("orders", options).ok()) << "asked again";
  EXPECT_NE(Cluster("orders"), nullptr) << "the next one of that id is not touched";
}

TEST_F(CatalogTest, PurgeForgetsExpiredRequestsOnly) {
  ChangeOptions options;
  options.request_id = "old";
  ASSERT_TRUE(catalog_->CreateAgentPool("a", {}, options).ok());
  clock_.Advance(absl::Minutes(90));
  options.request_id = "young";
  ASSERT_TRUE(catalog_->CreateAgentPool("b", {}, options).ok());
  clock_.Advance(absl::Minutes(30));
  ASSERT_TRUE(catalog_->PurgeExpired().ok());
  const auto left = store_.List(kRequestPrefix);
  ASSERT_EQ(left->entries.size(), 1u);
  EXPECT_EQ(left->entries[0].key, RequestKey("young"));
}

TEST_F(CatalogTest, ProtectionIsLiftedBeforeDeletion) {
  VirtualClusterFields fields;
  fields.deletion_protection = true;
  Create("orders", fields);
  ExpectError(catalog_->DeleteVirtualCluster("orders", false, {}).status(),
              Code::kFailedPrecondition, Reason::kVirtualClusterProtected, "deletion_protection");
  fields.deletion_protection = false;
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  EXPECT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
}

TEST_F(CatalogTest, BadInputIsRefused) {
  ExpectError(catalog_->CreateVirtualCluster("Orders", {}, {}).status(), Code::kInvalidArgument,
              Reason::kInvalidResourceId);
  VirtualClusterFields fields;
  fields.display_name = std::string(kMaxDisplayNameLength + 1, 'x');
  ExpectError(catalog_->CreateVirtualCluster("orders", fields, {}).status(), Code::kInvalidArgument,
              Reason::kLimitExceeded);
  ExpectError(catalog_->CreateVirtualCluster(std::string(63, 'a'), {}, {}).status(),
              Code::kInvalidArgument, Reason::kInvalidResourceId, "choose a shorter id");
}

TEST_F(CatalogTest, NothingIsPublishedWhenTheCommitFails) {
  Create("orders");
  const auto before = catalog_->View();
  store_.SetFails(true);
  ExpectError(catalog_->CreateVirtualCluster("billing", {}, {}).status(), Code::kUnavailable,
              Reason::kStoreUnavailable);
  ExpectError(catalog_->DeleteVirtualCluster("orders", false, {}).status(), Code::kUnavailable,
              Reason::kStoreUnavailable);
  EXPECT_EQ(catalog_->View(), before);
  store_.SetFails(false);
  EXPECT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
}

TEST_F(CatalogTest, NothingIsPublishedBeforeItIsDurable) {
  std::shared_ptr<const CatalogView> while_committing;
  store_.BeforeNextCommit([&] { while_committing = catalog_->View(); });
  Create("orders");
  EXPECT_EQ(while_committing->FindVirtualCluster("orders"), nullptr);
}

TEST_F(CatalogTest, AChangeMadeElsewhereIsSeen) {
  Create("orders");
  auto other = Catalog::Open(store_, clock_, random_, Catalog::Options());
  ASSERT_TRUE(other.ok());
  VirtualClusterFields fields;
  fields.display_name = "theirs";
  ASSERT_TRUE((*other)->UpdateVirtualCluster("orders", fields, {}).ok());
  VirtualClusterFields ours;
  ours.labels = Labels{{"team", "shop"}};
  const auto updated = catalog_->UpdateVirtualCluster("orders", ours, {});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->display_name, "theirs");
}

TEST_F(CatalogTest, WhatCannotBeReadIsNotOpened) {
  Create("orders");
  const std::string key = VirtualClusterKey("orders");
  ASSERT_TRUE(store_.Commit({{}, {{key, std::string("\xff\xff")}}}).ok());
  ExpectError(Catalog::Open(store_, clock_, random_, {}).status(), Code::kDataLoss,
              Reason::kStoreCorrupt, key);
  ASSERT_TRUE(store_.Commit({{}, {{key, std::nullopt}}}).ok());
  ExpectError(Catalog::Open(store_, clock_, random_, {}).status(), Code::kDataLoss,
              Reason::kStoreCorrupt, AgentPoolKey("apn_orders"));
}

TEST_F(CatalogTest, DataOfANewerVersionIsNotOpened) {
  ClusterIdentity identity{"cls_x", 2, clock_.WallNow(), 1};
  ASSERT_TRUE(
      store_.Commit({{}, {{std::string(kClusterKey), EncodeClusterIdentity(identity)}}}).ok());
  ExpectError(Catalog::Open(store_, clock_, random_, {}).status(), Code::kFailedPrecondition,
              Reason::kStoreTooNew);
  ASSERT_TRUE(store_.Commit({{}, {{std::string(kClusterKey), std::nullopt}}}).ok());
  ExpectError(Catalog::Open(store_, clock_, random_, {}).status(), Code::kDataLoss,
              Reason::kStoreCorrupt);
}

TEST_F(CatalogTest, ListsAreOrderedPagedAndHideTheDeleted) {
  for (const char* id : {"c", "a", "b"}) Create(id);
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("b", false, {}).ok());
  const auto ids = [this](const std::string& after, size_t limit, bool show_deleted) {
    std::string joined;
    for (const auto& cluster : catalog_->View()->ListVirtualClusters(after, limit, show_deleted)) {
      joined += cluster->id + " ";
    }
    return joined;
  };
  EXPECT_EQ(ids("", 9, false), "a c vcn_default ");
  EXPECT_EQ(ids("", 2, true), "a b ");
  EXPECT_EQ(ids("b", 9, true), "c vcn_default ");
  EXPECT_EQ(catalog_->View()->ListAgentPools("apn_a", 1)[0]->id, "apn_b");
}

}  // namespace
}  // namespace bellwether
