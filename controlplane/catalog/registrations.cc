#include "controlplane/catalog/registrations.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/placement.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/model/error.h"
#include "controlplane/model/field_text.h"

namespace bellwether {
namespace {

constexpr int kMaxAttempts = 32;

absl::StatusOr<std::vector<Registration>> ListRegistrations(const MetadataStore& store,
                                                            absl::string_view prefix) {
  ASSIGN_OR_RETURN(const MetadataStore::Listing listing, store.List(prefix));
  std::vector<Registration> registrations;
  registrations.reserve(listing.entries.size());
  for (const StoredEntry& entry : listing.entries) {
    ASSIGN_OR_RETURN(Registration registration, DecodeRegistration(entry));
    registrations.push_back(std::move(registration));
  }
  return registrations;
}

absl::Status AgentNotFound(const AgentKey& key) {
  const std::string name =
      absl::StrCat("agentPools/", Excerpt(key.agent_pool_id), "/agents/", Excerpt(key.agent_id));
  return MakeError(
      absl::StatusCode::kNotFound, Reason::kAgentNotFound,
      absl::StrCat(name, " is not registered; ListAgents lists the registered agents"),
      {{"agent_pool", Excerpt(key.agent_pool_id)}, {"agent_id", Excerpt(key.agent_id)}});
}

absl::Status StaleEpoch(const AgentKey& key, int64_t epoch, int64_t current) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStaleAgentEpoch,
                   absl::StrCat(FormatAgentName(key.agent_pool_id, key.agent_id), " has epoch ",
                                current, ", not ", epoch,
                                ": another process has registered under this agent id; stop one "
                                "of the two processes"),
                   {{"agent_pool", key.agent_pool_id},
                    {"agent_id", key.agent_id},
                    {"agent_epoch", absl::StrCat(current)}});
}

absl::Status PoolIsGone(absl::string_view pool_id) {
  return MakeError(absl::StatusCode::kAborted, Reason::kRevisionMismatch,
                   absl::StrCat(FormatAgentPoolName(pool_id), " was deleted during the call"));
}

}  // namespace

Registrations::Registrations(MetadataStore& store, const Catalog& catalog)
    : store_(store), catalog_(catalog) {}

absl::StatusOr<std::vector<Registration>> Registrations::List() const {
  return ListRegistrations(store_, kRegistrationPrefix);
}

absl::StatusOr<Registration> Registrations::Register(const AgentSpec& spec,
                                                     const std::string& agent_pool,
                                                     const std::string& virtual_cluster) {
  RETURN_IF_ERROR(ValidateAgentSpec(spec));
  RETURN_IF_ERROR(CheckFieldText("agent_pool", agent_pool));
  RETURN_IF_ERROR(CheckFieldText("virtual_cluster", virtual_cluster));
  Registration registration;
  RETURN_IF_ERROR(Retry([&]() -> absl::Status {
    const std::shared_ptr<const CatalogView> view = catalog_.View();
    ASSIGN_OR_RETURN(const Placement placement, Place(*view, agent_pool, virtual_cluster));
    ASSIGN_OR_RETURN(registration, TryRegister(*view, *placement.pool, *placement.cluster, spec));
    return absl::OkStatus();
  }));
  return registration;
}

absl::StatusOr<Registration> Registrations::TryRegister(const CatalogView& view,
                                                        const AgentPool& pool,
                                                        const VirtualCluster& cluster,
                                                        const AgentSpec& spec) {
  const std::string key = RegistrationKey({pool.id, spec.agent_id});
  ASSIGN_OR_RETURN(const std::optional<StoredEntry> stored, store_.Get(key));
  Transaction transaction;
  // A pool or a cluster that is deleted meanwhile takes no agent.
  transaction.preconditions = {
      {key, stored.has_value() ? stored->revision : 0},
      {AgentPoolKey(pool.id), view.AgentPoolRevision(pool.id)},
      {VirtualClusterKey(cluster.id), view.VirtualClusterRevision(cluster.id)}};
  if (!stored.has_value()) return TryJoin(pool, spec, std::move(transaction));

  ASSIGN_OR_RETURN(const Registration current, DecodeRegistration(*stored));
  Registration next = current;
  next.spec = spec;
  next.dead = false;
  next.leaving = false;
  next.restarting = false;
  // Another run of the agent; or, after a death that may be acted upon later, another life.
  if (current.spec.boot_id != spec.boot_id || current.dead) {
    next.epoch = 0;
    const bool was_active = current.joining != Joining::kNew && !current.dead;
    next.joining = was_active ? Joining::kReturning : Joining::kNew;
  }
  const std::string record = EncodeRegistration(next);
  if (record == EncodeRegistration(current)) return current;
  transaction.mutations.push_back({key, record});
  ASSIGN_OR_RETURN(const Revision revision, store_.Commit(transaction));
  if (next.epoch == 0) next.epoch = revision;
  return next;
}

absl::StatusOr<Registration> Registrations::TryJoin(const AgentPool& pool, const AgentSpec& spec,
                                                    Transaction transaction) {
  RETURN_IF_ERROR(LoadBrokerIds(pool));
  Registration registration;
  registration.spec = spec;
  registration.agent_pool_id = pool.id;
  registration.joining = Joining::kNew;
  {
    MutexLock lock(mutex_);
    const auto found = broker_ids_.find(pool.uid);
    if (found == broker_ids_.end()) return PoolIsGone(pool.id);
    ASSIGN_OR_RETURN(registration.broker_id, found->second.broker_ids.Take(spec.agent_id));
  }
  transaction.mutations = {
      {RegistrationKey({pool.id, spec.agent_id}), EncodeRegistration(registration)},
      {JoinedKey(pool.id), std::string()}};
  const absl::StatusOr<Revision> committed = store_.Commit(transaction);
  Settle(pool, spec.agent_id, BrokerIds::Outcome::kRegistered, committed);
  if (!committed.ok()) return committed.status();
  registration.epoch = *committed;
  return registration;
}

absl::Status Registrations::Deregister(const AgentKey& key, int64_t epoch) {
  return Retry([&] { return TryDeregister(key, epoch); });
}

absl::Status Registrations::TryDeregister(const AgentKey& key, int64_t epoch) {
  // The registrations of a pool go with it.
  const std::shared_ptr<const AgentPool> pool = catalog_.View()->FindAgentPool(key.agent_pool_id);
  if (pool == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(LoadBrokerIds(*pool));
  const std::string stored_key = RegistrationKey(key);
  ASSIGN_OR_RETURN(const std::optional<StoredEntry> stored, store_.Get(stored_key));
  if (!stored.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Registration current, DecodeRegistration(*stored));
  if (current.epoch != epoch) return StaleEpoch(key, epoch, current.epoch);
  bool taken = false;
  {
    MutexLock lock(mutex_);
    const auto found = broker_ids_.find(pool->uid);
    if (found == broker_ids_.end()) return PoolIsGone(pool->id);
    taken = found->second.broker_ids.TakeForRemoval(key.agent_id);
  }
  Transaction transaction;
  transaction.preconditions.push_back({stored_key, stored->revision});
  transaction.mutations.push_back({stored_key, std::nullopt});
  const absl::StatusOr<Revision> committed = store_.Commit(transaction);
  if (taken) Settle(*pool, key.agent_id, BrokerIds::Outcome::kRemoved, committed);
  return committed.status();
}

absl::Status Registrations::AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting) {
  return Announce(key, epoch, /*leaving=*/true, restarting);
}

absl::Status Registrations::AnnounceRestart(const AgentKey& key, int64_t epoch) {
  return Announce(key, epoch, /*leaving=*/false, /*restarting=*/true);
}

absl::Status Registrations::Announce(const AgentKey& key, int64_t epoch, bool leaving,
                                     bool restarting) {
  const absl::StatusOr<Registration> edited = Edit(key, [&](Registration& registration) {
    if (registration.epoch != epoch || registration.dead ||
        (registration.leaving == leaving && registration.restarting == restarting)) {
      return false;
    }
    // An announcement that was late: the agent has gone.
    if (leaving && registration.gone_to_restart()) return false;
    registration.leaving = leaving;
    registration.restarting = restarting;
    return true;
  });
  if (GetReason(edited.status()) == Reason::kAgentNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(edited.status());
  return edited->epoch == epoch ? absl::OkStatus() : StaleEpoch(key, epoch, edited->epoch);
}

absl::StatusOr<Registration> Registrations::SetDraining(const AgentKey& key, bool draining) {
  return Edit(key, [draining](Registration& registration) {
    if (registration.draining == draining) return false;
    registration.draining = draining;
    return true;
  });
}

absl::Status Registrations::MarkJoined(const std::vector<std::pair<AgentKey, int64_t>>& runs) {
  return Retry([&]() -> absl::Status {
    Transaction transaction;
    for (const auto& [key, epoch] : runs) {
      const std::string stored_key = RegistrationKey(key);
      ASSIGN_OR_RETURN(const std::optional<StoredEntry> stored, store_.Get(stored_key));
      if (!stored.has_value()) continue;
      ASSIGN_OR_RETURN(Registration registration, DecodeRegistration(*stored));
      if (registration.epoch != epoch || registration.joining == Joining::kDone) continue;
      registration.joining = Joining::kDone;
      transaction.preconditions.push_back({stored_key, stored->revision});
      transaction.mutations.push_back({stored_key, EncodeRegistration(registration)});
    }
    if (transaction.mutations.empty()) return absl::OkStatus();
    return store_.Commit(transaction).status();
  });
}

absl::Status Registrations::MarkDead(const AgentKey& key, int64_t epoch) {
  const absl::Status status = Edit(key, [epoch](Registration& registration) {
                                if (registration.epoch != epoch || registration.dead) return false;
                                registration.dead = true;
                                return true;
                              }).status();
  return GetReason(status) == Reason::kAgentNotFound ? absl::OkStatus() : status;
}

absl::StatusOr<Registration> Registrations::Edit(const AgentKey& key,
                                                 const std::function<bool(Registration&)>& edit) {
  const std::string stored_key = RegistrationKey(key);
  Registration registration;
  RETURN_IF_ERROR(Retry([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<StoredEntry> stored, store_.Get(stored_key));
    if (!stored.has_value()) return AgentNotFound(key);
    ASSIGN_OR_RETURN(registration, DecodeRegistration(*stored));
    if (!edit(registration)) return absl::OkStatus();
    Transaction transaction;
    transaction.preconditions.push_back({stored_key, stored->revision});
    transaction.mutations.push_back({stored_key, EncodeRegistration(registration)});
    return store_.Commit(transaction).status();
  }));
  return registration;
}

absl::Status Registrations::Retry(const std::function<absl::Status()>& attempt) {
  absl::Status status;
  for (int i = 0; i < kMaxAttempts; ++i) {
    const std::shared_ptr<const CatalogView> before = catalog_.View();
    status = attempt();
    if (GetReason(status) != Reason::kRevisionMismatch) return status;
    // The usual cause is a concurrent call about the same agent, or a change of its pool that is
    // about to be published. If this repeats and the catalog stays the same, the view may be
    // outdated.
    RETURN_IF_ERROR(catalog_.state_.CatchUp(0));
    if (i > 0 && catalog_.View() == before) RETURN_IF_ERROR(catalog_.state_.Reload());
  }
  return status;
}

absl::Status Registrations::LoadBrokerIds(const AgentPool& pool) {
  {
    MutexLock lock(mutex_);
    if (broker_ids_.contains(pool.uid)) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<Registration> registered,
                   ListRegistrations(store_, PoolRegistrationsPrefix(pool.id)));
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  MutexLock lock(mutex_);
  // More than there are pools: some have been deleted.
  if (broker_ids_.size() > view->agent_pool_count()) {
    absl::erase_if(broker_ids_, [&view](const auto& entry) {
      const auto found = view->FindAgentPool(entry.second.pool_id);
      return found == nullptr || found->uid != entry.first;
    });
  }
  // If another call was faster, keep its broker ids: they include everything that has happened
  // since.
  broker_ids_.try_emplace(pool.uid, PoolBrokerIds{pool.id, BrokerIds(registered)});
  return absl::OkStatus();
}

void Registrations::Settle(const AgentPool& pool, const std::string& agent_id,
                           BrokerIds::Outcome done, const absl::StatusOr<Revision>& committed) {
  BrokerIds::Outcome outcome = done;
  if (!committed.ok()) {
    outcome = GetReason(committed.status()) == Reason::kRevisionMismatch
                  ? BrokerIds::Outcome::kNothing
                  : BrokerIds::Outcome::kUnknown;
  }
  MutexLock lock(mutex_);
  const auto found = broker_ids_.find(pool.uid);
  if (found != broker_ids_.end()) {
    found->second.broker_ids.Settle(agent_id, outcome, committed.value_or(0));
  }
}

}  // namespace bellwether
