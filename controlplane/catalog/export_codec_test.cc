#include "controlplane/catalog/export_codec.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/catalog/registrations.h"
#include "controlplane/catalog/restored_metadata.h"
#include "controlplane/catalog/test_catalog.h"

namespace bellwether {
namespace {

// A store with something of each kind in it.
class ExportCodecTest : public CatalogTest {
 protected:
  void SetUp() override {
    CatalogTest::SetUp();
    VirtualClusterFields fields;
    fields.display_name = "Orders \"and\" more\n";
    fields.labels = Labels{{"team", "billing"}};
    ChangeOptions options;
    options.request_id = "req-1";
    ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", fields, options).ok());
    Registrations registrations(store_, *catalog_);
    AgentSpec agent;
    agent.agent_id = "agent-0";
    agent.boot_id = "boot-1";
    agent.address = {"agent-0.example", 9092};
    const auto registered = registrations.Register(agent, "apn_orders", "");
    ASSERT_TRUE(registered.ok()) << registered.status();
    epoch_ = registered->epoch;
    ASSERT_TRUE(registrations.SetDraining({"apn_orders", "agent-0"}, true).ok());
    // Of a later version.
    ASSERT_TRUE(store_.Commit({{}, {{"zebra/1", std::string("\0\xff", 2)}}}).ok());
  }

  MetadataStore::Listing All() const { return store_.List("").value(); }
  std::string Export() const {
    std::ostringstream out;
    EXPECT_TRUE(WriteExport(All(), out).ok());
    return out.str();
  }
  static absl::StatusOr<MetadataStore::Listing> Import(const std::string& text) {
    std::istringstream in(text);
    return ReadExport(in);
  }
  static void ExpectWrongLine(const std::string& text, size_t line) {
    const absl::Status status = Import(text).status();
    ExpectError(status, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                absl::StrCat("line ", line, " of the export"));
  }

  int64_t epoch_ = 0;
};

TEST_F(ExportCodecTest, WhatIsExportedComesBackWithItsRevisions) {
  const auto imported = Import(Export());
  ASSERT_TRUE(imported.ok()) << imported.status();
  const MetadataStore::Listing all = All();
  EXPECT_EQ(imported->revision, all.revision);
  ASSERT_EQ(imported->entries.size(), all.entries.size());
  for (size_t i = 0; i < all.entries.size(); ++i) {
    EXPECT_EQ(imported->entries[i].key, all.entries[i].key);
    EXPECT_EQ(imported->entries[i].value, all.entries[i].value) << all.entries[i].key;
    EXPECT_EQ(imported->entries[i].revision, all.entries[i].revision);
  }
}

TEST_F(ExportCodecTest, PeopleCanReadIt) {
  const std::string text = Export();
  EXPECT_TRUE(absl::StartsWith(text, "{\"header\":{\"format_version\":1,")) << text;
  EXPECT_TRUE(absl::StrContains(text, R"("display_name":"Orders \"and\" more\n")")) << text;
  EXPECT_TRUE(absl::StrContains(text, R"("labels":{"team":"billing"})")) << text;
}

TEST_F(ExportCodecTest, KeysComeAlongWithoutTheirSecrets) {
  SeededRandom secrets(11);
  const auto made =
      Credentials(*catalog_, clock_, random_, secrets).CreateAgentKey("orders", {}, {});
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string secret = made->key.substr(made->key.find('.') + 1);
  const std::string text = Export();
  EXPECT_TRUE(absl::StrContains(text, "\"credential\":{\"id\":\"" + made->credential.id)) << text;
  EXPECT_FALSE(absl::StrContains(text, secret));
  const auto imported = Import(text);
  ASSERT_TRUE(imported.ok()) << imported.status();
  const std::string key = CredentialKey(made->credential.id);
  const auto entry = std::find_if(imported->entries.begin(), imported->entries.end(),
                                  [&key](const StoredEntry& e) { return e.key == key; });
  ASSERT_NE(entry, imported->entries.end());
  EXPECT_EQ(DecodeCredential(*entry)->secret_hash, made->credential.secret_hash);
}

TEST_F(ExportCodecTest, EveryMissingLineIsNoticedAndTheLineNamed) {
  const std::vector<std::string> lines = absl::StrSplit(absl::StripSuffix(Export(), "\n"), '\n');
  ASSERT_GT(lines.size(), 8);
  for (size_t missing = 0; missing < lines.size(); ++missing) {
    std::vector<std::string> others = lines;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(missing));
    // The header is missed in line 1; anything else where the end is, or was.
    ExpectWrongLine(absl::StrJoin(others, "\n"), missing == 0                  ? 1
                                                 : missing + 1 == lines.size() ? lines.size()
                                                                               : others.size());
  }
}

TEST_F(ExportCodecTest, ADamagedLineIsNamed) {
  const std::vector<std::string> lines = absl::StrSplit(absl::StripSuffix(Export(), "\n"), '\n');
  for (size_t damaged = 0; damaged < lines.size(); ++damaged) {
    std::vector<std::string> others = lines;
    others[damaged].resize(others[damaged].size() / 2);
    ExpectWrongLine(absl::StrJoin(others, "\n"), damaged + 1);
  }
  ExpectWrongLine(absl::StrReplaceAll(Export(), {{"\"id\":\"orders\"", "\"id\":\"other\""}}), 4);
  ExpectWrongLine(Export() + "{}", lines.size() + 1);
  ExpectWrongLine("", 1);
  ExpectWrongLine(absl::StrReplaceAll(Export(), {{"agent-0.example:9092", "nowhere"}}), 8);
}

TEST_F(ExportCodecTest, ANewerExportIsRefused) {
  for (const char* version : {"format_version", "schema_version"}) {
    const std::string newer = absl::StrReplaceAll(
        Export(), {{absl::StrCat("\"", version, "\":1,"), absl::StrCat("\"", version, "\":2,")}});
    ExpectError(Import(newer).status(), absl::StatusCode::kFailedPrecondition, Reason::kStoreTooNew,
                "line 1 of the export");
  }
}

TEST_F(ExportCodecTest, TheCheckSumsUpWhatIsThere) {
  const auto summary = CheckMetadata(All());
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->identity.cluster_uid, catalog_->cluster_uid());
  EXPECT_EQ(summary->virtual_clusters, 2);
  EXPECT_EQ(summary->agent_pools, 2);
  EXPECT_EQ(summary->agents, 1);
  EXPECT_EQ(summary->remembered_requests, 1);
}

TEST_F(ExportCodecTest, TheCheckFindsContradictionsAndWhatIsMissing) {
  MetadataStore::Listing all = All();
  std::erase_if(all.entries,
                [](const StoredEntry& e) { return e.key == "catalog/pool/apn_orders"; });
  ExpectError(CheckMetadata(all).status(), absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
              "contradicts");
  all = All();
  std::erase_if(all.entries, [](const StoredEntry& e) { return e.key == kClusterKey; });
  ExpectError(CheckMetadata(all).status(), absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
              "identity record");
}

TEST_F(ExportCodecTest, ARestoredClusterGivesNothingASecondTime) {
  const MetadataStore::Listing all = All();
  const auto restored = RestoredMetadata(all);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_GE(restored->revision, all.revision + 1'000'000'000);
  ASSERT_EQ(restored->entries.size(), all.entries.size());
  for (size_t i = 0; i < all.entries.size(); ++i) {
    const StoredEntry& before = all.entries[i];
    const StoredEntry& after = restored->entries[i];
    EXPECT_EQ(after.key, before.key);
    EXPECT_EQ(after.revision, before.revision);
    if (before.key == kClusterKey) {
      EXPECT_GE(DecodeClusterIdentity(after)->start_count, catalog_->start_count() + 1'000'000);
      EXPECT_EQ(DecodeClusterIdentity(after)->cluster_uid, catalog_->cluster_uid());
    } else if (ParseRegistrationKey(before.key).has_value()) {
      const auto registration = DecodeRegistration(after);
      EXPECT_TRUE(registration->dead);
      EXPECT_TRUE(registration->draining) << "an admin's wish is kept";
      EXPECT_EQ(registration->epoch, epoch_);
    } else {
      EXPECT_EQ(after.value, before.value);
    }
  }
}

TEST_F(ExportCodecTest, AnotherClustersDataIsRefusedBeforeAnythingIsWritten) {
  const std::string text = Export();
  Catalog::Options options;
  options.expected_cluster_uid = "cls_another";
  ExpectError(Catalog::Open(store_, clock_, random_, options).status(),
              absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster, "--cluster_uid");
  EXPECT_EQ(Export(), text);
  InMemoryMetadataStore empty;
  ExpectError(Catalog::Open(empty, clock_, random_, options).status(),
              absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster, "is empty");
  EXPECT_TRUE(empty.List("")->entries.empty());
  options.expected_cluster_uid = catalog_->cluster_uid();
  EXPECT_TRUE(Catalog::Open(store_, clock_, random_, options).ok());
}

}  // namespace
}  // namespace bellwether
