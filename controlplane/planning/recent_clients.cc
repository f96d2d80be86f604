#include "controlplane/planning/recent_clients.h"

#include <algorithm>
#include <utility>

namespace bellwether {
namespace {

const int64_t kMemoryNanos = absl::ToInt64Nanoseconds(kClientMemory);
// A client that asks all the time is recorded again only this often, so that its entry stays in the
// caches of all cores.
const int64_t kRenewAfterNanos = kMemoryNanos / 30;

int64_t Nanos(MonotonicTime time) { return absl::ToInt64Nanoseconds(time.since_origin()); }

size_t SlotsFor(size_t clients) {
  size_t slots = 2;
  while (slots < 2 * clients) slots *= 2;
  return slots;
}

}  // namespace

ClientTable::ClientTable(size_t clients) : slots_(SlotsFor(clients)), mask_(slots_.size() - 1) {}

void ClientTable::Record(uint64_t client, MonotonicTime now) {
  if (client == 0) return;
  const int64_t at = Nanos(now);
  Slot* place = nullptr;
  uint64_t found_there = 0;
  for (size_t i = 0; i < std::min(kReach, slots_.size()); ++i) {
    Slot& slot = slots_[(client + i) & mask_];
    const uint64_t here = slot.client.load(std::memory_order_relaxed);
    const int64_t seen = slot.seen.load(std::memory_order_relaxed);
    if (here == client) {
      if (at - seen > kRenewAfterNanos) slot.seen.store(at, std::memory_order_relaxed);
      return;
    }
    const bool is_free = here == 0 || at - seen > kMemoryNanos;
    if (is_free && place == nullptr) {
      place = &slot;
      found_there = here;
    }
    if (here == 0) break;
  }
  if (place == nullptr) return;
  // A client that loses the place to another is recorded when it asks again.
  if (place->client.compare_exchange_strong(found_there, client, std::memory_order_relaxed)) {
    place->seen.store(at, std::memory_order_relaxed);
  }
}

std::vector<uint64_t> ClientTable::Seen(MonotonicTime now) const {
  const int64_t at = Nanos(now);
  std::vector<uint64_t> clients;
  for (const Slot& slot : slots_) {
    const uint64_t client = slot.client.load(std::memory_order_relaxed);
    const int64_t seen = slot.seen.load(std::memory_order_relaxed);
    if (client != 0 && at - seen <= kMemoryNanos) clients.push_back(client);
  }
  // Two threads may have stored one client in two places.
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  return clients;
}

void ClientTable::CopyTo(ClientTable& other) const {
  for (const Slot& slot : slots_) {
    const absl::Duration seen = absl::Nanoseconds(slot.seen.load(std::memory_order_relaxed));
    other.Record(slot.client.load(std::memory_order_relaxed), MonotonicTime::SinceOrigin(seen));
  }
}

RecentClients::RecentClients(std::shared_ptr<const Plan> plan, const PlanOptions& options,
                             const RecentClients* before, MonotonicTime now)
    : plan_(std::move(plan)) {
  tables_.reserve(plan_->spread.size());
  for (const Spread& spread : plan_->spread) {
    const size_t clients = 2 * options.assign_clients_per_member * spread.members.size();
    const Spread* const known =
        before == nullptr ? nullptr : before->plan_->FindSpread(spread.partition);
    if (known == nullptr) {
      auto table = std::make_shared<ClientTable>(clients);
      for (const AssignedClient& assigned : spread.assigned_clients)
        table->Record(assigned.client, now);
      tables_.push_back(std::move(table));
      continue;
    }
    const std::shared_ptr<ClientTable>& kept =
        before->tables_[static_cast<size_t>(known - before->plan_->spread.data())];
    if (kept->HasRoomFor(clients)) {
      tables_.push_back(kept);
      continue;
    }
    auto larger = std::make_shared<ClientTable>(clients);
    kept->CopyTo(*larger);
    tables_.push_back(std::move(larger));
  }
}

void RecentClients::RecordFor(uint64_t partition, uint64_t client, MonotonicTime now) const {
  const Spread* const spread = plan_->FindSpread(partition);
  if (spread != nullptr) Record(static_cast<size_t>(spread - plan_->spread.data()), client, now);
}

std::vector<uint64_t> RecentClients::Seen(uint64_t partition, MonotonicTime now) const {
  const Spread* const spread = plan_->FindSpread(partition);
  if (spread == nullptr) return {};
  return tables_[static_cast<size_t>(spread - plan_->spread.data())]->Seen(now);
}

}  // namespace bellwether
