#include "agentclient/reference_agent/leader_answer_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

// Lengths go first, so that no two queries have one key whatever bytes a client sends.
std::string KeyOf(const kafka::LeaderQuery& query) {
  std::string key = absl::StrCat(query.client_id.size(), ":", query.client_id,
                                 query.client_address.size(), ":", query.client_address);
  for (const kafka::LeaderQuery::Topic& topic : query.topics) {
    absl::StrAppend(&key, topic.name.size(), ":", topic.name, topic.partition_count, ",");
  }
  return key;
}

size_t BytesOf(const std::string& key, const kafka::LeaderAnswer& answer) {
  // The key is held twice; the rest of an entry is guessed.
  size_t bytes = 2 * key.size() + 256 + answer.brokers.size() * sizeof(kafka::BrokerAddress);
  for (const std::vector<int32_t>& leaders : answer.leaders) {
    bytes += sizeof(std::vector<int32_t>) + leaders.size() * sizeof(int32_t);
  }
  return bytes;
}

}  // namespace

void LeaderAnswerCache::Put(const kafka::LeaderQuery& query,
                            std::shared_ptr<const kafka::LeaderAnswer> answer) {
  const MonotonicTime now = clock_.MonotonicNow();
  Entry entry{KeyOf(query), std::move(answer), now, 0};
  entry.bytes = BytesOf(entry.key, *entry.answer);
  MutexLock lock(mutex_);
  const auto old = by_key_.find(entry.key);
  if (old != by_key_.end()) Remove(old->second);
  if (entry.bytes > max_bytes_) return;
  while (bytes_ + entry.bytes > max_bytes_) Remove(std::prev(entries_.end()));
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  by_key_[entries_.front().key] = entries_.begin();
}

std::shared_ptr<const kafka::LeaderAnswer> LeaderAnswerCache::Get(const kafka::LeaderQuery& query) {
  const MonotonicTime now = clock_.MonotonicNow();
  const std::string key = KeyOf(query);
  MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (now - entry->time > kMaxAge) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

void LeaderAnswerCache::Remove(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace bellwether
