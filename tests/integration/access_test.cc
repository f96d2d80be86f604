// Access control: agent keys and admin tokens on a real control plane with authentication, tested
// from outside.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bellwether/v1/access.grpc.pb.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/service/rpc_method.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void SetKey(grpc::ClientContext& context, const std::string& key) {
  if (!key.empty()) context.AddMetadata("authorization", "Bearer " + key);
}

// Makes one call with a key, or with none if it is "".
template <typename Stub, typename Request, typename Response>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const std::string& key, const Request& request, Response* response) {
  grpc::ClientContext context;
  SetKey(context, key);
  return (stub.*method)(&context, request, response);
}

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    Connect();
    admin_ = FirstToken();
  }

  void Connect() {
    const auto admins = grpc::CreateChannel(plane_.admin_address(), Plain());
    const auto agents = grpc::CreateChannel(plane_.agent_address(), Plain());
    clusters_ = v1::VirtualClusterService::NewStub(admins);
    pools_ = v1::AgentPoolService::NewStub(admins);
    access_ = v1::AccessService::NewStub(admins);
    agents_ = v1::AgentService::NewStub(agents);
    discovery_ = v1::DiscoveryService::NewStub(agents);
  }
  static std::shared_ptr<grpc::ChannelCredentials> Plain() {
    return grpc::InsecureChannelCredentials();
  }
  std::string FirstTokenFile() const { return plane_.data_dir() + "/first-admin-token"; }
  std::string FirstToken() const {
    const std::string token = ReadFile(FirstTokenFile());
    EXPECT_EQ(token.size(), 84U);
    return token.substr(0, token.find('\n'));
  }

  grpc::Status CreateCluster(const std::string& key, const std::string& id) {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id(id);
    v1::VirtualCluster response;
    return Call(*clusters_, &v1::VirtualClusterService::Stub::CreateVirtualCluster, key, request,
                &response);
  }
  grpc::Status DeleteCluster(const std::string& key, const std::string& id) {
    v1::DeleteVirtualClusterRequest request;
    request.set_name("virtualClusters/" + id);
    v1::VirtualCluster response;
    return Call(*clusters_, &v1::VirtualClusterService::Stub::DeleteVirtualCluster, key, request,
                &response);
  }
  grpc::Status PurgeCluster(const std::string& key, const std::string& id) {
    v1::PurgeVirtualClusterRequest request;
    request.set_name("virtualClusters/" + id);
    google::protobuf::Empty response;
    return Call(*clusters_, &v1::VirtualClusterService::Stub::PurgeVirtualCluster, key, request,
                &response);
  }
  grpc::Status ListClusters(const std::string& key) {
    v1::ListVirtualClustersResponse response;
    return Call(*clusters_, &v1::VirtualClusterService::Stub::ListVirtualClusters, key,
                v1::ListVirtualClustersRequest(), &response);
  }
  v1::AgentKey CreateKey(const std::string& cluster) {
    v1::CreateAgentKeyRequest request;
    request.set_parent("virtualClusters/" + cluster);
    v1::AgentKey response;
    EXPECT_GRPC_OK(
        Call(*access_, &v1::AccessService::Stub::CreateAgentKey, admin_, request, &response));
    secrets_.push_back(response.key());
    return response;
  }
  grpc::Status RevokeKey(const std::string& key, const std::string& name) {
    v1::RevokeAgentKeyRequest request;
    request.set_name(name);
    google::protobuf::Empty response;
    return Call(*access_, &v1::AccessService::Stub::RevokeAgentKey, key, request, &response);
  }
  v1::AdminToken CreateToken(v1::AdminToken::Role role) {
    v1::CreateAdminTokenRequest request;
    request.mutable_admin_token()->set_role(role);
    v1::AdminToken response;
    EXPECT_GRPC_OK(
        Call(*access_, &v1::AccessService::Stub::CreateAdminToken, admin_, request, &response));
    secrets_.push_back(response.token());
    return response;
  }
  grpc::Status Register(const std::string& key, const std::string& pool, const std::string& cluster,
                        v1::RegisterAgentResponse* response) {
    v1::RegisterAgentRequest request;
    request.set_agent_id("agent-1");
    request.set_boot_id("boot-1");
    request.set_agent_pool(pool);
    request.set_virtual_cluster(cluster);
    request.set_address("agent-1.example:9092");
    return Call(*agents_, &v1::AgentService::Stub::RegisterAgent, key, request, response);
  }
  static v1::HeartbeatRequest Heartbeat(const v1::RegisterAgentResponse& registration,
                                        int64_t sequence) {
    v1::HeartbeatRequest request;
    request.set_agent_id("agent-1");
    request.set_agent_pool(registration.agent_pool());
    request.set_agent_epoch(registration.agent_epoch());
    request.set_cluster_uid(registration.cluster_uid());
    request.set_sequence(sequence);
    return request;
  }
  grpc::Status SendHeartbeat(const std::string& key, const v1::HeartbeatRequest& request) {
    v1::HeartbeatResponse response;
    return Call(*agents_, &v1::AgentService::Stub::Heartbeat, key, request, &response);
  }
  grpc::Status Deregister(const std::string& key, const std::string& pool, int64_t epoch) {
    v1::DeregisterAgentRequest request;
    request.set_agent_id("agent-1");
    request.set_agent_pool(pool);
    request.set_agent_epoch(epoch);
    v1::DeregisterAgentResponse response;
    return Call(*agents_, &v1::AgentService::Stub::DeregisterAgent, key, request, &response);
  }
  grpc::Status Resolve(const std::string& key, const std::string& cluster) {
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster(cluster);
    v1::TopicPartitions& topic = *request.add_topics();
    topic.set_topic("t");
    topic.set_partition_count(1);
    v1::ResolveLeadersResponse response;
    return Call(*discovery_, &v1::DiscoveryService::Stub::ResolveLeaders, key, request, &response);
  }

  // The error that every unauthorized caller gets.
  ErrorFields Refusal() {
    const grpc::Status status = ListClusters("");
    EXPECT_GRPC_ERROR(status, grpc::StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED");
    return FieldsOfError(status);
  }
  // The lines of the audit that contain `text`.
  std::vector<std::string> Audit(const std::string& text) {
    // What was logged before this line has come when this one has.
    const std::string fence = "fence" + std::to_string(++fences_);
    EXPECT_FALSE(DeleteCluster(admin_, fence).ok());
    plane_.process().WaitForLine(fence);
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(plane_.process().Output(), '\n')) {
      if (line.find("event=audit ") != absl::string_view::npos &&
          line.find(text) != absl::string_view::npos &&
          line.find("fence") == absl::string_view::npos) {
        lines.emplace_back(line);
      }
    }
    return lines;
  }

  int fences_ = 0;
  ControlPlaneProcess plane_{{"--authentication=required"}};
  std::unique_ptr<v1::VirtualClusterService::Stub> clusters_;
  std::unique_ptr<v1::AgentPoolService::Stub> pools_;
  std::unique_ptr<v1::AccessService::Stub> access_;
  std::unique_ptr<v1::AgentService::Stub> agents_;
  std::unique_ptr<v1::DiscoveryService::Stub> discovery_;
  std::string admin_;
  // All that were made.
  std::vector<std::string> secrets_;
};

// One call of any method, with an empty request.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                       const std::string& key) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  SetKey(context, key);
  grpc::CompletionQueue queue;
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok));
  return status;
}

TEST_F(AccessTest, AgentKeyOpensItsVirtualClusterAndNothingElse) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "a"));
  ASSERT_GRPC_OK(CreateCluster(admin_, "b"));
  const std::string key = CreateKey("a").key();
  v1::RegisterAgentResponse own;
  ASSERT_GRPC_OK(Register(key, "apn_a", "", &own));
  EXPECT_GRPC_OK(Register(key, "agentPools/apn_a", "virtualClusters/a", &own));
  EXPECT_GRPC_OK(SendHeartbeat(key, Heartbeat(own, 1)));
  for (const std::string& name :
       {std::string("a"), std::string("virtualClusters/a"), own.virtual_cluster_uid()}) {
    EXPECT_GRPC_OK(Resolve(key, name));
  }

  v1::RegisterAgentResponse foreign;
  ASSERT_GRPC_OK(Register(CreateKey("b").key(), "apn_b", "", &foreign));
  // The holder of a valid key learns the scope of the key, and nothing about the subject of the
  // call.
  v1::RegisterAgentResponse ignored;
  const grpc::Status own_scope = Register(key, "apn_nowhere", "", &ignored);
  EXPECT_GRPC_ERROR(own_scope, grpc::StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED");
  EXPECT_THAT(ErrorMetadata(own_scope), UnorderedElementsAre(Pair("right_virtual_cluster", "a"),
                                                             Pair("right_agent_pool", "apn_a")));
  const ErrorFields refusal = FieldsOfError(own_scope);
  for (const char* pool : {"apn_b", "apn_nowhere", "apn_default", ""}) {
    EXPECT_EQ(FieldsOfError(Register(key, pool, "", &ignored)), refusal) << pool;
    EXPECT_EQ(FieldsOfError(Register(key, pool, "a", &ignored)), refusal) << pool;
    EXPECT_EQ(FieldsOfError(Deregister(key, pool, 1)), refusal) << pool;
  }
  EXPECT_EQ(FieldsOfError(Register(key, "apn_a", "b", &ignored)), refusal);
  EXPECT_EQ(FieldsOfError(SendHeartbeat(key, Heartbeat(foreign, 1))), refusal);
  for (const std::string& name :
       {std::string("b"), foreign.virtual_cluster_uid(), std::string("nowhere"), std::string()}) {
    EXPECT_EQ(FieldsOfError(Resolve(key, name)), refusal) << name;
  }
  EXPECT_EQ(FieldsOfError(ListClusters(key)), Refusal());
  EXPECT_EQ(FieldsOfError(DeleteCluster(key, "a")), Refusal());
  EXPECT_GRPC_OK(Deregister(key, "apn_a", own.agent_epoch()));
}

TEST_F(AccessTest, EveryMethodRefusesEveryBadCredentialAlike) {
  const v1::AgentKey agent = CreateKey("vcn_default");
  const v1::AgentKey revoked = CreateKey("vcn_default");
  ASSERT_GRPC_OK(RevokeKey(admin_, revoked.name()));
  const std::string id = agent.key().substr(0, agent.key().find('.'));
  const std::string other_secret = CreateKey("vcn_default").key().substr(id.size());
  const std::vector<std::string> bad = {"",
                                        revoked.key(),
                                        agent.key().substr(0, agent.key().size() - 1),
                                        agent.key() + "a",
                                        id,
                                        id + ".",
                                        id + other_secret,
                                        "agk_aaaaaaaaaaaaaaaaaaaaaaaaaa" + other_secret,
                                        admin_.substr(0, admin_.size() - 1),
                                        std::string(5'000, 'x')};
  const ErrorFields refusal = Refusal();
  const auto admins = grpc::CreateChannel(plane_.admin_address(), Plain());
  const auto agents = grpc::CreateChannel(plane_.agent_address(), Plain());
  for (const RpcMethodTraits& method : kRpcMethods) {
    const bool of_agents = method.access <= AccessRule::kAgentOrViewer;
    const std::string path = absl::StrCat("/", method.service, "/", method.name);
    for (const std::string& key : bad) {
      EXPECT_EQ(FieldsOfError(CallEmpty(of_agents ? agents : admins, path, key)), refusal)
          << path << " with " << key;
    }
    // A credential of the other kind is refused too.
    if (method.access != AccessRule::kAgentOrViewer) {
      const std::string& other = method.access == AccessRule::kAgent ? admin_ : agent.key();
      EXPECT_EQ(FieldsOfError(CallEmpty(of_agents ? agents : admins, path, other)), refusal)
          << path;
    }
    // So is a key in a call without a subject, except that its holder learns the scope of the key.
    // An agent that names no pool means the default one, which this key is for.
    if (of_agents && path != "/bellwether.v1.AgentService/RegisterAgent") {
      EXPECT_GRPC_ERROR(CallEmpty(agents, path, agent.key()), grpc::StatusCode::PERMISSION_DENIED,
                        "PERMISSION_DENIED");
    }
  }
}

TEST_F(AccessTest, NobodyLearnsWhatExists) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "there"));
  const std::string viewer = CreateToken(v1::AdminToken::ROLE_VIEWER).token();
  const ErrorFields refusal = Refusal();
  for (const std::string& key : {std::string(), viewer}) {
    for (const char* id : {"there", "nowhere", "Not An Id"}) {
      EXPECT_EQ(FieldsOfError(DeleteCluster(key, id)), refusal) << id;
      EXPECT_EQ(FieldsOfError(CreateCluster(key, id)), refusal) << id;
    }
  }
}

TEST_F(AccessTest, RolesMayWhatTheyMay) {
  const std::string viewer = CreateToken(v1::AdminToken::ROLE_VIEWER).token();
  const std::string oper = CreateToken(v1::AdminToken::ROLE_OPERATOR).token();
  const std::string admin = CreateToken(v1::AdminToken::ROLE_ADMIN).token();
  const ErrorFields refusal = Refusal();
  EXPECT_GRPC_OK(ListClusters(viewer));
  EXPECT_EQ(FieldsOfError(CreateCluster(viewer, "a")), refusal);
  EXPECT_GRPC_OK(ListClusters(oper));
  EXPECT_GRPC_OK(CreateCluster(oper, "a"));
  EXPECT_EQ(FieldsOfError(DeleteCluster(oper, "a")), refusal);
  EXPECT_EQ(FieldsOfError(PurgeCluster(oper, "a")), refusal);
  EXPECT_EQ(FieldsOfError(RevokeKey(oper, "virtualClusters/a/agentKeys/agk_x")), refusal);
  EXPECT_GRPC_ERROR(RevokeKey(admin, "virtualClusters/a/agentKeys/agk_x"),
                    grpc::StatusCode::NOT_FOUND, "AGENT_KEY_NOT_FOUND");
  EXPECT_GRPC_OK(DeleteCluster(admin, "a"));
  EXPECT_EQ(FieldsOfError(PurgeCluster(oper, "a")), refusal);
  EXPECT_GRPC_OK(PurgeCluster(admin, "a"));
}

TEST_F(AccessTest, RevocationEndsAnOpenStreamAtItsNextMessage) {
  const v1::AgentKey key = CreateKey("vcn_default");
  const v1::AgentKey next = CreateKey("vcn_default");
  const ErrorFields refusal = Refusal();
  v1::RegisterAgentResponse registration;
  ASSERT_GRPC_OK(Register(key.key(), "", "", &registration));
  grpc::ClientContext context;
  SetKey(context, key.key());
  const auto stream = agents_->StreamHeartbeats(&context);
  v1::HeartbeatResponse response;
  for (int64_t sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_TRUE(stream->Write(Heartbeat(registration, sequence)));
    ASSERT_TRUE(stream->Read(&response));
  }
  ASSERT_GRPC_OK(RevokeKey(admin_, key.name()));
  stream->Write(Heartbeat(registration, 4));
  EXPECT_FALSE(stream->Read(&response));
  // One that went on would end with this, and OK.
  stream->WritesDone();
  EXPECT_EQ(FieldsOfError(stream->Finish()), refusal);
  EXPECT_EQ(FieldsOfError(SendHeartbeat(key.key(), Heartbeat(registration, 5))), refusal);
  // The other key stays valid.
  EXPECT_GRPC_OK(SendHeartbeat(next.key(), Heartbeat(registration, 6)));
}

TEST_F(AccessTest, StreamIsForThePoolOfItsKeyMessageByMessage) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "b"));
  const std::string key = CreateKey("vcn_default").key();
  v1::RegisterAgentResponse own;
  v1::RegisterAgentResponse foreign;
  ASSERT_GRPC_OK(Register(key, "", "", &own));
  ASSERT_GRPC_OK(Register(CreateKey("b").key(), "apn_b", "", &foreign));
  grpc::ClientContext context;
  SetKey(context, key);
  const auto stream = agents_->StreamHeartbeats(&context);
  v1::HeartbeatResponse response;
  ASSERT_TRUE(stream->Write(Heartbeat(own, 1)));
  ASSERT_TRUE(stream->Read(&response));
  stream->Write(Heartbeat(foreign, 1));
  EXPECT_FALSE(stream->Read(&response));
  // One that went on would end with this, and OK.
  stream->WritesDone();
  EXPECT_GRPC_ERROR(stream->Finish(), grpc::StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED");
}

TEST_F(AccessTest, OnTheAdminAddressAdminsAskWhyAnAgentLeadsAndAgentsDoNot) {
  const std::string agent = CreateKey("vcn_default").key();
  const std::string viewer = CreateToken(v1::AdminToken::ROLE_VIEWER).token();
  v1::RegisterAgentResponse registration;
  ASSERT_GRPC_OK(Register(agent, "", "", &registration));
  ASSERT_GRPC_OK(SendHeartbeat(agent, Heartbeat(registration, 1)));
  const auto admins =
      v1::DiscoveryService::NewStub(grpc::CreateChannel(plane_.admin_address(), Plain()));
  v1::ExplainLeaderRequest request;
  request.set_virtual_cluster("vcn_default");
  request.set_topic("t");
  v1::ExplainLeaderResponse explanation;
  ASSERT_GRPC_OK(
      Call(*admins, &v1::DiscoveryService::Stub::ExplainLeader, viewer, request, &explanation));
  EXPECT_EQ(explanation.facts().leader_agent_id(), "agent-1");
  EXPECT_EQ(FieldsOfError(Call(*admins, &v1::DiscoveryService::Stub::ExplainLeader, agent, request,
                               &explanation)),
            Refusal());
  EXPECT_GRPC_OK(
      Call(*discovery_, &v1::DiscoveryService::Stub::ExplainLeader, agent, request, &explanation));
  v1::ResolveLeadersRequest query;
  query.set_virtual_cluster("vcn_default");
  v1::ResolveLeadersResponse answer;
  EXPECT_EQ(Call(*admins, &v1::DiscoveryService::Stub::ResolveLeaders, viewer, query, &answer)
                .error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(AccessTest, KeysAndTokensSurviveARestartWithoutTheirSecrets) {
  const v1::AgentKey key = CreateKey("vcn_default");
  const v1::AdminToken viewer = CreateToken(v1::AdminToken::ROLE_VIEWER);
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  plane_.Start();
  Connect();
  EXPECT_GRPC_OK(ListClusters(viewer.token()));
  v1::RegisterAgentResponse registration;
  EXPECT_GRPC_OK(Register(key.key(), "", "", &registration));
  v1::ListAgentKeysRequest request;
  request.set_parent("virtualClusters/vcn_default");
  v1::ListAgentKeysResponse keys;
  ASSERT_GRPC_OK(
      Call(*access_, &v1::AccessService::Stub::ListAgentKeys, viewer.token(), request, &keys));
  ASSERT_EQ(keys.agent_keys_size(), 1);
  EXPECT_EQ(keys.agent_keys(0).name(), key.name());
  EXPECT_EQ(keys.agent_keys(0).key(), "");
  v1::ListAdminTokensResponse tokens;
  ASSERT_GRPC_OK(Call(*access_, &v1::AccessService::Stub::ListAdminTokens, viewer.token(),
                      v1::ListAdminTokensRequest(), &tokens));
  EXPECT_EQ(tokens.admin_tokens_size(), 2);
  for (const v1::AdminToken& token : tokens.admin_tokens()) EXPECT_EQ(token.token(), "");
}

TEST_F(AccessTest, ListsComeInPages) {
  for (int i = 0; i < 3; ++i) CreateKey("vcn_default");
  v1::ListAgentKeysRequest request;
  request.set_parent("virtualClusters/vcn_default");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    v1::ListAgentKeysResponse page;
    ASSERT_GRPC_OK(Call(*access_, &v1::AccessService::Stub::ListAgentKeys, admin_, request, &page));
    for (const v1::AgentKey& key : page.agent_keys()) names.push_back(key.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 3U);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(AccessTest, EveryChangeAndEveryRefusalLeavesOneLine) {
  const std::string identity = "identity=" + admin_.substr(0, admin_.find('.'));
  ASSERT_GRPC_OK(CreateCluster(admin_, "a"));
  EXPECT_THAT(Audit("VirtualClusterService/CreateVirtualCluster"),
              testing::ElementsAre(
                  AllOf(HasSubstr(identity), HasSubstr("resource=a"), HasSubstr("outcome=OK"))));
  EXPECT_EQ(DeleteCluster(admin_, "nowhere").error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(
      Audit("VirtualClusterService/DeleteVirtualCluster"),
      testing::ElementsAre(AllOf(HasSubstr(identity), HasSubstr("resource=virtualClusters/nowhere"),
                                 HasSubstr("outcome=NOT_FOUND"))));
  v1::CreateVirtualClusterRequest twice;
  twice.set_virtual_cluster_id("b");
  twice.set_request_id("ticket-4711");
  v1::VirtualCluster created;
  for (int i = 0; i < 2; ++i) {
    ASSERT_GRPC_OK(Call(*clusters_, &v1::VirtualClusterService::Stub::CreateVirtualCluster, admin_,
                        twice, &created));
  }
  EXPECT_THAT(Audit("request_id=ticket-4711"), testing::SizeIs(2))
      << "asked again, it is not another change";
  const v1::AgentKey key = CreateKey("a");
  EXPECT_THAT(
      Audit("AccessService/CreateAgentKey"),
      testing::ElementsAre(AllOf(HasSubstr(identity), HasSubstr("resource=virtualClusters/a"))));
  // Reading is not a change.
  EXPECT_GRPC_OK(ListClusters(admin_));
  EXPECT_THAT(Audit("ListVirtualClusters"), testing::IsEmpty());

  EXPECT_FALSE(ListClusters("").ok());
  EXPECT_THAT(Audit("ListVirtualClusters"),
              testing::ElementsAre(AllOf(HasSubstr("identity=unknown"),
                                         HasSubstr("outcome=\"refused: no credential\""))));
  EXPECT_FALSE(Resolve(key.key(), "vcn_default").ok());
  EXPECT_THAT(
      Audit("ResolveLeaders"),
      testing::ElementsAre(AllOf(HasSubstr("identity=agk_"), HasSubstr("resource=vcn_default"),
                                 HasSubstr("outcome=\"refused: out of scope\""))));
  // Within a minute, further refusals of the same caller for the same reason are counted, not
  // logged.
  EXPECT_FALSE(Resolve(key.key(), "vcn_default").ok());
  EXPECT_THAT(Audit("ResolveLeaders"), testing::SizeIs(1));
}

TEST_F(AccessTest, AnUpdateLeavesALineThatSaysWhatChangedFromWhatToWhat) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "a"));
  v1::UpdateVirtualClusterRequest update;
  update.mutable_virtual_cluster()->set_name("virtualClusters/a");
  update.mutable_virtual_cluster()->set_display_name("Orders");
  update.mutable_virtual_cluster()->set_deletion_protection(true);
  update.mutable_update_mask()->add_paths("display_name");
  update.mutable_update_mask()->add_paths("deletion_protection");
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Call(*clusters_, &v1::VirtualClusterService::Stub::UpdateVirtualCluster, admin_,
                      update, &updated));
  update.mutable_virtual_cluster()->set_display_name("Bills");
  ASSERT_GRPC_OK(Call(*clusters_, &v1::VirtualClusterService::Stub::UpdateVirtualCluster, admin_,
                      update, &updated));
  EXPECT_THAT(Audit("VirtualClusterService/UpdateVirtualCluster"),
              testing::ElementsAre(
                  AllOf(HasSubstr("display_name: \\\"\\\" -> \\\"Orders\\\""),
                        HasSubstr("deletion_protection: false -> true"), HasSubstr("etag: ")),
                  AllOf(HasSubstr("display_name: \\\"Orders\\\" -> \\\"Bills\\\""),
                        Not(HasSubstr("deletion_protection")))));
}

TEST_F(AccessTest, FirstTokenIsInAFileForItsOwnerAndMadeOnlyWhereThereIsNone) {
  struct stat file = {};
  ASSERT_EQ(stat(FirstTokenFile().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
  EXPECT_THAT(plane_.process().Output(),
              AllOf(HasSubstr(FirstTokenFile()), Not(HasSubstr(admin_))));
  std::filesystem::remove(FirstTokenFile());
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);
  plane_.Start();
  EXPECT_FALSE(std::filesystem::exists(FirstTokenFile()));
  Connect();
  // A viewer cannot make tokens: without the last admin there has to be another.
  CreateToken(v1::AdminToken::ROLE_VIEWER);
  v1::RevokeAdminTokenRequest request;
  request.set_name("adminTokens/" + admin_.substr(0, admin_.find('.')));
  google::protobuf::Empty response;
  EXPECT_GRPC_ERROR(
      Call(*access_, &v1::AccessService::Stub::RevokeAdminToken, admin_, request, &response),
      grpc::StatusCode::FAILED_PRECONDITION, "LAST_ADMIN_TOKEN");
  request.set_force(true);
  ASSERT_GRPC_OK(
      Call(*access_, &v1::AccessService::Stub::RevokeAdminToken, admin_, request, &response));
  EXPECT_FALSE(ListClusters(admin_).ok());
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);
  plane_.Start();
  Connect();
  EXPECT_GRPC_OK(ListClusters(FirstToken()));
}

TEST_F(AccessTest, ATokenIsMadeOfflineWhereEverybodyIsLockedOut) {
  const std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER"),
                                            "create-admin-token",
                                            "--data_dir=" + plane_.data_dir()};
  const CommandResult running = RunCommand(command);
  EXPECT_NE(running.status, 0) << "a control plane runs on the store";
  v1::RevokeAdminTokenRequest request;
  request.set_name("adminTokens/" + admin_.substr(0, admin_.find('.')));
  request.set_force(true);
  google::protobuf::Empty response;
  ASSERT_GRPC_OK(
      Call(*access_, &v1::AccessService::Stub::RevokeAdminToken, admin_, request, &response));
  std::filesystem::remove(FirstTokenFile());
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);

  const CommandResult made = RunCommand(command);
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string token = made.output.substr(0, made.output.find('\n'));
  secrets_.push_back(token);
  plane_.Start();
  Connect();
  EXPECT_GRPC_OK(CreateCluster(token, "orders"));
  EXPECT_FALSE(std::filesystem::exists(FirstTokenFile())) << "there is one already";

  const TempDir empty;
  const CommandResult nowhere =
      RunCommand({command[0], command[1], "--data_dir=" + empty.path() + "/none"});
  EXPECT_NE(nowhere.status, 0);
  EXPECT_FALSE(std::filesystem::exists(empty.path() + "/none")) << "no store is made";
}

TEST_F(AccessTest, SecretsAreInNoLineMetricErrorOrAnswer) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "a"));
  const v1::AgentKey key = CreateKey("a");
  const v1::AdminToken viewer = CreateToken(v1::AdminToken::ROLE_VIEWER);
  secrets_.push_back(admin_);
  std::string seen;
  const auto tell = [&seen](const grpc::Status& status) {
    absl::StrAppend(&seen, status.error_message(), status.error_details());
  };
  v1::RegisterAgentResponse registration;
  tell(Register(key.key(), "apn_a", "", &registration));
  tell(Register(key.key() + "x", "apn_a", "", &registration));
  tell(Resolve(key.key(), "vcn_default"));
  tell(DeleteCluster(viewer.token(), "a"));
  // A secret where another thing belongs.
  const std::string secret = key.key().substr(key.key().find('.') + 1);
  tell(ListClusters(secret));
  tell(ListClusters(secret + "." + secret));
  tell(RevokeKey(admin_, key.name()));
  v1::ListAdminTokensResponse tokens;
  tell(Call(*access_, &v1::AccessService::Stub::ListAdminTokens, viewer.token(),
            v1::ListAdminTokensRequest(), &tokens));
  absl::StrAppend(&seen, tokens.ShortDebugString());
  const std::string port = plane_.metrics_address().substr(plane_.metrics_address().find(':') + 1);
  const std::string metrics =
      RunCommand({"bash", "-c",
                  "exec 3<>/dev/tcp/127.0.0.1/" + port +
                      "; printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3; cat <&3"})
          .output;
  EXPECT_THAT(metrics, HasSubstr("CreateAgentKey"));
  absl::StrAppend(&seen, metrics);
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);
  absl::StrAppend(&seen, plane_.process().Output());
  EXPECT_THAT(seen, HasSubstr("event=audit"));
  for (const std::string& whole : secrets_) {
    const std::string text = whole.substr(whole.find('.') + 1);
    ASSERT_EQ(text.size(), 52U);
    // Nor most of one.
    EXPECT_THAT(seen, Not(HasSubstr(text.substr(0, 20))));
    EXPECT_THAT(seen, Not(HasSubstr(text.substr(32))));
  }
}

TEST_F(AccessTest, ReferenceAgentJoinsWithItsKeyAndTakesTheNextOneWhileItRuns) {
  const v1::AgentKey before = CreateKey("vcn_default");
  const TempDir directory;
  const std::string file = directory.path() + "/key";
  std::ofstream(file) << before.key() << "\n";
  AgentProcess agent("agent-1", plane_.agent_address(), {"-agentKeyPath=" + file});
  const v1::AgentKey after = CreateKey("vcn_default");
  std::ofstream(file + ".new") << after.key() << "\n";
  std::filesystem::rename(file + ".new", file);
  ASSERT_GRPC_OK(RevokeKey(admin_, before.name()));
  EXPECT_FALSE(agent.process().WaitForLine("control plane unusable").empty());
  EXPECT_FALSE(agent.process().WaitForLine("control plane reachable again").empty());
  for (const std::string& whole : secrets_) {
    EXPECT_THAT(agent.process().Output(), Not(HasSubstr(whole.substr(whole.find('.') + 1))));
  }
}

// The most likely mistake: the right key, and the pool left out.
TEST_F(AccessTest, ReferenceAgentWithTheKeyOfAnotherPoolRefusesToStartAndNamesThePool) {
  ASSERT_GRPC_OK(CreateCluster(admin_, "orders"));
  const TempDir directory;
  const CommandResult result =
      RunCommand({ProgramFromEnvironment("BELLWETHER_AGENT"), "-agentID=agent-1",
                  "-controlPlaneAddress=" + plane_.agent_address(), "-kafkaAddress=127.0.0.1:0",
                  "-stateDir=" + directory.path()},
                 {{"BELLWETHER_AGENT_AGENT_KEY", CreateKey("orders").key()}});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("PERMISSION_DENIED"),
                    HasSubstr("set -agentPoolName or WARPSTREAM_AGENT_POOL_NAME to apn_orders")));
}

TEST_F(AccessTest, ReferenceAgentWithoutAGoodKeyIsToldWhatToDo) {
  const std::string key = CreateKey("vcn_default").key();
  const TempDir directory;
  const std::vector<std::string> command = {
      ProgramFromEnvironment("BELLWETHER_AGENT"), "-agentID=agent-1",
      "-controlPlaneAddress=" + plane_.agent_address(), "-kafkaAddress=127.0.0.1:0",
      "-stateDir=" + directory.path()};
  const CommandResult without = RunCommand(command);
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.output, AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("-agentKeyPath"),
                                    HasSubstr("BELLWETHER_AGENT_AGENT_KEY_PATH")));
  const CommandResult wrong =
      RunCommand(command, {{"BELLWETHER_AGENT_AGENT_KEY", key.substr(0, key.size() - 1)}});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.output, AllOf(HasSubstr("PERMISSION_DENIED"), Not(HasSubstr(key.substr(40)))));
}

}  // namespace
}  // namespace bellwether
