#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// Agents prepared for preference lists of many partitions. Computes the order that Beats
// (preference_list.h) defines with one hash for each agent, and with a logarithm only where an
// agent draws more than a heavier one. Immutable, so safe to read from many threads.
class AgentDraws {
 public:
  AgentDraws() = default;
  // Agents keep their positions.
  explicit AgentDraws(std::vector<RankedAgent> agents) : agents_(std::move(agents)) {
    by_weight_.reserve(agents_.size());
    for (size_t i = 0; i < agents_.size(); ++i) {
      by_weight_.push_back(
          {Mix64(agents_[i].hash), agents_[i].weight, static_cast<AgentPosition>(i)});
    }
    std::sort(by_weight_.begin(), by_weight_.end(), [](const Drawing& a, const Drawing& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.position < b.position;
    });
  }

  size_t size() const { return agents_.size(); }
  const RankedAgent& agent(size_t position) const { return agents_[position]; }

  // Whether `a` comes before `b` in the partition's preference list.
  bool Prefers(uint64_t partition, size_t a, size_t b) const {
    return Beats(PreferenceScoreOf(partition, agents_[a]),
                 PreferenceScoreOf(partition, agents_[b]));
  }

  // The first agent in the partition's preference list for which `eligible(position)` holds, or
  // kNoAgent.
  template <typename Eligible>
  AgentPosition First(uint64_t partition, Eligible eligible) const {
    AgentPosition first = kNoAgent;
    PreferenceScore best;
    for (const Drawing& drawing : by_weight_) {
      const PreferenceScore score = {Mix64(partition ^ drawing.mixed_hash), drawing.weight};
      // An agent that is not heavier must draw more to win.
      if (score.draw < best.draw || !eligible(drawing.position)) continue;
      if (first != kNoAgent && !Beats(score, best)) continue;
      first = drawing.position;
      best = score;
    }
    return first;
  }

  friend bool operator==(const AgentDraws& a, const AgentDraws& b) {
    return a.agents_ == b.agents_;
  }

 private:
  // The inputs of an agent's draws.
  struct Drawing {
    // Mix64 of its hash.
    uint64_t mixed_hash = 0;
    int32_t weight = 1;
    AgentPosition position = kNoAgent;
  };

  std::vector<RankedAgent> agents_;
  // By descending weight.
  std::vector<Drawing> by_weight_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_DRAWS_H_
