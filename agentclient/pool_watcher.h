#ifndef AGENTCLIENT_POOL_WATCHER_H_
#define AGENTCLIENT_POOL_WATCHER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agentclient/backoff.h"
#include "agentclient/peer_probe.h"
#include "agentclient/pool_replica.h"
#include "bellwether/v1/agent.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/assignment/answer_tally.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/published.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Receives events about an agent's view of its pool; the agent's author overrides those that
// matter. Called on the watcher's thread, which waits: return quickly.
class PoolWatchListener {
 public:
  virtual ~PoolWatchListener() = default;

  // The first view has come, or the view is known to be the latest again after `away`.
  virtual void OnViewCurrent(int64_t view_version, absl::Duration away) {}
  // The view may be outdated from now on, because of `error`.
  virtual void OnViewLost(const absl::Status& error) {}
  // The view may have been outdated for `age`. Called at 10 seconds and each time the age has
  // doubled.
  virtual void OnViewAges(absl::Duration age) {}
  // While the view may be outdated: the agents that peers found unreachable, which are therefore
  // excluded from answers. Called when the set changes.
  virtual void OnPeersGone(const std::set<std::string>& agent_ids) {}
};

// How long, after the control plane is back, agents that could not be reached stay excluded from
// this agent's answers and are reported: the control plane needs the reports of most agents to
// know. Two heartbeats of the default interval carry the report, since the control plane may
// process the first before it has noticed that it had stalled.
inline constexpr absl::Duration kHoldGone = absl::Seconds(7);

// Keeps an agent's replica of its pool up to date and answers leader queries from it: nearly all
// queries without a call while the control plane is reachable, and the best possible answer for as
// long as it is not. Thread-safe; an answer takes no lock unless it contains leaders of a hot
// partition.
class PoolWatcher {
 public:
  // Starts when Watch names the pool. All references must outlive the watcher. With `peers`,
  // agents that are gone are detected while the control plane is unreachable, and lead nothing
  // until it is back: agents that two connections in a row did not reach, unless that is more than
  // half of all agents, in which case a network fault is more likely.
  PoolWatcher(const std::shared_ptr<grpc::Channel>& channel, const Clock& clock, Random& random,
              PoolWatchListener& listener, PeerProbe* peers = nullptr,
              const BackoffOptions& backoff = {});
  ~PoolWatcher();
  PoolWatcher(const PoolWatcher&) = delete;
  PoolWatcher& operator=(const PoolWatcher&) = delete;

  // Watches the pool of that virtual cluster. Both arguments come from the RegisterAgentResponse.
  // A control plane of another cluster counts as unreachable; an empty `cluster_uid` accepts any.
  // A repeated call with the same arguments has no effect, so it may be called at each
  // registration.
  void Watch(const std::string& virtual_cluster, const std::string& cluster_uid = "");

  // The answer from the view (PoolReplica::Answer). nullopt: ask the control plane through
  // ControlPlaneClient.
  std::optional<LeaderAnswer> Answer(const LeaderQuery& query);
  // The answer after a call to the control plane failed with `error`. nullopt if the error is a
  // reply of a reachable control plane (IsUnreachable is false) or if there is no view.
  std::optional<LeaderAnswer> AnswerAfter(const LeaderQuery& query, const absl::Status& error);

  // The plan that decides a client's leaders (PoolReplica::PlanZoneOf): the client's traffic is
  // reported under it (PartitionRate.plan_zone). nullopt: reported only as part of AgentLoad.
  // Without a view it is the pool's plan.
  std::optional<std::string> PlanZoneOf(const AskingClient& client) const;

  // The brokers that answers to the client list (PoolReplica::BrokersFor); nullopt without a view.
  std::optional<BrokerListing> BrokersFor(const AskingClient& client) const;

  // Excludes this agent, `agent_id`, from all further answers given here, whatever the view says:
  // it is about to leave.
  void SetLeaving(const std::string& agent_id);

  // The state of the view, for code that does more with it than answer.
  struct Standing {
    // The view that answers come from; nullptr if there is none.
    std::shared_ptr<const PoolReplica> answering;
    // The view as the control plane sent it, which other agents have too; nullptr if there is
    // none.
    std::shared_ptr<const PoolReplica> sent;
    // Whether the control plane reports every change.
    bool current = false;
  };
  Standing standing() const;

  // Adds to a heartbeat what the control plane cannot see when agents answer by themselves: the
  // agents that could not be reached while the control plane was unreachable (until kHoldGone
  // after that), how many queries were answered and how, for its metrics, and the clients that
  // queried hot partitions, for the client assignment. Call it from LoadSampler::Sample. The
  // content of a lost heartbeat is lost.
  void Report(v1::HeartbeatRequest& heartbeat);

  // The latest view; nullptr before the first, and after an error that means that there is none
  // (IsUnreachable).
  std::shared_ptr<const PoolReplica> replica() const { return replica_.Get(); }
  // How long the view may have been outdated: 0 while the control plane reports every change.
  // Infinite while there is none.
  absl::Duration view_age() const;

 private:
  // A client that queried a partition with several leaders, and the zone whose plan spreads it.
  struct SpreadClient {
    std::string plan_zone;
    uint64_t partition = 0;
    uint64_t client = 0;

    friend bool operator==(const SpreadClient& a, const SpreadClient& b) = default;
    template <typename H>
    friend H AbslHashValue(H state, const SpreadClient& one) {
      return H::combine(std::move(state), one.plan_zone, one.partition, one.client);
    }
  };

  void Run();
  // Follows the feed until it ends, and returns the reason.
  absl::Status Follow(const std::string& virtual_cluster, const std::string& cluster_uid);
  void TakeIn(std::shared_ptr<const PoolReplica> replica);
  bool IsStopping() const;
  // Drops the view: it can no longer be trusted.
  void Forget();
  // The view that answers come from.
  std::shared_ptr<const PoolReplica> Answering() const;
  // Publishes the view that answers come from.
  void PublishAnswering() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Records an answer that was given from the view, and the hot partitions that were queried.
  void Note(const LeaderAnswer& answer, const std::vector<SpreadClient>& asked);
  // Waits before the next attempt, and reports the age of the view to the listener.
  void WaitToTryAgain();
  // Probes some of the other agents, different ones each time.
  void LookAtPeers();

  const Clock& clock_;
  PoolWatchListener& listener_;
  PeerProbe* const peers_;
  const std::unique_ptr<v1::DiscoveryService::Stub> stub_;
  // Used by the thread alone.
  Backoff backoff_;
  absl::Duration next_age_logged_;
  // The ids of the agents that the last probe of each found gone, and where the next round of
  // probes begins.
  std::set<std::string> missed_;
  size_t next_peer_ = 0;

  // The view as the control plane sent it, and the view that answers come from: without the agents
  // that are gone, and with this agent's own state.
  Published<PoolReplica> replica_;
  mutable Published<PoolReplica> answering_;
  // While the view is current: until when agents that are gone lead nothing, in nanoseconds since
  // the clock's origin; 0 if none is gone. Atomic, since answers read it without a lock.
  mutable std::atomic<int64_t> hold_until_ = 0;

  mutable Mutex mutex_;
  // The agents that were found gone, and this agent if it is leaving.
  mutable std::set<std::string> gone_ ABSL_GUARDED_BY(mutex_);
  std::string leaving_ ABSL_GUARDED_BY(mutex_);
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::string virtual_cluster_ ABSL_GUARDED_BY(mutex_);
  std::string cluster_uid_ ABSL_GUARDED_BY(mutex_);
  // The call in flight, to cancel it; or nullptr.
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool current_ ABSL_GUARDED_BY(mutex_) = false;
  // When the view became possibly outdated, unless it is current.
  MonotonicTime lost_at_ ABSL_GUARDED_BY(mutex_);

  // Guards the data since the last heartbeat: answers, and clients that queried spread partitions.
  Mutex report_mutex_;
  AnswerTally tally_ ABSL_GUARDED_BY(report_mutex_);
  absl::flat_hash_set<SpreadClient> spread_clients_ ABSL_GUARDED_BY(report_mutex_);

  // Last member: the thread uses all others.
  std::thread thread_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_POOL_WATCHER_H_
