#ifndef CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_
#define CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/discovery/leader_facts.h"

namespace bellwether {

// An explanation in whole sentences, for somebody at a terminal at night. A value.
struct ExplanationWords {
  std::string summary;
  std::string why_this_leader;
  std::string why_not_preferred_leader;
  std::string why_this_strategy;
  std::string why_this_zone;
  std::string why_these_agents;
};

// Puts the facts about `client` into words. Pure.
ExplanationWords InWords(const LeaderFacts& facts, const AskingClient& client);

// What is otherwise in `then`, nullopt if nobody could be named, than in `now`. Never empty. Pure.
std::vector<std::string> DifferenceInWords(const LeaderFacts& now,
                                           const std::optional<LeaderFacts>& then,
                                           const AskingClient& client);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_EXPLANATION_WORDS_H_
