#ifndef CONTROLPLANE_ASSIGNMENT_ANSWER_TALLY_H_
#define CONTROLPLANE_ASSIGNMENT_ANSWER_TALLY_H_

#include <array>
#include <cstdint>
#include <iterator>

#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// Counts of answers by outcome; each array is indexed by the outcome's enum.
struct AnswerTally {
  std::array<std::array<uint64_t, std::size(kStrategySources)>, std::size(kStrategies)> answers =
      {};
  std::array<uint64_t, std::size(kZoneResults)> zones = {};
  std::array<uint64_t, std::size(kDiagnosticKinds)> diagnostics = {};

  uint64_t Total() const {
    uint64_t total = 0;
    for (const auto& by_source : answers) {
      for (const uint64_t count : by_source) total += count;
    }
    return total;
  }
  void Add(const LeaderAnswer& answer) {
    ++answers[static_cast<size_t>(answer.strategy)][static_cast<size_t>(answer.strategy_source)];
    ++zones[static_cast<size_t>(answer.zone_result)];
    for (const Diagnostic& diagnostic : answer.diagnostics) {
      ++diagnostics[static_cast<size_t>(diagnostic.kind)];
    }
  }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_ANSWER_TALLY_H_
