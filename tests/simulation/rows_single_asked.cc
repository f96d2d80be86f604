#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/client_swarm.h"
#include "tests/simulation/rows_single.h"
#include "tests/simulation/swarm_peaks.h"

namespace bellwether {
namespace {

std::vector<Figure> FreshConnections(const RunSize& size) {
  std::vector<Figure> figures;
  for (const double share : {1.0, 0.5}) {
    for (const int agents : AgentCounts(size)) {
      Steady steady =
          SteadyOf(absl::StrCat("N=", agents, ", ", 100 * share, " % of the clients"), 1.06, 1.10);
      SwarmOptions options = SwarmOf(agents);
      options.fresh_connections = share;
      AddSteady(options, size, steady);
      figures.push_back(steady.mean.figure());
      figures.push_back(steady.p99.figure());
    }
  }
  return figures;
}

std::vector<Figure> HerdOfOneIdentity(const RunSize& size) {
  std::vector<Figure> figures;
  for (const bool empty : {true, false}) {
    for (const int agents : AgentCounts(size)) {
      Worst peak(
          absl::StrCat("N=", agents, " ", 100 * agents, " clients in 2 s ",
                       empty ? "into an idle pool" : "on top of as many", ": peak/mean after 5 s"),
          1.05);
      for (const uint64_t seed : size.AllSeeds()) {
        ClientSwarm swarm(SwarmOf(agents), seed, empty);
        LetSettle(swarm);
        swarm.AddClients(100 * agents, 2, /*alike=*/true);
        swarm.Run(5, [] {});
        peak.Add(swarm.Peak(), seed);
      }
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

// The second question of a start comes over a new connection within a second of the first: it
// counts as another client's, and the agent of the first answer keeps the load that was expected
// there.
std::vector<Figure> HerdThatAsksTwice(const RunSize& size) {
  std::vector<Figure> figures;
  for (const bool empty : {true, false}) {
    for (const int agents : AgentCounts(size)) {
      Worst peak(
          absl::StrCat("N=", agents, " ", 100 * agents, " clients in 2 s ",
                       empty ? "into an idle pool" : "on top of as many", ": peak/mean after 5 s"),
          empty ? 1.25 : 1.15);
      for (const uint64_t seed : size.AllSeeds()) {
        SwarmOptions options = SwarmOf(agents);
        options.second_question_after = 0.3;
        ClientSwarm swarm(options, seed, empty);
        LetSettle(swarm);
        swarm.AddClients(100 * agents, 2);
        swarm.Run(5, [] {});
        peak.Add(swarm.Peak(), seed);
      }
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

// Clients with one id and address are one to the control plane, which takes the load from the agent
// that it returned to the last of them: the pending loads say little, as in the negative controls.
std::vector<Figure> SharedIdentities(const RunSize& size) {
  struct Case {
    size_t alike;
    double bound;
  };
  std::vector<Figure> figures;
  for (const Case& one : {Case{2, 1.20}, Case{10, 1.45}}) {
    for (const int agents : AgentCounts(size)) {
      Steady steady = SteadyOf(absl::StrCat("N=", agents, ", ", one.alike, " clients of each"),
                               one.bound, one.bound + 0.15);
      SwarmOptions options = SwarmOf(agents);
      options.clients_per_identity = one.alike;
      AddSteady(options, size, steady);
      figures.push_back(steady.mean.figure());
      figures.push_back(steady.p99.figure());
    }
  }
  return figures;
}

std::vector<Figure> TwiceInARow(const RunSize& size) {
  std::vector<Figure> figures;
  for (const int agents : {2, 3, 10}) {
    for (const double share : {0.0, 1.0}) {
      Worst repeats(absl::StrCat("N=", agents, ", ", 100 * share,
                                 " % over new connections: answers that repeat the agent"),
                    0);
      for (const uint64_t seed : size.AllSeeds()) {
        SwarmOptions options = SwarmOf(agents);
        options.fresh_connections = share;
        ClientSwarm swarm(options, seed);
        LetSettle(swarm);
        swarm.AddAgent();
        LetSettle(swarm);
        repeats.Add(static_cast<double>(swarm.repeats()), seed);
      }
      figures.push_back(repeats.figure());
    }
  }
  return figures;
}

// A client that never gets the same agent twice in a row is with an agent half of the time at most:
// one that has more than half of the capacity cannot get its share, and of two agents each client
// has the one and the other in turns, so that chance alone decides.
std::vector<Figure> FewAgents(const RunSize& size) {
  struct Case {
    std::vector<int32_t> weights;
    double mean;
    double p99;
  };
  std::vector<Figure> figures;
  for (const Case& one : {Case{{1, 2, 2}, 1.06, 1.10}, Case{{1, 1, 2}, 1.08, 1.20},
                          Case{{1, 1}, 1.15, 1.30}, Case{{1, 3}, 2.05, 2.60}}) {
    Steady steady =
        SteadyOf(absl::StrCat("capacities ", absl::StrJoin(one.weights, ", ")), one.mean, one.p99);
    SwarmOptions options;
    options.weights = one.weights;
    AddSteady(options, size, steady);
    figures.push_back(steady.mean.figure());
    figures.push_back(steady.p99.figure());
  }
  return figures;
}

}  // namespace

std::vector<Row> SingleAskedRows() {
  return {
      {"B9", "every question over a new connection, to any agent", FreshConnections},
      {"B10", "a herd of clients with one client id and address", HerdOfOneIdentity},
      {"B11", "the same agent twice in a row, where there is another", TwiceInARow},
      {"B12", "a herd of clients that ask twice when they start", HerdThatAsksTwice},
      {"B13", "several clients of each client id and address", SharedIdentities},
      {"B14", "two agents, and one with half of the capacity", FewAgents},
  };
}

}  // namespace bellwether
