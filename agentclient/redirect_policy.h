#ifndef AGENTCLIENT_REDIRECT_POLICY_H_
#define AGENTCLIENT_REDIRECT_POLICY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "agentclient/producer_sequence.h"
#include "agentclient/redirect_budget.h"
#include "agentclient/retry_order.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Why a client should use another agent.
enum class RedirectCause {
  // This agent drains or leaves the pool: every client has to go soon.
  kDraining,
  // Another agent now leads the partition for this client. Serving it here does no harm.
  kMoved,
};

// The part of a Produce or Fetch request that concerns one partition.
struct RedirectRequest {
  enum class Kind { kProduce, kFetch };

  // Number of the connection; never reused after the connection is closed.
  uint64_t connection = 0;
  // Hash of the client: the same for all its connections.
  uint64_t client = 0;
  // Hash of the topic's name.
  uint64_t topic = 0;
  int32_t partition = 0;
  Kind kind = Kind::kProduce;
  // From ReadProducerSequence. nullopt for a Fetch, and for a producer that is not idempotent. An
  // idempotent producer may lose its order if this is missing.
  std::optional<ProducerSequence> sequence;
  // Whether the current view gives the partition, for this client, to another agent.
  bool led_by_another = false;
  // Used only with `led_by_another`.
  RedirectCause cause = RedirectCause::kDraining;
};

// How far the agent's view of the pool can be relied on.
struct RedirectView {
  // The control plane is reachable and sends every change.
  bool current = false;
  // Since when the view has given the value of `led_by_another`: since when it has this version or,
  // if views change all the time, since when this agent is draining in all of them.
  MonotonicTime in_force_since;
};

struct RedirectOptions {
  // Shares of the open connections that may begin an episode in one second; at least one connection
  // may.
  double moved_share = 0.05;
  double draining_share = 0.25;
};

// What a policy has done since it was made.
struct RedirectCounters {
  struct Counts {
    // Connections that began to be refused.
    int64_t episodes = 0;
    // Refused parts of requests.
    int64_t refusals = 0;
  };

  Counts draining;
  Counts moved;
  // Requests that were served because a limit on memory was reached.
  int64_t served_at_limit = 0;
  // Partitions that are refused now, each counted once for each connection and producer.
  int64_t refused_partitions = 0;
};

// Decides whether an agent answers a Produce or Fetch with NOT_LEADER_OR_FOLLOWER. The client then
// requests metadata and sends the same request again to the agent that the metadata names, which
// may be this one. Redirecting is never needed for correctness: if in doubt, a request is served.
//
// An episode begins when a connection is refused a partition. It begins only if the view is current
// and has been in force for kLeastViewAge, and only within the share of the connections that may
// begin an episode each second. Under kMoved each client has at most one episode a minute, so that
// two agents whose views differ do not send it back and forth. Further partitions of the connection
// join the episode without using the share: under kDraining at any time, under kMoved within
// kTimeToAsk, since some clients request only the metadata of the refused topic.
//
// Once refused, a partition stays refused to the connection, whatever the view says later: batches
// that an idempotent producer has pipelined behind the first refused one would overtake it if they
// were served. The refusal ends
// - when the connection has sent nothing for the partition for kQuiet;
// - or when the reason to refuse is gone and serving keeps the order. A client that is sent back to
//   this agent retries every 100 ms or so and is never quiet: without this rule it would be refused
//   until its messages expire. The reason is gone if no other agent leads the partition, if the
//   view may be outdated, or if redirecting is switched off; under kMoved also kTimeToAsk after the
//   first refusal, since the metadata of a client that still comes then names this agent.
// From the first retry of its lowest refused batch on, serving keeps the order of an idempotent
// producer (RetryOrder): the batches that it had pipelined by then have arrived before. A producer
// without a sequence has an order only if it sends one request at a time, and is served kTimeToAsk
// after the first refusal. A Fetch is served at once. Producers that share a connection, for
// example behind a proxy, are distinguished by their producer ids.
//
// Do not call ShouldRefuse for a Produce with acks=0: it has no answer, so a refusal would lose its
// records.
//
// Thread-safe, but call it for the requests of a connection in the order in which they came.
class RedirectPolicy {
 public:
  static constexpr absl::Duration kLeastViewAge = absl::Seconds(1);
  static constexpr absl::Duration kQuiet = absl::Seconds(5);
  static constexpr absl::Duration kTimeToAsk = absl::Seconds(1);
  static constexpr absl::Duration kClientInterval = absl::Minutes(1);
  // Limits on memory, about 50 MB in all; requests beyond them are served. Concurrent threads may
  // each exceed the limit by one.
  static constexpr int64_t kMaxRefusedPartitions = 131'072;
  static constexpr size_t kMaxPartitionsOfConnection = 4'096;
  // Each of 16 shards, selected by the client's hash, has an equal part. Under kDraining, clients
  // beyond the limit are not remembered.
  static constexpr size_t kMaxClients = 65'536;

  // `clock` must outlive it.
  explicit RedirectPolicy(const Clock& clock, const RedirectOptions& options = {});

  // Whether to refuse this part of a request. An agent may skip the call, and serve, if no other
  // agent leads the partition and HasEpisodes() is false; the call itself is as fast in that case.
  // With an episode of any connection, or for a partition of another agent, it takes a lock.
  bool ShouldRefuse(const RedirectRequest& request, const RedirectView& view);
  // Whether any partition is refused to any connection. One atomic load.
  bool HasEpisodes() const { return refused_partitions_.load(std::memory_order_acquire) > 0; }

  // Adds a connection to the open ones, of which the share is taken.
  void OnConnectionOpened() { open_connections_.fetch_add(1, std::memory_order_relaxed); }
  // Forgets the connection. Call it once for each OnConnectionOpened.
  void OnConnectionClosed(uint64_t connection);

  // Enabled at first. While disabled, no episode begins, and current ones end as soon as the order
  // allows.
  void SetEnabled(bool enabled) { enabled_.store(enabled, std::memory_order_relaxed); }

  RedirectCounters counters() const;

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kCauses = 2;

  // The producer id is -1 without a sequence.
  struct PartitionKey {
    uint64_t topic = 0;
    int64_t producer_id = -1;
    int32_t partition = 0;
    RedirectRequest::Kind kind = RedirectRequest::Kind::kProduce;

    friend bool operator==(const PartitionKey& a, const PartitionKey& b) = default;
    template <typename H>
    friend H AbslHashValue(H state, const PartitionKey& key) {
      return H::combine(std::move(state), key.topic, key.producer_id, key.partition, key.kind);
    }
  };
  struct RefusedPartition {
    RedirectCause cause = RedirectCause::kDraining;
    MonotonicTime first_refusal;
    MonotonicTime last_request;
    // Set for an idempotent producer.
    std::optional<RetryOrder> order;
  };
  struct Episode {
    MonotonicTime begun;
    // Never empty.
    absl::flat_hash_map<PartitionKey, RefusedPartition> partitions;
  };
  using Episodes = absl::flat_hash_map<uint64_t, Episode>;
  struct ConnectionShard {
    Mutex mutex;
    Episodes episodes ABSL_GUARDED_BY(mutex);
    MonotonicTime next_sweep ABSL_GUARDED_BY(mutex);
  };
  struct ClientShard {
    Mutex mutex;
    absl::flat_hash_map<uint64_t, MonotonicTime> last_episode ABSL_GUARDED_BY(mutex);
    MonotonicTime next_sweep ABSL_GUARDED_BY(mutex);
  };
  struct AtomicCounts {
    std::atomic<int64_t> episodes{0};
    std::atomic<int64_t> refusals{0};
  };

  static PartitionKey KeyOf(const RedirectRequest& request);
  // The decision about a further request for a refused partition.
  enum class Further { kRefuse, kServe, kServeAndEnd };
  Further Continue(RefusedPartition& refused, const RedirectRequest& request,
                   const RedirectView& view, MonotonicTime now) const;
  void End(ConnectionShard& shard, Episodes::iterator episode, const PartitionKey& partition)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  // Whether one more partition may be refused: in `episode` or, if that is nullptr, in a new one.
  bool MayJoin(const Episode* episode, const RedirectRequest& request, MonotonicTime now);
  bool MayBegin(const RedirectRequest& request, MonotonicTime now);
  void Refuse(Episode& episode, const RedirectRequest& request, MonotonicTime now);
  void CountRefusal(RedirectCause cause);
  void Sweep(ConnectionShard& shard, MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const Clock& clock_;
  std::atomic<bool> enabled_{true};
  std::atomic<int64_t> open_connections_{0};
  std::atomic<int64_t> refused_partitions_{0};
  std::atomic<int64_t> served_at_limit_{0};
  std::array<AtomicCounts, kCauses> counts_;
  RedirectBudget moved_budget_;
  RedirectBudget draining_budget_;
  // Lock order: as declared.
  std::array<ConnectionShard, kShards> connections_;
  std::array<ClientShard, kShards> clients_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REDIRECT_POLICY_H_
