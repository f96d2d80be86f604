#include "controlplane/catalog/credentials.h"

#include <string>
#include <vector>

#include "controlplane/access/secret.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/test_catalog.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

class CredentialsTest : public CatalogTest {
 protected:
  NewCredential CreateKey(const std::string& cluster, const CredentialFields& fields = {},
                          const ChangeOptions& options = {}) {
    const auto made = MakeCredentials().CreateAgentKey(cluster, fields, options);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.value_or(NewCredential());
  }
  Credentials MakeCredentials() { return Credentials(*catalog_, clock_, random_, secrets_); }
  std::shared_ptr<const Credential> Find(const NewCredential& made) const {
    return catalog_->View()->FindCredential(made.credential.id);
  }

  SeededRandom secrets_{11};
};

TEST_F(CredentialsTest, KeyIsKnownAsSoonAsItIsMadeAndAfterARestart) {
  const VirtualCluster orders = Create("orders");
  CredentialFields fields;
  fields.display_name = "blue";
  fields.labels = {{"team", "shop"}};
  fields.expire_time = clock_.WallNow() + absl::Hours(1);
  const NewCredential made = CreateKey("orders", fields);
  for (int restart = 0; restart < 2; ++restart) {
    const auto found = Find(made);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->display_name, "blue");
    EXPECT_EQ(found->labels, fields.labels);
    EXPECT_EQ(found->expire_time, fields.expire_time);
    EXPECT_EQ(found->create_time, clock_.WallNow());
    EXPECT_EQ(std::get<AgentGrant>(found->grant), (AgentGrant{"orders", orders.uid}));
    const auto presented = ReadAuthorization("Bearer " + made.key);
    ASSERT_TRUE(presented.has_value());
    EXPECT_EQ(presented->id, found->id);
    EXPECT_TRUE(SameHash(presented->secret_hash, found->secret_hash));
    Reopen();
  }
}

TEST_F(CredentialsTest, SecretIsStoredNowhere) {
  Create("orders");
  ChangeOptions options;
  options.request_id = "6f1c";
  const NewCredential made = CreateKey("orders", {}, options);
  const std::string secret = made.key.substr(made.key.find('.') + 1);
  ASSERT_GT(secret.size(), 50U);
  const auto all = store_.List("");
  ASSERT_TRUE(all.ok());
  for (const StoredEntry& entry : all->entries) {
    EXPECT_EQ(entry.value.find(secret), std::string::npos) << entry.key;
  }
}

TEST_F(CredentialsTest, SameRequestMakesOneKeyAndShowsItOnce) {
  Create("orders");
  ChangeOptions options;
  options.request_id = "6f1c";
  const NewCredential first = CreateKey("orders", {}, options);
  EXPECT_FALSE(first.key.empty());
  Reopen();
  const NewCredential again = CreateKey("orders", {}, options);
  EXPECT_EQ(again.credential.id, first.credential.id);
  EXPECT_EQ(again.key, "");
  EXPECT_EQ(catalog_->View()->credential_count(), 1U);
  CredentialFields other;
  other.display_name = "other";
  ExpectError(MakeCredentials().CreateAgentKey("orders", other, options).status(),
              absl::StatusCode::kInvalidArgument, Reason::kRequestIdReused);
}

TEST_F(CredentialsTest, TwoKeysLiveSideBySideUntilOneIsRevoked) {
  Create("orders");
  const NewCredential before = CreateKey("orders");
  const NewCredential after = CreateKey("orders");
  EXPECT_NE(before.key, after.key);
  EXPECT_NE(Find(before), nullptr);
  EXPECT_NE(Find(after), nullptr);
  EXPECT_TRUE(MakeCredentials().RevokeAgentKey({"orders", before.credential.id}, {}).ok());
  EXPECT_EQ(Find(before), nullptr);
  EXPECT_NE(Find(after), nullptr);
  Reopen();
  EXPECT_EQ(Find(before), nullptr);
  EXPECT_NE(Find(after), nullptr);
}

TEST_F(CredentialsTest, KeyIsRevokedByItsOwnNameOnly) {
  Create("orders");
  Create("other");
  const NewCredential key = CreateKey("orders");
  Credentials credentials = MakeCredentials();
  const auto token = credentials.CreateAdminToken(AdminRole::kAdmin, {}, {});
  ASSERT_TRUE(token.ok());
  ExpectError(credentials.RevokeAgentKey({"other", key.credential.id}, {}),
              absl::StatusCode::kNotFound, Reason::kAgentKeyNotFound);
  ExpectError(credentials.RevokeAgentKey({"orders", token->credential.id}, {}),
              absl::StatusCode::kNotFound, Reason::kAgentKeyNotFound);
  ExpectError(credentials.RevokeAdminToken(key.credential.id, false, {}),
              absl::StatusCode::kNotFound, Reason::kAdminTokenNotFound);
  EXPECT_EQ(catalog_->View()->credential_count(), 2U);
  EXPECT_TRUE(credentials.RevokeAdminToken(token->credential.id, true, {}).ok());
  EXPECT_EQ(catalog_->View()->credential_count(), 1U);
}

TEST_F(CredentialsTest, TheLastTokenThatCanMakeTokensIsRevokedOnlyByForce) {
  Credentials credentials = MakeCredentials();
  const auto make = [&](AdminRole role, const CredentialFields& fields = {}) {
    const auto made = credentials.CreateAdminToken(role, fields, {});
    EXPECT_TRUE(made.ok()) << made.status();
    return made->credential.id;
  };
  CredentialFields short_lived;
  short_lived.expire_time = clock_.WallNow() + absl::Minutes(1);
  const std::string first = make(AdminRole::kAdmin);
  const std::string oper = make(AdminRole::kOperator);
  const std::string expiring = make(AdminRole::kAdmin, short_lived);
  clock_.Advance(absl::Minutes(1));
  ExpectError(credentials.RevokeAdminToken(first, false, {}), absl::StatusCode::kFailedPrecondition,
              Reason::kLastAdminToken);
  EXPECT_TRUE(credentials.RevokeAdminToken(oper, false, {}).ok());
  EXPECT_TRUE(credentials.RevokeAdminToken(expiring, false, {}).ok());
  const std::string second = make(AdminRole::kAdmin);
  EXPECT_TRUE(credentials.RevokeAdminToken(first, false, {}).ok());
  ExpectError(credentials.RevokeAdminToken(second, false, {}),
              absl::StatusCode::kFailedPrecondition, Reason::kLastAdminToken);
  EXPECT_TRUE(credentials.RevokeAdminToken(second, true, {}).ok());
}

TEST_F(CredentialsTest, TwoThatRevokeEachOthersTokenDoNotLockEverybodyOut) {
  Credentials credentials = MakeCredentials();
  const auto first = credentials.CreateAdminToken(AdminRole::kAdmin, {}, {});
  const auto second = credentials.CreateAdminToken(AdminRole::kAdmin, {}, {});
  ASSERT_TRUE(first.ok() && second.ok());
  const auto other = Catalog::Open(store_, clock_, random_, {});
  ASSERT_TRUE(other.ok());
  Credentials others(**other, clock_, random_, secrets_);
  store_.BeforeNextCommit(
      [&] { ASSERT_TRUE(others.RevokeAdminToken(second->credential.id, false, {}).ok()); });
  ExpectError(credentials.RevokeAdminToken(first->credential.id, false, {}),
              absl::StatusCode::kFailedPrecondition, Reason::kLastAdminToken);
}

TEST_F(CredentialsTest, ValidationMakesAndRevokesNothing) {
  Create("orders");
  ChangeOptions validate;
  validate.validate_only = true;
  const NewCredential none = CreateKey("orders", {}, validate);
  EXPECT_EQ(none.key, "");
  EXPECT_EQ(none.credential.id, "");
  EXPECT_EQ(catalog_->View()->credential_count(), 0U);
  const NewCredential key = CreateKey("orders");
  EXPECT_TRUE(MakeCredentials().RevokeAgentKey({"orders", key.credential.id}, validate).ok());
  EXPECT_NE(Find(key), nullptr);
}

TEST_F(CredentialsTest, WhatCannotBeIsRefused) {
  Create("orders");
  Credentials credentials = MakeCredentials();
  ExpectError(credentials.CreateAgentKey("nowhere", {}, {}).status(), absl::StatusCode::kNotFound,
              Reason::kVirtualClusterNotFound);
  CredentialFields past;
  past.expire_time = clock_.WallNow();
  ExpectError(credentials.CreateAgentKey("orders", past, {}).status(),
              absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, "expire_time");
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", false, {}).ok());
  ExpectError(credentials.CreateAgentKey("orders", {}, {}).status(), absl::StatusCode::kNotFound,
              Reason::kVirtualClusterNotFound);
}

TEST_F(CredentialsTest, UselessKeysAreRemovedAndOthersStay) {
  Create("orders");
  Create("doomed");
  CredentialFields short_lived;
  short_lived.expire_time = clock_.WallNow() + absl::Minutes(1);
  const NewCredential expired = CreateKey("orders", short_lived);
  const NewCredential orphan = CreateKey("doomed");
  const NewCredential good = CreateKey("orders");
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("doomed", false, {}).ok());
  clock_.Advance(absl::Minutes(1));
  ASSERT_TRUE(MakeCredentials().PurgeExpired().ok());
  EXPECT_EQ(Find(expired), nullptr);
  // It can still be undeleted.
  EXPECT_NE(Find(orphan), nullptr);
  clock_.Advance(absl::Hours(24 * 30));
  ASSERT_TRUE(catalog_->PurgeExpired().ok());
  ASSERT_TRUE(MakeCredentials().PurgeExpired().ok());
  EXPECT_EQ(Find(orphan), nullptr);
  EXPECT_NE(Find(good), nullptr);
}

}  // namespace
}  // namespace bellwether
