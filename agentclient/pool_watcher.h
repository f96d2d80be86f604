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

// Is told how an agent's view of its pool stands; the agent's author overrides what matters to it.
// Called on the watcher's thread, which waits: be quick.
class PoolWatchListener {
 public:
  virtual ~PoolWatchListener() = default;

  // The first view, or one that is known to be the latest again after `away`.
  virtual void OnViewCurrent(int64_t view_version, absl::Duration away) {}
  // The view may be outdated from now on, since `error`.
  virtual void OnViewLost(const absl::Status& error) {}
  // It has been for `age` by now. Told at 10 seconds and whenever that has doubled.
  virtual void OnViewAges(absl::Duration age) {}
  // While it may be outdated, these agents (their ids) are seen to be gone and named no more. Told
  // when they become others.
  virtual void OnPeersGone(const std::set<std::string>& agent_ids) {}
};

// For how long agents that could not be reached lead nothing in this agent's answers after the
// control plane is back, and are reported to it: it takes most agents to say so until it knows. Two
// heartbeats of the default interval have it, since the control plane may take in the first before
// it has noticed that it had stalled.
inline constexpr absl::Duration kHoldGone = absl::Seconds(7);

// Keeps an agent's replica of its pool up to date, and answers leader queries from it: almost all
// of them without a call while the control plane is there, and as well as can be while it is not,
// for however long that takes. Thread-safe; an answer takes no lock unless it names leaders of a
// hot partition.
class PoolWatcher {
 public:
  // Begins when Watch says what to watch. All must outlive it. With `peers`, agents that are gone
  // are seen while the control plane is unreachable, and lead nothing until it is back: those that
  // two connections in a row did not reach, unless that is more than half of them, who are hardly
  // all gone.
  PoolWatcher(const std::shared_ptr<grpc::Channel>& channel, const Clock& clock, Random& random,
              PoolWatchListener& listener, PeerProbe* peers = nullptr,
              const BackoffOptions& backoff = {});
  ~PoolWatcher();
  PoolWatcher(const PoolWatcher&) = delete;
  PoolWatcher& operator=(const PoolWatcher&) = delete;

  // Watches the pool of that virtual cluster: virtual_cluster and cluster_uid of the
  // RegisterAgentResponse. A control plane of another cluster counts as unreachable; an empty
  // `cluster_uid` takes any. Says nothing new: nothing happens, so it may be called at each
  // registration.
  void Watch(const std::string& virtual_cluster, const std::string& cluster_uid = "");

  // The answer from the view (PoolReplica::Answer). nullopt: ask the control plane, by
  // ControlPlaneClient.
  std::optional<LeaderAnswer> Answer(const LeaderQuery& query);
  // The answer for when asking failed with `error`: nullopt if the control plane is not away but
  // means it (IsUnreachable), or if there is no view.
  std::optional<LeaderAnswer> AnswerAfter(const LeaderQuery& query, const absl::Status& error);

  // Which plan leads a client (PoolReplica::PlanZoneOf): what it brings is reported under it
  // (PartitionRate.plan_zone); nullopt: as part of AgentLoad alone. Without a view it is the
  // pool's.
  std::optional<std::string> PlanZoneOf(const AskingClient& client) const;

  // The brokers that answers to the client list (PoolReplica::BrokersFor); nullopt without a view.
  std::optional<BrokerListing> BrokersFor(const AskingClient& client) const;

  // From now on the agent `agent_id`, which is this one, leads nothing in the answers given here,
  // whatever the view says: it is about to leave.
  void SetLeaving(const std::string& agent_id);

  // How the view stands, for whoever acts on it beyond answering. A value.
  struct Standing {
    // What answers come from; nullptr if there is none.
    std::shared_ptr<const PoolReplica> answering;
    // The view as the control plane sent it, which is what other agents have; nullptr if there is
    // none.
    std::shared_ptr<const PoolReplica> sent;
    // The control plane reports every change.
    bool current = false;
  };
  Standing standing() const;

  // Adds to a heartbeat what the control plane cannot see where agents answer alone: which agents
  // could not be reached while it was unreachable (for kHoldGone after that), how many queries were
  // answered and how, for its metrics, and which clients asked for hot partitions, so that it can
  // deal these out. Call it from LoadSampler::Sample. What a lost heartbeat had is lost.
  void Report(v1::HeartbeatRequest& heartbeat);

  // The latest view; nullptr before the first, and after an error that means that there is none
  // (IsUnreachable).
  std::shared_ptr<const PoolReplica> replica() const { return replica_.Get(); }
  // For how long the view may have been outdated: 0 while the control plane tells of every change.
  // Infinite while there is none.
  absl::Duration view_age() const;

 private:
  // A client that asked for a partition that several lead, and the zone whose plan spreads it.
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
  // Follows the feed until it ends, and says why it did.
  absl::Status Follow(const std::string& virtual_cluster, const std::string& cluster_uid);
  void TakeIn(std::shared_ptr<const PoolReplica> replica);
  bool IsStopping() const;
  // There is no view that could be trusted.
  void Forget();
  // What answers come from.
  std::shared_ptr<const PoolReplica> Answering() const;
  // Publishes what answers come from.
  void PublishAnswering() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes note of an answer that was given alone, and of the hot partitions that it was asked for.
  void Note(const LeaderAnswer& answer, const std::vector<SpreadClient>& asked);
  // Waits, and tells the listener how old the view becomes.
  void WaitToTryAgain();
  // Looks at some of the other agents, each time at other ones.
  void LookAtPeers();

  const Clock& clock_;
  PoolWatchListener& listener_;
  PeerProbe* const peers_;
  const std::unique_ptr<v1::DiscoveryService::Stub> stub_;
  // The thread's own.
  Backoff backoff_;
  absl::Duration next_age_logged_;
  // The ids of the agents that the last look at each found gone; where the next look begins.
  std::set<std::string> missed_;
  size_t next_peer_ = 0;

  // As the control plane sent it; and what answers come from: without the agents that are gone, and
  // with this one as it knows itself.
  Published<PoolReplica> replica_;
  mutable Published<PoolReplica> answering_;
  // While the view is current: until when agents that are gone lead nothing, in nanoseconds since
  // the clock's origin; 0: none is. Without a lock, since answers look at it.
  mutable std::atomic<int64_t> hold_until_ = 0;

  mutable Mutex mutex_;
  // The agents that are seen to be gone, and this one if it is leaving.
  mutable std::set<std::string> gone_ ABSL_GUARDED_BY(mutex_);
  std::string leaving_ ABSL_GUARDED_BY(mutex_);
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::string virtual_cluster_ ABSL_GUARDED_BY(mutex_);
  std::string cluster_uid_ ABSL_GUARDED_BY(mutex_);
  // The call under way, to cancel it; or nullptr.
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool current_ ABSL_GUARDED_BY(mutex_) = false;
  // Since when the view may be outdated, unless it is current.
  MonotonicTime lost_at_ ABSL_GUARDED_BY(mutex_);

  // Since the last heartbeat: answers, and clients that asked for spread partitions.
  Mutex report_mutex_;
  AnswerTally tally_ ABSL_GUARDED_BY(report_mutex_);
  absl::flat_hash_set<SpreadClient> spread_clients_ ABSL_GUARDED_BY(report_mutex_);

  // Last, so that the thread finds everything else ready.
  std::thread thread_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_POOL_WATCHER_H_
