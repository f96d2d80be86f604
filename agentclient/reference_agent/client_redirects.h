#ifndef AGENTCLIENT_REFERENCE_AGENT_CLIENT_REDIRECTS_H_
#define AGENTCLIENT_REFERENCE_AGENT_CLIENT_REDIRECTS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "agentclient/drain_progress.h"
#include "agentclient/pool_watcher.h"
#include "agentclient/redirect_policy.h"
#include "agentclient/reference_agent/kafka/request_gate.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Redirects the clients of an agent that drains or leaves to their new leaders, by the rules of
// RedirectPolicy, and decides when a leaving agent has finished serving its clients. Thread-safe.
class ClientRedirects final : public kafka::RequestGate {
 public:
  // `clock` and `watcher` must outlive it. `agent_id` is this agent.
  ClientRedirects(const Clock& clock, const PoolWatcher& watcher, std::string agent_id,
                  absl::Duration drain_period);

  // Records that an admin drains the agent, or has ended its drain.
  void SetDrained(bool drained) { drained_.store(drained, std::memory_order_relaxed); }
  // Records that the agent has announced its departure.
  void BeginLeaving();

  // Decides when a leaving agent may deregister.
  const DrainProgress& progress() const { return progress_; }
  RedirectCounters counters() const { return policy_.counters(); }

  void OnConnectionOpened(uint64_t /*connection*/) override { policy_.OnConnectionOpened(); }
  void OnConnectionClosed(uint64_t connection) override { policy_.OnConnectionClosed(connection); }
  void OnRequest() override { progress_.RecordRequest(); }
  bool ShouldRefuse(const kafka::PartitionRequest& request) override;

 private:
  // Since when the control plane's views give nothing to this agent; nullopt if the latest one,
  // `sent`, does, or if there is none.
  std::optional<MonotonicTime> LeadsNothingSince(const std::shared_ptr<const PoolReplica>& sent);

  const Clock& clock_;
  const PoolWatcher& watcher_;
  const std::string agent_id_;
  RedirectPolicy policy_;
  DrainProgress progress_;
  std::atomic<bool> drained_ = false;
  std::atomic<bool> leaving_ = false;

  Mutex mutex_;
  // The latest view that was examined, and the result.
  std::shared_ptr<const PoolReplica> seen_ ABSL_GUARDED_BY(mutex_);
  std::optional<MonotonicTime> leads_nothing_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CLIENT_REDIRECTS_H_
