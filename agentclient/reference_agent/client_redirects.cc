#include "agentclient/reference_agent/client_redirects.h"

#include <algorithm>
#include <utility>

#include "agentclient/producer_sequence.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/valid_utf8.h"

namespace bellwether {
namespace {

// Whether the view lets the agent lead something.
bool MayLead(const PoolView& view, const std::string& agent_id) {
  return std::any_of(view.candidates.begin(), view.candidates.end(), [&](uint32_t position) {
    return view.agents[position]->registration.spec.agent_id == agent_id;
  });
}

}  // namespace

ClientRedirects::ClientRedirects(const Clock& clock, const PoolWatcher& watcher,
                                 std::string agent_id, absl::Duration drain_period)
    : clock_(clock),
      watcher_(watcher),
      agent_id_(std::move(agent_id)),
      policy_(clock),
      progress_(clock, drain_period) {}

void ClientRedirects::BeginLeaving() {
  progress_.Begin();
  leaving_.store(true, std::memory_order_relaxed);
}

bool ClientRedirects::ShouldRefuse(const kafka::PartitionRequest& request) {
  const bool may_begin =
      drained_.load(std::memory_order_relaxed) || leaving_.load(std::memory_order_relaxed);
  if (!may_begin && !policy_.HasEpisodes()) return false;
  const PoolWatcher::Standing standing = watcher_.standing();
  AskingClient client;
  client.agent_id = agent_id_;
  client.client_id = ValidUtf8(request.client_id);
  client.client_address = ValidUtf8(request.client_address);
  const std::string topic(request.topic);

  RedirectRequest asked;
  asked.connection = request.connection;
  asked.client = ClientHash(client.client_id, client.client_address);
  asked.topic = StableHash(topic);
  asked.partition = request.partition;
  asked.kind = request.is_fetch ? RedirectRequest::Kind::kFetch : RedirectRequest::Kind::kProduce;
  if (!request.is_fetch) asked.sequence = ReadProducerSequence(request.records);
  asked.cause = RedirectCause::kDraining;
  RedirectView view;
  if (const std::optional<MonotonicTime> since = LeadsNothingSince(standing.sent);
      since.has_value()) {
    policy_.SetEnabled(!standing.sent->pool().redirects_disabled);
    asked.led_by_another =
        may_begin && standing.answering != nullptr &&
        standing.answering->IsLedElsewhere(client, topic, request.partition, clock_.MonotonicNow());
    view = {standing.current, *since};
  }
  return policy_.ShouldRefuse(asked, view);
}

std::optional<MonotonicTime> ClientRedirects::LeadsNothingSince(
    const std::shared_ptr<const PoolReplica>& sent) {
  MutexLock lock(mutex_);
  if (sent == seen_) return leads_nothing_since_;
  seen_ = sent;
  if (sent == nullptr || MayLead(*sent->pool().view, agent_id_)) {
    leads_nothing_since_ = std::nullopt;
  } else if (!leads_nothing_since_.has_value()) {
    leads_nothing_since_ = clock_.MonotonicNow();
  }
  return leads_nothing_since_;
}

}  // namespace bellwether
