#include "agentclient/redirect_policy.h"

#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// How often a shard removes ended entries.
constexpr absl::Duration kSweepInterval = absl::Seconds(1);

}  // namespace

RedirectPolicy::RedirectPolicy(const Clock& clock, const RedirectOptions& options)
    : clock_(clock),
      moved_budget_(options.moved_share, RedirectBudgetBase::kOpenNow),
      draining_budget_(options.draining_share, RedirectBudgetBase::kMostOpen) {}

bool RedirectPolicy::ShouldRefuse(const RedirectRequest& request, const RedirectView& view) {
  const bool wanted =
      request.led_by_another && view.current && enabled_.load(std::memory_order_relaxed);
  if (!wanted && !HasEpisodes()) return false;

  const MonotonicTime now = clock_.MonotonicNow();
  ConnectionShard& shard = connections_[Mix64(request.connection) % kShards];
  MutexLock lock(shard.mutex);
  if (now >= shard.next_sweep) Sweep(shard, now);
  const auto episode = shard.episodes.find(request.connection);
  if (episode != shard.episodes.end()) {
    const auto partition = episode->second.partitions.find(KeyOf(request));
    if (partition != episode->second.partitions.end()) {
      RefusedPartition& refused = partition->second;
      const bool was_quiet = now - refused.last_request >= kQuiet;
      const Further further =
          was_quiet ? Further::kServeAndEnd : Continue(refused, request, view, now);
      refused.last_request = now;
      if (further == Further::kRefuse) CountRefusal(refused.cause);
      if (further == Further::kServeAndEnd) End(shard, episode, KeyOf(request));
      // After a quiet time the request is one like any other.
      if (!was_quiet) return further == Further::kRefuse;
    }
  }

  if (!wanted || now - view.in_force_since < kLeastViewAge) return false;
  const auto current = shard.episodes.find(request.connection);
  const bool is_new = current == shard.episodes.end();
  if (!MayJoin(is_new ? nullptr : &current->second, request, now)) return false;
  Episode& joined = is_new ? shard.episodes[request.connection] : current->second;
  if (is_new) joined.begun = now;
  Refuse(joined, request, now);
  return true;
}

void RedirectPolicy::OnConnectionClosed(uint64_t connection) {
  open_connections_.fetch_sub(1, std::memory_order_relaxed);
  if (!HasEpisodes()) return;
  ConnectionShard& shard = connections_[Mix64(connection) % kShards];
  MutexLock lock(shard.mutex);
  const auto episode = shard.episodes.find(connection);
  if (episode == shard.episodes.end()) return;
  refused_partitions_.fetch_sub(static_cast<int64_t>(episode->second.partitions.size()),
                                std::memory_order_relaxed);
  shard.episodes.erase(episode);
}

RedirectCounters RedirectPolicy::counters() const {
  const auto read = [this](RedirectCause cause) {
    const AtomicCounts& counts = counts_[static_cast<size_t>(cause)];
    return RedirectCounters::Counts{counts.episodes.load(std::memory_order_relaxed),
                                    counts.refusals.load(std::memory_order_relaxed)};
  };
  return {read(RedirectCause::kDraining), read(RedirectCause::kMoved),
          served_at_limit_.load(std::memory_order_relaxed),
          refused_partitions_.load(std::memory_order_relaxed)};
}

RedirectPolicy::PartitionKey RedirectPolicy::KeyOf(const RedirectRequest& request) {
  return {request.topic, request.sequence.has_value() ? request.sequence->producer_id : -1,
          request.partition, request.kind};
}

RedirectPolicy::Further RedirectPolicy::Continue(RefusedPartition& refused,
                                                 const RedirectRequest& request,
                                                 const RedirectView& view,
                                                 MonotonicTime now) const {
  const bool had_time = now - refused.first_refusal >= kTimeToAsk;
  const bool has_reason = request.led_by_another && view.current &&
                          enabled_.load(std::memory_order_relaxed) &&
                          (request.cause == RedirectCause::kDraining || !had_time);
  if (refused.order.has_value() && request.sequence.has_value()) {
    if (has_reason || !refused.order->CanServe(*request.sequence)) {
      refused.order->Refuse(*request.sequence);
      return Further::kRefuse;
    }
    return refused.order->Serve(*request.sequence) ? Further::kServeAndEnd : Further::kServe;
  }
  const bool keeps_order = request.kind == RedirectRequest::Kind::kFetch || had_time;
  return has_reason || !keeps_order ? Further::kRefuse : Further::kServeAndEnd;
}

void RedirectPolicy::End(ConnectionShard& shard, Episodes::iterator episode,
                         const PartitionKey& partition) {
  episode->second.partitions.erase(partition);
  refused_partitions_.fetch_sub(1, std::memory_order_relaxed);
  if (episode->second.partitions.empty()) shard.episodes.erase(episode);
}

bool RedirectPolicy::MayJoin(const Episode* episode, const RedirectRequest& request,
                             MonotonicTime now) {
  if (episode != nullptr && request.cause == RedirectCause::kMoved &&
      now - episode->begun >= kTimeToAsk) {
    return false;
  }
  const bool at_limit =
      refused_partitions_.load(std::memory_order_relaxed) >= kMaxRefusedPartitions ||
      (episode != nullptr && episode->partitions.size() >= kMaxPartitionsOfConnection);
  if (at_limit) {
    served_at_limit_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  return episode != nullptr || MayBegin(request, now);
}

bool RedirectPolicy::MayBegin(const RedirectRequest& request, MonotonicTime now) {
  const bool draining = request.cause == RedirectCause::kDraining;
  ClientShard& shard = clients_[Mix64(request.client) % kShards];
  MutexLock lock(shard.mutex);
  auto& last_episode = shard.last_episode;
  if (now >= shard.next_sweep) {
    absl::erase_if(last_episode,
                   [now](const auto& one) { return now - one.second >= kClientInterval; });
    shard.next_sweep = now + kSweepInterval;
  }
  const auto last = last_episode.find(request.client);
  const bool has_room = last != last_episode.end() || last_episode.size() < kMaxClients / kShards;
  if (!draining) {
    if (last != last_episode.end() && now - last->second < kClientInterval) return false;
    if (!has_room) {
      served_at_limit_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
  }
  RedirectBudget& budget = draining ? draining_budget_ : moved_budget_;
  if (!budget.TryTake(now, open_connections_.load(std::memory_order_relaxed))) return false;
  if (has_room) last_episode[request.client] = now;
  counts_[static_cast<size_t>(request.cause)].episodes.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void RedirectPolicy::Refuse(Episode& episode, const RedirectRequest& request, MonotonicTime now) {
  RefusedPartition& refused = episode.partitions[KeyOf(request)];
  refused.cause = request.cause;
  refused.first_refusal = now;
  refused.last_request = now;
  if (request.sequence.has_value()) refused.order.emplace(*request.sequence);
  refused_partitions_.fetch_add(1, std::memory_order_release);
  CountRefusal(request.cause);
}

void RedirectPolicy::CountRefusal(RedirectCause cause) {
  counts_[static_cast<size_t>(cause)].refusals.fetch_add(1, std::memory_order_relaxed);
}

void RedirectPolicy::Sweep(ConnectionShard& shard, MonotonicTime now) {
  shard.next_sweep = now + kSweepInterval;
  absl::erase_if(shard.episodes, [this, now](auto& episode) {
    auto& partitions = episode.second.partitions;
    const auto forgotten = absl::erase_if(
        partitions, [now](const auto& one) { return now - one.second.last_request >= kQuiet; });
    refused_partitions_.fetch_sub(static_cast<int64_t>(forgotten), std::memory_order_relaxed);
    return partitions.empty();
  });
}

}  // namespace bellwether
