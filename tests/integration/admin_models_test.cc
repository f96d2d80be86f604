#include "tests/integration/admin_models.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/linearizability.h"

namespace bellwether {
namespace {

using Method = ClusterCall::Method;
using History = std::vector<Operation<ClusterCall>>;

bool Passes(const History& history) {
  return LinearizabilityCheck<ClusterModel, ClusterCall>(history).Passes();
}

// A call from `invoked` to `returned` that was answered with version `version` of the cluster.
Operation<ClusterCall> Ok(int64_t invoked, int64_t returned, Method method, int version,
                          const std::string& etag = "", const std::string& request_id = "") {
  ClusterCall call;
  call.method = method;
  call.etag = etag;
  call.request_id = request_id;
  call.display_name = "v" + std::to_string(version);
  call.answer = {"vci_1", "etag-" + std::to_string(version), call.display_name, false};
  return {invoked, returned, call};
}
Operation<ClusterCall> Refused(int64_t invoked, int64_t returned, Method method,
                               const std::string& error, const std::string& etag = "") {
  ClusterCall call;
  call.method = method;
  call.etag = etag;
  call.error = error;
  return {invoked, returned, call};
}

TEST(AdminModelsTest, CallsOneAfterTheOtherPass) {
  EXPECT_TRUE(Passes(
      {Refused(1, 2, Method::kGet, "VIRTUAL_CLUSTER_NOT_FOUND"), Ok(3, 4, Method::kCreate, 1),
       Ok(5, 6, Method::kGet, 1), Ok(7, 8, Method::kUpdate, 2, "etag-1"),
       Refused(9, 10, Method::kUpdate, "ETAG_MISMATCH", "etag-1"), Ok(11, 12, Method::kGet, 2)}));
}

TEST(AdminModelsTest, AReadBesideAChangeMaySeeEither) {
  for (const int seen : {1, 2}) {
    EXPECT_TRUE(Passes({Ok(1, 2, Method::kCreate, 1), Ok(3, 6, Method::kUpdate, 2),
                        Ok(4, 5, Method::kGet, seen)}));
  }
}

TEST(AdminModelsTest, AStaleReadFails) {
  EXPECT_FALSE(Passes(
      {Ok(1, 2, Method::kCreate, 1), Ok(3, 4, Method::kUpdate, 2), Ok(5, 6, Method::kGet, 1)}));
  // Also if the answer is outdated only in comparison with another reader's.
  EXPECT_FALSE(Passes({Ok(1, 2, Method::kCreate, 1), Ok(3, 10, Method::kUpdate, 2),
                       Ok(4, 5, Method::kGet, 2), Ok(6, 7, Method::kGet, 1)}));
}

TEST(AdminModelsTest, TwoWinnersWithOneEtagFail) {
  EXPECT_FALSE(Passes({Ok(1, 2, Method::kCreate, 1), Ok(3, 5, Method::kUpdate, 2, "etag-1"),
                       Ok(4, 6, Method::kUpdate, 3, "etag-1")}));
}

TEST(AdminModelsTest, ALostChangeFails) {
  EXPECT_FALSE(Passes(
      {Ok(1, 2, Method::kCreate, 1), Refused(3, 4, Method::kGet, "VIRTUAL_CLUSTER_NOT_FOUND")}));
}

TEST(AdminModelsTest, ARepeatedRequestHasOneEffectAndOneAnswer) {
  const History once = {Ok(1, 2, Method::kCreate, 1), Ok(3, 4, Method::kUpdate, 2, "", "req"),
                        Ok(5, 6, Method::kUpdate, 3), Ok(7, 8, Method::kUpdate, 2, "", "req"),
                        Ok(9, 10, Method::kGet, 3)};
  EXPECT_TRUE(Passes(once));
  History twice = once;
  twice[3] = Ok(7, 8, Method::kUpdate, 4, "", "req");
  twice[4] = Ok(9, 10, Method::kGet, 4);
  EXPECT_FALSE(Passes(twice));
}

TEST(AdminModelsTest, APoolHasOneCluster) {
  using Kind = PoolCall::Method;
  const auto check = [](const std::vector<Operation<PoolCall>>& history) {
    return LinearizabilityCheck<PoolModel, PoolCall>(history).Passes();
  };
  const Operation<PoolCall> create = {1, 2, {Kind::kCreate, "", "", ""}};
  const Operation<PoolCall> first = {3, 5, {Kind::kBind, "a", "", ""}};
  EXPECT_TRUE(check({create, first, {4, 6, {Kind::kBind, "b", "AGENT_POOL_TAKEN", ""}}}));
  EXPECT_FALSE(check({create, first, {4, 6, {Kind::kBind, "b", "", ""}}}));
  EXPECT_FALSE(check({create, {3, 5, {Kind::kBind, "a", "AGENT_POOL_TAKEN", ""}}}));
  EXPECT_FALSE(check({create, first, {7, 8, {Kind::kGet, "", "", "b"}}}));
}

}  // namespace
}  // namespace bellwether
