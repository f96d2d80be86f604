#ifndef TESTS_SIMULATION_CLIENT_SWARM_H_
#define TESTS_SIMULATION_CLIENT_SWARM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// Who names the agent that a client is to use.
enum class Chooser {
  // The product: PickSingleAgent, without and with sticky clients.
  kSingleAgent,
  kSticky,
  // What the product does not do, to compare it with. None of them is told who leaves an agent.
  kRandom,
  // Two choices by reports alone; with those sent since the report, forgotten at the next report;
  // with a ledger that knows what a report cannot show yet.
  kTwoStale,
  kTwoCleared,
  kTwoArrivals,
  // The least loaded of all: by reports alone, and with the ledger of arrivals and departures.
  kLeastStale,
  kLeastLedger,
};
inline constexpr Chooser kChoosers[] = {
    Chooser::kRandom,      Chooser::kTwoStale,   Chooser::kTwoCleared,  Chooser::kTwoArrivals,
    Chooser::kSingleAgent, Chooser::kLeastStale, Chooser::kLeastLedger, Chooser::kSticky};
absl::string_view ChooserName(Chooser chooser);

// Clients and agents of a simulation. A value; times in seconds.
struct SwarmOptions {
  Chooser chooser = Chooser::kSingleAgent;
  // By agent, in capacity units. Clients are as many for each of them in the mean.
  std::vector<int32_t> weights;
  int clients_per_agent = 100;
  // Every client asks again after this, give or take a fifth, and is where it was sent within 1 s.
  double refresh = 60;
  // Every agent reports at its own moments the mean of what it did since the last report.
  double report_interval = 10;
  // What the agents do together if all clients are there, over their capacity.
  double utilization = 0.5;
  // Control planes that answer, each with ledgers of its own; a client asks one of them by chance.
  int replicas = 1;
  // Clients differ: exp(x), x of deviation 1.
  bool lognormal = false;
  // What agents report is off by up to 20 %.
  bool noisy_reports = false;
  // Zone of each agent, and share of all clients in each zone; those beyond are in none. Empty:
  // there are no zones.
  std::vector<std::string> zones;
  std::vector<std::pair<std::string, double>> client_zones;
};

// `agents` of one unit each.
SwarmOptions SwarmOf(int agents, Chooser chooser = Chooser::kSingleAgent);

// A pool whose clients are led by single_agent, in virtual time: the product's picker, ledgers and
// choice of zones, and around them clients that follow late and agents that report late. Load is in
// capacity units. Decided by its options and its seed. Not thread-safe.
class ClientSwarm {
 public:
  // All clients are there, each at an agent drawn by weight; with `empty` none is.
  ClientSwarm(const SwarmOptions& options, uint64_t seed, bool empty = false);

  // Lets `seconds` pass and calls `sample` after every one of them.
  void Run(double seconds, const std::function<void()>& sample);

  // So many more clients ask for the first time, spread over the next `seconds`.
  void AddClients(int clients, double seconds);
  // One more agent; it may be named after the 10 s that it is JOINING.
  size_t AddAgent();
  // An agent takes so many times longer for a request.
  void SetLatency(size_t agent, double factor) { agents_[agent].latency = factor; }
  // What clients of others do on each agent, from now on.
  void SetBaseLoads(const std::vector<double>& loads);
  // Changes what every client brings.
  void ScaleClients(double factor);

  size_t agent_count() const { return agents_.size(); }
  uint64_t AgentHash(size_t agent) const;
  const PoolView& view() const { return *snapshots_.front()->view; }
  int32_t WeightOf(size_t agent) const { return agents_[agent].weight; }
  // Of the clients that are there, with and without the base load.
  double LoadOf(size_t agent) const { return agents_[agent].load; }
  double OwnLoadOf(size_t agent) const { return agents_[agent].load - agents_[agent].base; }
  // Sum of the loads over the sum of the weights.
  double Mean() const;
  // The largest load for its weight over the mean.
  double Peak() const;

  // Since the start: answers to clients that were somewhere already, and those that named another
  // agent.
  uint64_t refreshes() const { return refreshes_; }
  uint64_t switches() const { return switches_; }
  // Answers to clients of a zone that named an agent elsewhere; answers by which such a client
  // crossed over, in or out.
  uint64_t zone_answers() const { return zone_answers_; }
  uint64_t zone_misses() const { return zone_misses_; }
  uint64_t zone_crossings() const { return zone_crossings_; }

 private:
  struct Agent {
    int32_t weight = 1;
    std::string zone;
    bool active = true;
    double latency = 1;
    int64_t connections = 0;
    double base = 0;
    double load = 0;
    // Load times seconds up to `counted_to`; and at the last report.
    double work = 0;
    double counted_to = 0;
    double reported_work = 0;
    double reported_at = 0;
    // Clients sent here since the last report, times what each brings: kTwoCleared goes by it.
    double sent_since = 0;
  };
  struct Client {
    double load = 0;
    std::string zone;
    std::optional<uint32_t> at;
    uint32_t going_to = 0;
    bool left_zone = false;
  };
  enum class What { kAsk, kMove, kReport, kActivate };
  struct Event {
    double at = 0;
    uint64_t order = 0;
    What what = What::kAsk;
    uint32_t who = 0;
    bool operator>(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  MonotonicTime Now() const;
  void At(double time, What what, size_t who);
  void Handle(const Event& event);
  void Ask(uint32_t who);
  uint32_t Choose(const Client& client, const LeaderView& leaders, const Ledgers& ledgers);
  uint32_t ChooseOtherwise(const Client& client, const LeaderView& leaders, const Ledgers& ledgers);
  void Move(uint32_t who);
  void Report(uint32_t who);
  void AddLoad(Agent& agent, double load);
  void AddClient(double asks_at);
  // Makes the views anew, with the ledgers that there are.
  void MakeSnapshots();

  const SwarmOptions options_;
  const uint64_t seed_;
  SeededRandom random_;
  double now_ = 0;
  uint64_t order_ = 0;
  double client_load_ = 0;
  std::vector<Agent> agents_;
  std::vector<Client> clients_;
  // For each replica.
  std::vector<std::vector<std::shared_ptr<LoadLedger>>> ledgers_;
  std::vector<std::shared_ptr<const PoolSnapshot>> snapshots_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t refreshes_ = 0;
  uint64_t switches_ = 0;
  uint64_t zone_answers_ = 0;
  uint64_t zone_misses_ = 0;
  uint64_t zone_crossings_ = 0;
};

}  // namespace bellwether

#endif  // TESTS_SIMULATION_CLIENT_SWARM_H_
