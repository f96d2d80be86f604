#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// The half of every jump score that hangs on the agent alone, computed once: what JumpScore of
// jump_order.h does, for whoever needs many scores of the same agents. Never changed after
// construction but by Add, so safe to read from many threads.
class AgentDraws {
 public:
  AgentDraws() : starts_(1, 0) {}

  // Appends an agent; its position is the number of those before it.
  void Add(uint64_t agent_hash, int32_t weight) {
    for (int32_t i = 0; i < weight; ++i) {
      draws_.push_back(Mix64(agent_hash + static_cast<uint64_t>(i)));
    }
    hashes_.push_back(agent_hash);
    starts_.push_back(static_cast<uint32_t>(draws_.size()));
  }

  size_t size() const { return hashes_.size(); }
  // The sum of all weights.
  size_t draws() const { return draws_.size(); }
  uint64_t hash(size_t position) const { return hashes_[position]; }
  int32_t weight(size_t position) const {
    return static_cast<int32_t>(starts_[position + 1] - starts_[position]);
  }

  // How much the partition likes the agent.
  uint64_t Score(uint64_t partition, size_t position) const {
    uint64_t best = 0;
    for (uint32_t i = starts_[position]; i < starts_[position + 1]; ++i) {
      const uint64_t draw = Mix64(partition ^ draws_[i]);
      best = draw > best ? draw : best;
    }
    return best;
  }

  // Whether `a` comes before `b` in the partition's jump order.
  bool Prefers(uint64_t partition, size_t a, size_t b) const {
    const uint64_t score_a = Score(partition, a);
    const uint64_t score_b = Score(partition, b);
    return score_a != score_b ? score_a > score_b : hashes_[a] > hashes_[b];
  }

  // The first agent in the partition's jump order for which `eligible(position)` holds, or
  // kNoAgent.
  template <typename Eligible>
  AgentPosition First(uint64_t partition, Eligible eligible) const {
    AgentPosition best = kNoAgent;
    uint64_t best_score = 0;
    for (size_t i = 0; i < hashes_.size(); ++i) {
      if (!eligible(static_cast<AgentPosition>(i))) continue;
      const uint64_t score = Score(partition, i);
      if (best == kNoAgent || score > best_score ||
          (score == best_score && hashes_[i] > hashes_[best])) {
        best = static_cast<AgentPosition>(i);
        best_score = score;
      }
    }
    return best;
  }

  friend bool operator==(const AgentDraws& a, const AgentDraws& b) = default;

 private:
  // The draws of the agent at i are those from starts_[i] up to starts_[i + 1].
  std::vector<uint64_t> draws_;
  std::vector<uint32_t> starts_;
  std::vector<uint64_t> hashes_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_
