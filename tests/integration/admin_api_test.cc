// Virtual clusters and agent pools over real gRPC, on the real store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

class AdminApiTest : public testing::Test {
 protected:
  grpc::Status Create(const std::string& id, v1::VirtualCluster* response,
                      const v1::VirtualCluster& fields = {}, const std::string& request_id = "") {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id(id);
    *request.mutable_virtual_cluster() = fields;
    request.set_request_id(request_id);
    grpc::ClientContext context;
    return plane_.clusters().CreateVirtualCluster(&context, request, response);
  }
  grpc::Status Get(const std::string& name, v1::VirtualCluster* response) {
    v1::GetVirtualClusterRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    return plane_.clusters().GetVirtualCluster(&context, request, response);
  }
  grpc::Status GetPool(const std::string& name, v1::AgentPool* response) {
    v1::GetAgentPoolRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    return plane_.pools().GetAgentPool(&context, request, response);
  }
  grpc::Status CreatePool(const std::string& id, v1::AgentPool* response) {
    v1::CreateAgentPoolRequest request;
    request.set_agent_pool_id(id);
    grpc::ClientContext context;
    return plane_.pools().CreateAgentPool(&context, request, response);
  }
  grpc::Status Update(const v1::VirtualCluster& cluster, const std::vector<std::string>& paths,
                      v1::VirtualCluster* response) {
    v1::UpdateVirtualClusterRequest request;
    *request.mutable_virtual_cluster() = cluster;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    grpc::ClientContext context;
    return plane_.clusters().UpdateVirtualCluster(&context, request, response);
  }
  grpc::Status Delete(const std::string& name, v1::VirtualCluster* response,
                      const std::string& etag = "", bool force = false) {
    v1::DeleteVirtualClusterRequest request;
    request.set_name(name);
    request.set_etag(etag);
    request.set_force(force);
    grpc::ClientContext context;
    return plane_.clusters().DeleteVirtualCluster(&context, request, response);
  }
  grpc::Status Undelete(const std::string& name, v1::VirtualCluster* response) {
    v1::UndeleteVirtualClusterRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    return plane_.clusters().UndeleteVirtualCluster(&context, request, response);
  }
  grpc::Status List(const v1::ListVirtualClustersRequest& request,
                    v1::ListVirtualClustersResponse* response) {
    response->Clear();
    grpc::ClientContext context;
    return plane_.clusters().ListVirtualClusters(&context, request, response);
  }

  TestControlPlane plane_;
};

TEST_F(AdminApiTest, DefaultClusterAndPoolExistFromTheFirstStart) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Get("virtualClusters/vcn_default", &cluster));
  EXPECT_EQ(cluster.agent_pool(), "agentPools/apn_default");
  EXPECT_EQ(cluster.state(), v1::VirtualCluster::STATE_ACTIVE);
  v1::AgentPool pool;
  ASSERT_GRPC_OK(GetPool("agentPools/apn_default", &pool));
  ASSERT_EQ(pool.virtual_clusters_size(), 1);
  EXPECT_EQ(pool.virtual_clusters(0), "virtualClusters/vcn_default");
}

TEST_F(AdminApiTest, DefaultClusterAndPoolCannotBeDeleted) {
  v1::VirtualCluster cluster;
  EXPECT_GRPC_ERROR(Delete("virtualClusters/vcn_default", &cluster),
                    grpc::StatusCode::FAILED_PRECONDITION, "DEFAULT_RESOURCE");
  v1::DeleteAgentPoolRequest request;
  request.set_name("agentPools/apn_default");
  request.set_force(true);
  grpc::ClientContext context;
  google::protobuf::Empty empty;
  EXPECT_GRPC_ERROR(plane_.pools().DeleteAgentPool(&context, request, &empty),
                    grpc::StatusCode::FAILED_PRECONDITION, "DEFAULT_RESOURCE");
}

TEST_F(AdminApiTest, CreatingAClusterMakesAndBindsItsPool) {
  v1::VirtualCluster fields;
  fields.set_display_name("Orders");
  fields.set_default_partition_assignment_strategy("single_agent");
  (*fields.mutable_labels())["team"] = "billing";
  v1::VirtualCluster created;
  ASSERT_GRPC_OK(Create("orders", &created, fields));
  EXPECT_EQ(created.name(), "virtualClusters/orders");
  EXPECT_EQ(created.uid().substr(0, 4), "vci_");
  EXPECT_EQ(created.agent_pool(), "agentPools/apn_orders");
  EXPECT_EQ(created.default_partition_assignment_strategy(), "single_agent");
  EXPECT_EQ(created.labels().at("team"), "billing");
  EXPECT_FALSE(created.etag().empty());

  v1::VirtualCluster got;
  ASSERT_GRPC_OK(Get("virtualClusters/orders", &got));
  EXPECT_EQ(got.SerializeAsString(), created.SerializeAsString());
  v1::AgentPool pool;
  ASSERT_GRPC_OK(GetPool("agentPools/apn_orders", &pool));
  ASSERT_EQ(pool.virtual_clusters_size(), 1);
  EXPECT_EQ(pool.virtual_clusters(0), "virtualClusters/orders");
}

TEST_F(AdminApiTest, TakenPoolIsRefusedWithItsCluster) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster));
  v1::VirtualCluster fields;
  fields.set_agent_pool("agentPools/apn_orders");
  const grpc::Status status = Create("clicks", &cluster, fields);
  EXPECT_GRPC_ERROR(status, grpc::StatusCode::FAILED_PRECONDITION, "AGENT_POOL_TAKEN");
  EXPECT_THAT(status.error_message(), HasSubstr("virtualClusters/orders"));
  EXPECT_GRPC_ERROR(Get("virtualClusters/clicks", &cluster), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
}

TEST_F(AdminApiTest, AFreePoolIsBound) {
  v1::AgentPool pool;
  ASSERT_GRPC_OK(CreatePool("apn_big", &pool));
  EXPECT_EQ(pool.virtual_clusters_size(), 0);
  v1::VirtualCluster fields;
  fields.set_agent_pool("agentPools/apn_big");
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster, fields));
  EXPECT_EQ(cluster.agent_pool(), "agentPools/apn_big");
  v1::AgentPool bound;
  ASSERT_GRPC_OK(GetPool("agentPools/apn_big", &bound));
  EXPECT_EQ(bound.virtual_clusters_size(), 1);
  EXPECT_NE(bound.etag(), pool.etag());
}

TEST_F(AdminApiTest, BadInputIsRefusedWithItsField) {
  v1::VirtualCluster cluster;
  for (const char* id : {"", "Orders", "-orders", "orders-", "a.b", "1orders"}) {
    EXPECT_GRPC_ERROR(Create(id, &cluster), grpc::StatusCode::INVALID_ARGUMENT,
                      "INVALID_RESOURCE_ID");
  }
  EXPECT_GRPC_ERROR(Create(std::string(64, 'a'), &cluster), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_RESOURCE_ID");
  EXPECT_GRPC_ERROR(Get("orders", &cluster), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_RESOURCE_NAME");
  v1::VirtualCluster misspelt;
  misspelt.set_default_partition_assignment_strategy("singel_agent");
  const grpc::Status status = Create("orders", &cluster, misspelt);
  EXPECT_GRPC_ERROR(status, grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_STRATEGY");
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean single_agent?"));
  EXPECT_GRPC_ERROR(Create("orders", &cluster, {}, std::string(65, 'x')),
                    grpc::StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST_ID");
}

TEST_F(AdminApiTest, TakenIdIsAlreadyExists) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster));
  EXPECT_GRPC_ERROR(Create("orders", &cluster), grpc::StatusCode::ALREADY_EXISTS,
                    "VIRTUAL_CLUSTER_ALREADY_EXISTS");
}

TEST_F(AdminApiTest, SameRequestIdReturnsTheFirstAnswerAlsoAfterARestart) {
  v1::VirtualCluster first;
  ASSERT_GRPC_OK(Create("orders", &first, {}, "req-1"));
  v1::VirtualCluster second;
  ASSERT_GRPC_OK(Create("orders", &second, {}, "req-1"));
  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
  plane_.Restart();
  v1::VirtualCluster third;
  ASSERT_GRPC_OK(Create("orders", &third, {}, "req-1"));
  EXPECT_EQ(third.SerializeAsString(), first.SerializeAsString());
  EXPECT_GRPC_ERROR(Create("clicks", &third, {}, "req-1"), grpc::StatusCode::INVALID_ARGUMENT,
                    "REQUEST_ID_REUSED");
}

TEST_F(AdminApiTest, UpdateChangesWhatTheMaskNamesAndNoMore) {
  v1::VirtualCluster fields;
  fields.set_display_name("old");
  (*fields.mutable_labels())["team"] = "billing";
  v1::VirtualCluster created;
  ASSERT_GRPC_OK(Create("orders", &created, fields));

  v1::VirtualCluster wanted;
  wanted.set_name("virtualClusters/orders");
  wanted.set_display_name("new");
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Update(wanted, {"display_name"}, &updated));
  EXPECT_EQ(updated.display_name(), "new");
  EXPECT_EQ(updated.labels().at("team"), "billing");
  EXPECT_NE(updated.etag(), created.etag());

  ASSERT_GRPC_OK(Update(wanted, {"*"}, &updated));
  EXPECT_EQ(updated.labels_size(), 0) << "a star means every field";
  EXPECT_EQ(updated.agent_pool(), "agentPools/apn_orders") << "the binding is not lost";

  EXPECT_GRPC_ERROR(Update(wanted, {"uid"}, &updated), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_FIELD_MASK");
}

TEST_F(AdminApiTest, UpdateWithoutAMaskChangesTheFieldsThatAreSetAndNoMore) {
  v1::VirtualCluster fields;
  fields.set_deletion_protection(true);
  fields.set_single_agent_sticky(true);
  (*fields.mutable_labels())["team"] = "billing";
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Create("orders", &updated, fields));
  v1::VirtualCluster wanted;
  wanted.set_name("virtualClusters/orders");
  EXPECT_GRPC_ERROR(Update(wanted, {}, &updated), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_FIELD_MASK");
  wanted.set_display_name("new");
  ASSERT_GRPC_OK(Update(wanted, {}, &updated));
  EXPECT_EQ(updated.display_name(), "new");
  EXPECT_TRUE(updated.deletion_protection());
  EXPECT_TRUE(updated.single_agent_sticky());
  EXPECT_EQ(updated.labels().at("team"), "billing");
  // What was read is written back.
  ASSERT_GRPC_OK(Update(updated, {}, &updated));
  EXPECT_TRUE(updated.deletion_protection());

  v1::UpdateAgentPoolRequest pool;
  pool.mutable_agent_pool()->set_name("agentPools/apn_orders");
  pool.mutable_agent_pool()->set_redirects_disabled(true);
  v1::AgentPool answer;
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().UpdateAgentPool(&context, pool, &answer));
  }
  pool.mutable_agent_pool()->set_redirects_disabled(false);
  pool.mutable_agent_pool()->set_display_name("big");
  grpc::ClientContext context;
  ASSERT_GRPC_OK(plane_.pools().UpdateAgentPool(&context, pool, &answer));
  EXPECT_EQ(answer.display_name(), "big");
  EXPECT_TRUE(answer.redirects_disabled());
}

TEST_F(AdminApiTest, ServedClusterIsDeletedOnlyByForceAndPurgedOnlyWhenDeleted) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster));
  const std::string uid = cluster.uid();
  plane_.Join("agent-0", "apn_orders");
  EXPECT_GRPC_ERROR(Delete("virtualClusters/orders", &cluster),
                    grpc::StatusCode::FAILED_PRECONDITION, "VIRTUAL_CLUSTER_IN_USE");
  v1::ResolveLeadersResponse leaders;
  EXPECT_GRPC_OK(plane_.Resolve("orders", "client", 1, &leaders));
  const auto purge = [this] {
    v1::PurgeVirtualClusterRequest request;
    request.set_name("virtualClusters/orders");
    google::protobuf::Empty empty;
    grpc::ClientContext context;
    return plane_.clusters().PurgeVirtualCluster(&context, request, &empty);
  };
  EXPECT_GRPC_ERROR(purge(), grpc::StatusCode::FAILED_PRECONDITION, "VIRTUAL_CLUSTER_NOT_DELETED");
  v1::DeleteVirtualClusterRequest request;
  request.set_name("virtualClusters/orders");
  request.set_force(true);
  grpc::ClientContext context;
  ASSERT_GRPC_OK(plane_.clusters().DeleteVirtualCluster(&context, request, &cluster));
  EXPECT_GRPC_ERROR(Create("orders", &cluster), grpc::StatusCode::ALREADY_EXISTS,
                    "VIRTUAL_CLUSTER_ALREADY_EXISTS");
  ASSERT_GRPC_OK(purge());
  EXPECT_GRPC_ERROR(purge(), grpc::StatusCode::NOT_FOUND, "VIRTUAL_CLUSTER_NOT_FOUND");
  ASSERT_GRPC_OK(Create("orders", &cluster));
  EXPECT_NE(cluster.uid(), uid);
  EXPECT_EQ(cluster.agent_pool(), "agentPools/apn_orders");
}

// 1 000 virtual clusters with all the labels and blocks that they may have are far more than the
// 4 MiB that clients accept.
TEST_F(AdminApiTest, PagesEndBeforeTheyAreTooLargeForAClient) {
  v1::VirtualCluster fields;
  for (int i = 0; i < 64; ++i) {
    (*fields.mutable_labels())["label" + std::to_string(i)] = std::string(63, 'x');
  }
  for (int i = 0; i < 256; ++i) {
    v1::ZoneCidr& block = *fields.add_zone_cidrs();
    block.set_cidr("10." + std::to_string(i) + ".0.0/16");
    block.set_zone(std::string(63, 'z'));
  }
  constexpr int kClusters = 250;
  v1::VirtualCluster cluster;
  for (int i = 0; i < kClusters; ++i) {
    ASSERT_GRPC_OK(Create("orders-" + std::to_string(i), &cluster, fields));
  }
  std::set<std::string> seen;
  v1::ListVirtualClustersRequest request;
  request.set_page_size(1000);
  v1::ListVirtualClustersResponse page;
  do {
    ASSERT_GRPC_OK(List(request, &page));
    EXPECT_LT(page.ByteSizeLong(), 3u << 20);
    for (const auto& listed : page.virtual_clusters()) {
      EXPECT_TRUE(seen.insert(listed.name()).second) << listed.name() << " twice";
    }
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(seen.size(), kClusters + 1u);
}

TEST_F(AdminApiTest, OldEtagIsAborted) {
  v1::VirtualCluster created;
  ASSERT_GRPC_OK(Create("orders", &created));
  v1::VirtualCluster wanted = created;
  wanted.set_display_name("first");
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Update(wanted, {"display_name"}, &updated));
  wanted.set_display_name("second");
  EXPECT_GRPC_ERROR(Update(wanted, {"display_name"}, &updated), grpc::StatusCode::ABORTED,
                    "ETAG_MISMATCH");
  EXPECT_GRPC_ERROR(Delete("virtualClusters/orders", &updated, created.etag()),
                    grpc::StatusCode::ABORTED, "ETAG_MISMATCH");
  ASSERT_GRPC_OK(Get("virtualClusters/orders", &updated));
  EXPECT_EQ(updated.display_name(), "first");
}

TEST_F(AdminApiTest, DeletedClusterIsHiddenUntilUndeleted) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster));
  plane_.Join("agent-0", "apn_orders");
  ASSERT_GRPC_OK(Delete("virtualClusters/orders", &cluster, "", /*force=*/true));
  EXPECT_EQ(cluster.state(), v1::VirtualCluster::STATE_DELETED);
  EXPECT_GT(cluster.expire_time().seconds(), cluster.delete_time().seconds());

  v1::ResolveLeadersResponse answer;
  EXPECT_GRPC_ERROR(plane_.Resolve("orders", "client", 1, &answer), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
  v1::ListVirtualClustersResponse list;
  ASSERT_GRPC_OK(List({}, &list));
  EXPECT_EQ(list.virtual_clusters_size(), 1);
  v1::ListVirtualClustersRequest all;
  all.set_show_deleted(true);
  ASSERT_GRPC_OK(List(all, &list));
  EXPECT_EQ(list.virtual_clusters_size(), 2);
  EXPECT_GRPC_ERROR(Create("orders", &cluster), grpc::StatusCode::ALREADY_EXISTS,
                    "VIRTUAL_CLUSTER_ALREADY_EXISTS");

  ASSERT_GRPC_OK(Undelete("virtualClusters/orders", &cluster));
  EXPECT_EQ(cluster.state(), v1::VirtualCluster::STATE_ACTIVE);
  EXPECT_GRPC_OK(plane_.Resolve("orders", "client", 1, &answer));
  EXPECT_GRPC_ERROR(Undelete("virtualClusters/orders", &cluster),
                    grpc::StatusCode::FAILED_PRECONDITION, "VIRTUAL_CLUSTER_NOT_DELETED");
}

TEST_F(AdminApiTest, ProtectedClusterIsNotDeleted) {
  v1::VirtualCluster fields;
  fields.set_deletion_protection(true);
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster, fields));
  EXPECT_GRPC_ERROR(Delete("virtualClusters/orders", &cluster),
                    grpc::StatusCode::FAILED_PRECONDITION, "VIRTUAL_CLUSTER_PROTECTED");
}

TEST_F(AdminApiTest, ValidateOnlyChangesNothing) {
  v1::CreateVirtualClusterRequest request;
  request.set_virtual_cluster_id("orders");
  request.set_validate_only(true);
  grpc::ClientContext context;
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
  EXPECT_EQ(cluster.agent_pool(), "agentPools/apn_orders");
  EXPECT_GRPC_ERROR(Get("virtualClusters/orders", &cluster), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
}

TEST_F(AdminApiTest, PagesShowEveryClusterOnce) {
  std::set<std::string> expected = {"virtualClusters/vcn_default"};
  v1::VirtualCluster cluster;
  for (int i = 0; i < 7; ++i) {
    ASSERT_GRPC_OK(Create("orders-" + std::to_string(i), &cluster));
    expected.insert(cluster.name());
  }
  std::set<std::string> seen;
  int pages = 0;
  v1::ListVirtualClustersRequest request;
  request.set_page_size(3);
  v1::ListVirtualClustersResponse page;
  do {
    ASSERT_GRPC_OK(List(request, &page));
    ++pages;
    EXPECT_LE(page.virtual_clusters_size(), 3);
    for (const auto& listed : page.virtual_clusters()) {
      EXPECT_TRUE(seen.insert(listed.name()).second) << listed.name() << " twice";
    }
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(pages, 3);

  request.set_page_token("nonsense");
  EXPECT_GRPC_ERROR(List(request, &page), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_GRPC_ERROR(List(request, &page), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_PAGE_SIZE");
}

TEST_F(AdminApiTest, BoundPoolIsDeletedOnlyByForce) {
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(Create("orders", &cluster));
  const v1::RegisterAgentResponse registration = plane_.Join("agent-0", "apn_orders");
  v1::DeleteAgentPoolRequest request;
  request.set_name("agentPools/apn_orders");
  google::protobuf::Empty empty;
  {
    grpc::ClientContext context;
    EXPECT_GRPC_ERROR(plane_.pools().DeleteAgentPool(&context, request, &empty),
                      grpc::StatusCode::FAILED_PRECONDITION, "AGENT_POOL_IN_USE");
  }
  request.set_force(true);
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().DeleteAgentPool(&context, request, &empty));
  }
  v1::AgentPool pool;
  EXPECT_GRPC_ERROR(GetPool("agentPools/apn_orders", &pool), grpc::StatusCode::NOT_FOUND,
                    "AGENT_POOL_NOT_FOUND");
  v1::HeartbeatResponse reply;
  ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-0", registration, 2, &reply));
  EXPECT_TRUE(reply.reregister());
  v1::ResolveLeadersResponse answer;
  EXPECT_GRPC_ERROR(plane_.Resolve("orders", "client", 1, &answer),
                    grpc::StatusCode::FAILED_PRECONDITION, "VIRTUAL_CLUSTER_HAS_NO_AGENT_POOL");
}

TEST_F(AdminApiTest, PoolsAreUpdatedAndListed) {
  v1::AgentPool created;
  ASSERT_GRPC_OK(CreatePool("apn_big", &created));
  v1::AgentPool same;
  EXPECT_GRPC_ERROR(CreatePool("apn_big", &same), grpc::StatusCode::ALREADY_EXISTS,
                    "AGENT_POOL_ALREADY_EXISTS");
  v1::UpdateAgentPoolRequest update;
  *update.mutable_agent_pool() = created;
  update.mutable_agent_pool()->set_display_name("big");
  update.mutable_update_mask()->add_paths("display_name");
  v1::AgentPool updated;
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().UpdateAgentPool(&context, update, &updated));
  }
  EXPECT_EQ(updated.display_name(), "big");
  {
    grpc::ClientContext context;
    EXPECT_GRPC_ERROR(plane_.pools().UpdateAgentPool(&context, update, &updated),
                      grpc::StatusCode::ABORTED, "ETAG_MISMATCH");
  }
  v1::ListAgentPoolsRequest list;
  list.set_page_size(1);
  v1::ListAgentPoolsResponse page;
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().ListAgentPools(&context, list, &page));
  }
  ASSERT_EQ(page.agent_pools_size(), 1);
  EXPECT_EQ(page.agent_pools(0).name(), "agentPools/apn_big");
  EXPECT_FALSE(page.next_page_token().empty());
}

}  // namespace
}  // namespace bellwether
