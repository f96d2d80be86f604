#ifndef CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_
#define CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/discovery/leader_facts.h"

namespace bellwether {

// An explanation in whole sentences, for an operator at a terminal.
struct ExplanationWords {
  std::string summary;
  std::string why_this_leader;
  std::string why_not_preferred_leader;
  std::string why_this_strategy;
  std::string why_this_zone;
  std::string why_these_agents;
};

// Describes the facts about `client` in words.
ExplanationWords InWords(const LeaderFacts& facts, const AskingClient& client);

// The differences of `then` (nullopt if no leader could be returned) from `now`. Never empty.
std::vector<std::string> DifferenceInWords(const LeaderFacts& now,
                                           const std::optional<LeaderFacts>& then,
                                           const AskingClient& client);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_
