#ifndef CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_
#define CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/discovery/leader_explainer.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/planning/pool_feeds.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// WatchPool writes bytes, since all watchers of a pool get the same messages.
using DiscoveryCallbacks = v1::DiscoveryService::WithCallbackMethod_ResolveLeaders<
    v1::DiscoveryService::WithCallbackMethod_ExplainLeader<
        v1::DiscoveryService::WithRawCallbackMethod_WatchPool<v1::DiscoveryService::Service>>>;

// bellwether.v1.DiscoveryService, implemented with the leader resolver, the explainer and the
// feeds. Thread-safe.
class DiscoveryService final : public DiscoveryCallbacks {
 public:
  // All arguments must outlive every call. A watcher may take `watch_patience` for a message.
  DiscoveryService(const LeaderResolver& resolver, const LeaderExplainer& explainer,
                   PoolFeeds& feeds, absl::Duration watch_patience, const RpcRunner& runner);

  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse* response) override;
  // Runs in a queue: explanations take long, and leader queries must not wait for them.
  grpc::ServerUnaryReactor* ExplainLeader(grpc::CallbackServerContext* context,
                                          const v1::ExplainLeaderRequest* request,
                                          v1::ExplainLeaderResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchPool(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;

 private:
  absl::Status Resolve(const v1::ResolveLeadersRequest& request,
                       v1::ResolveLeadersResponse& response) const;

  const LeaderResolver& resolver_;
  const LeaderExplainer& explainer_;
  PoolFeeds& feeds_;
  const absl::Duration watch_patience_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_
