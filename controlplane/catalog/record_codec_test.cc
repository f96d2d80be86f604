#include "controlplane/catalog/record_codec.h"

#include "controlplane/base/random.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/model/error.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

const absl::Time kTime = absl::FromUnixSeconds(1'700'000'000) + absl::Nanoseconds(123'456'789);

VirtualCluster Orders() {
  VirtualCluster cluster;
  cluster.id = "orders";
  cluster.uid = "vci_x";
  cluster.display_name = "Orders";
  cluster.agent_pool_id = "apn_orders";
  cluster.default_strategy = Strategy::kSingleAgent;
  cluster.create_time = kTime;
  cluster.update_time = kTime + absl::Seconds(1);
  cluster.delete_time = kTime + absl::Seconds(2);
  cluster.expire_time = kTime + absl::Seconds(3);
  cluster.deletion_protection = true;
  cluster.labels = {{"team", "shop"}};
  cluster.single_agent_sticky = true;
  cluster.zone_cidrs = {*ParseZoneCidr("10.1.0.0/16", "eu-1"), *ParseZoneCidr("fd00::/8", "eu-2")};
  return cluster;
}

void ExpectSame(const VirtualCluster& a, const VirtualCluster& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.uid, b.uid);
  EXPECT_EQ(a.display_name, b.display_name);
  EXPECT_EQ(a.agent_pool_id, b.agent_pool_id);
  EXPECT_EQ(a.default_strategy, b.default_strategy);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.update_time, b.update_time);
  EXPECT_EQ(a.delete_time, b.delete_time);
  EXPECT_EQ(a.expire_time, b.expire_time);
  EXPECT_EQ(a.deletion_protection, b.deletion_protection);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.single_agent_sticky, b.single_agent_sticky);
  EXPECT_EQ(a.zone_cidrs, b.zone_cidrs);
}

void ExpectCorrupt(const absl::Status& status, const std::string& key) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(GetReason(status), Reason::kStoreCorrupt);
  EXPECT_EQ(GetErrorMetadata(status)["key"], key);
}

TEST(RecordCodecTest, VirtualClustersComeBackAsTheyWere) {
  const StoredEntry entry{VirtualClusterKey("orders"), EncodeVirtualCluster(Orders()), 7};
  const auto read = DecodeVirtualCluster(entry);
  ASSERT_TRUE(read.ok()) << read.status();
  ExpectSame(*read, Orders());
  StoredEntry later = entry;
  later.revision = 8;
  EXPECT_NE(DecodeVirtualCluster(later)->etag, read->etag);
}

TEST(RecordCodecTest, AnswersComeBackAsTheyWere) {
  const AnsweredRequest request{"CreateVirtualCluster", "orders", 42, kTime, Orders()};
  const auto read = DecodeAnsweredRequest({RequestKey("r"), EncodeAnsweredRequest(request), 7});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->method, request.method);
  EXPECT_EQ(read->resource_id, "orders");
  EXPECT_EQ(read->fingerprint, 42u);
  EXPECT_EQ(read->expire_time, kTime);
  ExpectSame(std::get<VirtualCluster>(read->answer), Orders());
}

TEST(RecordCodecTest, ARegistrationWithoutAnEpochHasItsRevision) {
  Registration registration;
  registration.agent_pool_id = "apn_orders";
  registration.spec.agent_id = "agent-0";
  registration.spec.boot_id = "boot";
  registration.spec.address = {"::1", 9092};
  const std::string key = RegistrationKey({"apn_orders", "agent-0"});
  EXPECT_EQ(DecodeRegistration({key, EncodeRegistration(registration), 7})->epoch, 7);
  registration.epoch = 3;
  const auto read = DecodeRegistration({key, EncodeRegistration(registration), 7});
  EXPECT_EQ(read->epoch, 3);
  EXPECT_EQ(read->spec.address.host, "::1");
  const std::string other = RegistrationKey({"apn_orders", "agent-1"});
  ExpectCorrupt(DecodeRegistration({other, EncodeRegistration(registration), 7}).status(), other);
}

TEST(RecordCodecTest, HowAnAgentJoinsComesBackAndOlderRecordsHaveJoined) {
  Registration registration;
  registration.agent_pool_id = "apn_orders";
  registration.spec.agent_id = "agent-0";
  registration.spec.boot_id = "boot";
  registration.spec.address = {"::1", 9092};
  const std::string key = RegistrationKey({"apn_orders", "agent-0"});
  for (const Joining joining : {Joining::kDone, Joining::kNew, Joining::kReturning}) {
    registration.joining = joining;
    EXPECT_EQ(DecodeRegistration({key, EncodeRegistration(registration), 7})->joining, joining);
  }
  // Records of the previous version do not have this field: they count as records of agents that
  // have joined.
  registration.joining = Joining::kDone;
  const std::string older = EncodeRegistration(registration);
  registration.joining = Joining::kNew;
  EXPECT_EQ(EncodeRegistration(registration).substr(0, older.size()), older);
  EXPECT_EQ(DecodeRegistration({key, older, 7})->joining, Joining::kDone);
}

TEST(RecordCodecTest, CredentialsComeBackAsTheyWere) {
  Credential credential;
  credential.id = "agk_x";
  credential.secret_hash = std::string("\0\xff hash", 7);
  credential.display_name = "blue";
  credential.labels = {{"team", "shop"}};
  credential.create_time = kTime;
  credential.expire_time = kTime + absl::Seconds(1);
  const std::string key = CredentialKey("agk_x");
  for (const Grant& grant :
       {Grant(AgentGrant{"orders", "vci_x"}), Grant(AdminGrant{AdminRole::kViewer}),
        Grant(AdminGrant{AdminRole::kOperator}), Grant(AdminGrant{AdminRole::kAdmin})}) {
    credential.grant = grant;
    const auto read = DecodeCredential({key, EncodeCredential(credential), 7});
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->id, credential.id);
    EXPECT_EQ(read->secret_hash, credential.secret_hash);
    EXPECT_EQ(read->display_name, credential.display_name);
    EXPECT_EQ(read->labels, credential.labels);
    EXPECT_EQ(read->create_time, credential.create_time);
    EXPECT_EQ(read->expire_time, credential.expire_time);
    EXPECT_EQ(read->grant, grant);
  }
  const std::string other = CredentialKey("agk_y");
  ExpectCorrupt(DecodeCredential({other, EncodeCredential(credential), 7}).status(), other);
  credential.secret_hash = "";
  ExpectCorrupt(DecodeCredential({key, EncodeCredential(credential), 7}).status(), key);
}

TEST(RecordCodecTest, ARecordUnderAnotherKeyIsCorrupt) {
  const std::string key = VirtualClusterKey("billing");
  ExpectCorrupt(DecodeVirtualCluster({key, EncodeVirtualCluster(Orders()), 7}).status(), key);
  ExpectCorrupt(DecodeAgentPool({AgentPoolKey("x"), "", 7}).status(), AgentPoolKey("x"));
  ExpectCorrupt(DecodeClusterIdentity({"cluster", "", 7}).status(), "cluster");
}

TEST(RecordCodecTest, DamagedRecordsAreReportedNotRead) {
  SeededRandom random(3);
  const std::string whole = EncodeVirtualCluster(Orders());
  const std::string key = VirtualClusterKey("orders");
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole.substr(0, random.Below(whole.size() + 1));
    if (!damaged.empty()) damaged[random.Below(damaged.size())] ^= 1 << random.Below(8);
    const auto read = DecodeVirtualCluster({key, damaged, 1});
    if (!read.ok()) ExpectCorrupt(read.status(), key);
    (void)DecodeAnsweredRequest({"request/x", damaged, 1});
    (void)DecodeRegistration({"reg/a/b", damaged, 1});
    (void)DecodeCredential({CredentialKey("agk_x"), damaged, 1});
  }
}

TEST(KeysTest, ParsingTakesWhatFormattingWrites) {
  EXPECT_EQ(ParseVirtualClusterKey(VirtualClusterKey("orders")), "orders");
  EXPECT_EQ(ParseAgentPoolKey(AgentPoolKey("apn_orders")), "apn_orders");
  EXPECT_EQ(ParseRegistrationKey(RegistrationKey({"p", "a"})), (AgentKey{"p", "a"}));
  EXPECT_EQ(ParseCredentialKey(CredentialKey("agk_x")), "agk_x");
  EXPECT_EQ(ParseCredentialKey(AgentPoolKey("agk_x")), std::nullopt);
  EXPECT_EQ(ParseVirtualClusterKey(AgentPoolKey("orders")), std::nullopt);
  for (const char* key : {"", "reg/", "reg/p", "reg/p/", "reg//a", "reg/p/a/b", "cluster"}) {
    EXPECT_EQ(ParseRegistrationKey(key), std::nullopt) << key;
  }
}

}  // namespace
}  // namespace bellwether
