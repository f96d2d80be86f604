#include "agentclient/pool_watcher.h"

#include <algorithm>
#include <utility>

#include "agentclient/rpc_status.h"
#include "agentclient/unreachable.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr absl::Duration kFirstAgeLogged = absl::Seconds(10);

int64_t ToNanoseconds(MonotonicTime time) { return absl::ToInt64Nanoseconds(time.since_origin()); }

void AddTally(const AnswerTally& tally, v1::HeartbeatRequest& heartbeat) {
  for (const Strategy strategy : kStrategies) {
    for (const StrategySource source : kStrategySources) {
      const uint64_t count =
          tally.answers[static_cast<size_t>(strategy)][static_cast<size_t>(source)];
      if (count == 0) continue;
      v1::StrategyCount& added = *heartbeat.mutable_answers()->add_strategies();
      added.set_strategy(std::string(StrategyName(strategy)));
      added.set_source(std::string(StrategySourceName(source)));
      added.set_count(count);
    }
  }
  for (const ZoneResult result : kZoneResults) {
    const uint64_t count = tally.zones[static_cast<size_t>(result)];
    if (count == 0) continue;
    (*heartbeat.mutable_answers()->mutable_zones())[std::string(ZoneResultName(result))] = count;
  }
  for (const DiagnosticKind kind : kDiagnosticKinds) {
    const uint64_t count = tally.diagnostics[static_cast<size_t>(kind)];
    if (count == 0) continue;
    (*heartbeat.mutable_answers()->mutable_problems())[std::string(DiagnosticKindName(kind))] =
        count;
  }
}

}  // namespace

PoolWatcher::PoolWatcher(const std::shared_ptr<grpc::Channel>& channel, const Clock& clock,
                         Random& random, PoolWatchListener& listener, PeerProbe* peers,
                         const BackoffOptions& backoff)
    : clock_(clock),
      listener_(listener),
      peers_(peers),
      stub_(v1::DiscoveryService::NewStub(channel)),
      backoff_(backoff, random),
      next_age_logged_(kFirstAgeLogged),
      lost_at_(clock.MonotonicNow()),
      thread_([this] { Run(); }) {}

PoolWatcher::~PoolWatcher() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    if (call_ != nullptr) call_->TryCancel();
  }
  changed_.NotifyAll();
  thread_.join();
}

void PoolWatcher::Watch(const std::string& virtual_cluster, const std::string& cluster_uid) {
  {
    MutexLock lock(mutex_);
    if (virtual_cluster_ == virtual_cluster && cluster_uid_ == cluster_uid) return;
    virtual_cluster_ = virtual_cluster;
    cluster_uid_ = cluster_uid;
    if (call_ != nullptr) call_->TryCancel();
  }
  changed_.NotifyAll();
}

std::optional<LeaderAnswer> PoolWatcher::Answer(const LeaderQuery& query) {
  const std::shared_ptr<const PoolReplica> replica = Answering();
  if (replica == nullptr) return std::nullopt;
  std::vector<SpreadClient> asked;
  std::optional<LeaderAnswer> answer =
      replica->Answer(query, clock_.MonotonicNow(),
                      [&](const LeaderView& leaders, uint32_t spread, uint64_t client) {
                        asked.push_back({leaders.plan_zone,
                                         leaders.lookup->plan().spread[spread].partition, client});
                      });
  if (answer.has_value()) Note(*answer, asked);
  return answer;
}

std::optional<LeaderAnswer> PoolWatcher::AnswerAfter(const LeaderQuery& query,
                                                     const absl::Status& error) {
  const std::shared_ptr<const PoolReplica> replica = Answering();
  if (replica == nullptr || !IsUnreachable(error)) return std::nullopt;
  std::optional<LeaderAnswer> answer = replica->AnswerAlone(query, clock_.MonotonicNow());
  if (answer.has_value()) Note(*answer, {});
  return answer;
}

std::optional<std::string> PoolWatcher::PlanZoneOf(const AskingClient& client) const {
  const std::shared_ptr<const PoolReplica> replica = Answering();
  return replica == nullptr ? "" : replica->PlanZoneOf(client, clock_.MonotonicNow());
}

void PoolWatcher::Note(const LeaderAnswer& answer, const std::vector<SpreadClient>& asked) {
  MutexLock lock(report_mutex_);
  tally_.Add(answer);
  for (const SpreadClient& one : asked) {
    if (spread_clients_.size() >= kMaxSpreadClientsPerHeartbeat) return;
    spread_clients_.insert(one);
  }
}

void PoolWatcher::Report(v1::HeartbeatRequest& heartbeat) {
  AnswerTally tally;
  absl::flat_hash_set<SpreadClient> clients;
  {
    MutexLock lock(report_mutex_);
    std::swap(tally, tally_);
    clients.swap(spread_clients_);
  }
  AddTally(tally, heartbeat);
  Answering();
  {
    MutexLock lock(mutex_);
    for (const std::string& id : gone_) {
      if (heartbeat.unreachable_agent_ids_size() == kMaxUnreachablePerHeartbeat) break;
      heartbeat.add_unreachable_agent_ids(id);
    }
  }
  for (const SpreadClient& one : clients) {
    v1::SpreadClient& added = *heartbeat.add_spread_clients();
    added.set_partition(one.partition);
    added.set_client(one.client);
    added.set_plan_zone(one.plan_zone);
  }
}

absl::Duration PoolWatcher::view_age() const {
  if (replica_.Get() == nullptr) return absl::InfiniteDuration();
  MutexLock lock(mutex_);
  return current_ ? absl::ZeroDuration() : clock_.MonotonicNow() - lost_at_;
}

void PoolWatcher::Run() {
  while (true) {
    std::string virtual_cluster;
    std::string cluster_uid;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && virtual_cluster_.empty()) changed_.Wait(mutex_);
      if (stopping_) return;
      virtual_cluster = virtual_cluster_;
      cluster_uid = cluster_uid_;
    }
    const absl::Status ended = Follow(virtual_cluster, cluster_uid);
    bool was_current = false;
    bool is_another = false;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      was_current = std::exchange(current_, false);
      hold_until_ = 0;
      if (was_current) lost_at_ = clock_.MonotonicNow();
      is_another = virtual_cluster_ != virtual_cluster || cluster_uid_ != cluster_uid;
    }
    if (is_another || !IsUnreachable(ended)) Forget();
    // Nothing failed: it was this agent that wanted another one.
    if (is_another) continue;
    if (was_current) listener_.OnViewLost(ended);
    WaitToTryAgain();
    // A connection that is replaced because of its age is not a reason to probe peers.
    if (!was_current) LookAtPeers();
  }
}

absl::Status PoolWatcher::Follow(const std::string& virtual_cluster,
                                 const std::string& cluster_uid) {
  grpc::ClientContext context;
  {
    MutexLock lock(mutex_);
    if (stopping_) return absl::CancelledError("the agent is stopping");
    call_ = &context;
  }
  v1::WatchPoolRequest request;
  request.set_virtual_cluster(virtual_cluster);
  request.set_cluster_uid(cluster_uid);
  const std::shared_ptr<const PoolReplica> known = replica_.Get();
  if (known != nullptr) request.set_resume_after(known->position());
  const auto reader = stub_->WatchPool(&context, request);
  v1::WatchPoolResponse message;
  absl::Status unusable;
  while (reader->Read(&message)) {
    auto replica = PoolReplica::Apply(replica_.Get(), message);
    if (!replica.ok()) {
      // Start over with a full view. Until it arrives there is no view that can be trusted.
      unusable = replica.status();
      Forget();
      context.TryCancel();
      break;
    }
    TakeIn(*std::move(replica));
  }
  const grpc::Status status = reader->Finish();
  {
    MutexLock lock(mutex_);
    call_ = nullptr;
  }
  if (!unusable.ok()) return unusable;
  if (status.ok()) return absl::UnavailableError("the control plane ended the watch");
  return FromGrpcStatus(status);
}

void PoolWatcher::TakeIn(std::shared_ptr<const PoolReplica> replica) {
  const int64_t version = replica->view_version();
  missed_.clear();
  absl::Duration away;
  bool was_current = false;
  {
    MutexLock lock(mutex_);
    replica_.Publish(std::move(replica));
    was_current = std::exchange(current_, true);
    if (!was_current) {
      away = clock_.MonotonicNow() - lost_at_;
      hold_until_ = gone_.empty() ? 0 : ToNanoseconds(clock_.MonotonicNow() + kHoldGone);
    }
    PublishAnswering();
  }
  if (was_current) return;
  backoff_.Reset();
  next_age_logged_ = kFirstAgeLogged;
  listener_.OnViewCurrent(version, away);
}

std::shared_ptr<const PoolReplica> PoolWatcher::Answering() const {
  const int64_t hold_until = hold_until_.load(std::memory_order_relaxed);
  if (hold_until != 0 && ToNanoseconds(clock_.MonotonicNow()) >= hold_until) {
    MutexLock lock(mutex_);
    // Unless the control plane is unreachable again.
    if (hold_until_.exchange(0) != 0 && current_) {
      gone_.clear();
      PublishAnswering();
    }
  }
  return answering_.Get();
}

void PoolWatcher::PublishAnswering() const {
  const std::shared_ptr<const PoolReplica> replica = replica_.Get();
  const ViewAgent* const self =
      replica == nullptr || leaving_.empty() ? nullptr : replica->pool().view->FindAgent(leaving_);
  const bool leads = self != nullptr && self->state != AgentState::kDraining;
  answering_.Publish(replica == nullptr || (gone_.empty() && !leads)
                         ? replica
                         : replica->Without(gone_, leaving_));
}

void PoolWatcher::SetLeaving(const std::string& agent_id) {
  MutexLock lock(mutex_);
  leaving_ = agent_id;
  PublishAnswering();
}

PoolWatcher::Standing PoolWatcher::standing() const {
  std::shared_ptr<const PoolReplica> answering = Answering();
  MutexLock lock(mutex_);
  return {std::move(answering), replica_.Get(), current_};
}

std::optional<BrokerListing> PoolWatcher::BrokersFor(const AskingClient& client) const {
  const std::shared_ptr<const PoolReplica> replica = Answering();
  if (replica == nullptr) return std::nullopt;
  return replica->BrokersFor(client, clock_.MonotonicNow());
}

void PoolWatcher::Forget() {
  MutexLock lock(mutex_);
  replica_.Publish(nullptr);
  PublishAnswering();
}

bool PoolWatcher::IsStopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

void PoolWatcher::LookAtPeers() {
  // A small number, so that in a large pool agents do not spend each other's time on probes.
  constexpr size_t kLooks = 8;
  const std::shared_ptr<const PoolReplica> replica = replica_.Get();
  if (peers_ == nullptr || replica == nullptr) return;
  const PoolView& view = *replica->pool().view;
  const size_t candidates = view.candidates.size();
  for (size_t look = 0; look < std::min(kLooks, candidates); ++look) {
    if (IsStopping()) return;
    const AgentSpec& peer =
        view.agents[view.candidates[next_peer_++ % candidates]]->registration.spec;
    // One connection that fails may be chance.
    if (peers_->IsGone(peer.address) && peers_->IsGone(peer.address)) {
      missed_.insert(peer.agent_id);
    } else {
      missed_.erase(peer.agent_id);
    }
  }
  std::set<std::string> gone = missed_;
  if (2 * gone.size() > candidates) gone.clear();
  {
    MutexLock lock(mutex_);
    if (gone == gone_) return;
    gone_ = gone;
    PublishAnswering();
  }
  listener_.OnPeersGone(gone);
}

void PoolWatcher::WaitToTryAgain() {
  const MonotonicTime until = clock_.MonotonicNow() + backoff_.Next();
  absl::Duration age;
  {
    MutexLock lock(mutex_);
    while (!stopping_ && clock_.MonotonicNow() < until) {
      changed_.WaitFor(mutex_, until - clock_.MonotonicNow());
    }
    age = clock_.MonotonicNow() - lost_at_;
  }
  if (replica_.Get() == nullptr || age < next_age_logged_) return;
  while (next_age_logged_ <= age) next_age_logged_ *= 2;
  listener_.OnViewAges(age);
}

}  // namespace bellwether
