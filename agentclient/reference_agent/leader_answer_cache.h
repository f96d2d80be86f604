#ifndef AGENTCLIENT_REFERENCE_AGENT_LEADER_ANSWER_CACHE_H_
#define AGENTCLIENT_REFERENCE_AGENT_LEADER_ANSWER_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// The last answer to each query, for the time that the control plane is away. Bounded in memory:
// what was not asked for longest goes first. Thread-safe.
class LeaderAnswerCache {
 public:
  static constexpr absl::Duration kMaxAge = absl::Hours(1);

  // `clock` must outlive it. At most about `max_bytes` are held.
  LeaderAnswerCache(const Clock& clock, size_t max_bytes) : clock_(clock), max_bytes_(max_bytes) {}

  // Replaces the answer to `query`. One that alone is larger than everything is not kept.
  void Put(const kafka::LeaderQuery& query, std::shared_ptr<const kafka::LeaderAnswer> answer);
  // The answer to the same client's same query; nullptr if there is none or it is older than
  // kMaxAge. Whether the connection was established makes no difference.
  std::shared_ptr<const kafka::LeaderAnswer> Get(const kafka::LeaderQuery& query);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const kafka::LeaderAnswer> answer;
    MonotonicTime time;
    size_t bytes = 0;
  };
  using Entries = std::list<Entry>;

  void Remove(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const size_t max_bytes_;
  Mutex mutex_;
  // The one asked for last is the first.
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_LEADER_ANSWER_CACHE_H_
