#ifndef TESTS_SUPPORT_TEST_CONTROL_PLANE_H_
#define TESTS_SUPPORT_TEST_CONTROL_PLANE_H_

#include <functional>
#include <memory>
#include <string>

#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/server/server.h"
#include "controlplane/store/metadata_store.h"
#include "tests/support/temp_dir.h"

namespace bellwether {

// The whole control plane in this process, on free ports, an own directory, a fake clock and a
// fixed seed, spoken to over real gRPC.
class TestControlPlane {
 public:
  // Puts a store around the real one, to break it for example.
  using Decorate =
      std::function<std::unique_ptr<MetadataStore>(std::unique_ptr<MetadataStore> store)>;

  // `plan` are the rules of consistent_random_jump.
  explicit TestControlPlane(const PlanOptions& plan = PlanOptions());
  explicit TestControlPlane(Decorate decorate);

  // Stops it and starts another one on the same data.
  void Restart();

  FakeClock& clock() { return clock_; }
  Server& server() { return *server_; }
  v1::VirtualClusterService::Stub& clusters() { return *clusters_; }
  v1::AgentPoolService::Stub& pools() { return *pools_; }
  v1::AgentService::Stub& agents() { return *agents_; }
  v1::DiscoveryService::Stub& discovery() { return *discovery_; }

  // What an agent needs to know to join; its address is "{agent_id}.example:9092".
  static v1::RegisterAgentRequest Registration(const std::string& agent_id,
                                               const std::string& agent_pool,
                                               const std::string& boot_id = "boot-1");
  // Joins an agent. Fails the test if it is refused.
  v1::RegisterAgentResponse Register(const v1::RegisterAgentRequest& request);
  // Sends a heartbeat of an agent that has joined.
  grpc::Status SendHeartbeat(const std::string& agent_id,
                             const v1::RegisterAgentResponse& registration, int64_t sequence,
                             v1::HeartbeatResponse* response = nullptr);
  // Joins an agent that is ACTIVE when this returns, in a pool that is new or after the joining
  // period.
  v1::RegisterAgentResponse Join(const std::string& agent_id, const std::string& agent_pool);
  // Resolves the leaders of the partitions of topic "t".
  grpc::Status Resolve(const std::string& virtual_cluster, const std::string& client_id,
                       int partitions, v1::ResolveLeadersResponse* response,
                       const std::string& asked_agent = "");
  // What Prometheus would see now.
  std::string Metrics() const;

 private:
  void Start();

  const PlanOptions plan_;
  const Decorate decorate_;
  TempDir directory_;
  FakeClock clock_;
  SeededRandom random_{20240607};
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::VirtualClusterService::Stub> clusters_;
  std::unique_ptr<v1::AgentPoolService::Stub> pools_;
  std::unique_ptr<v1::AgentService::Stub> agents_;
  std::unique_ptr<v1::DiscoveryService::Stub> discovery_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_TEST_CONTROL_PLANE_H_
