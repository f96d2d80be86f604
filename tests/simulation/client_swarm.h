#ifndef TESTS_SIMULATION_CLIENT_SWARM_H_
#define TESTS_SIMULATION_CLIENT_SWARM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_snapshot.h"
#include "controlplane/planning/returned_agents.h"

namespace bellwether {

// Who names the agent that a client is to use.
enum class Chooser {
  // The product: FindClientPlace and PickSingleAgent, without and with sticky clients.
  kSingleAgent,
  kSticky,
  // What the product does not do, to compare it with. None of them is told who leaves an agent.
  kRandom,
  // Two choices by reports alone; with those sent since the report, forgotten at the next report;
  // with a pending load that counts what no report shows yet.
  kTwoSuspect,
  kTwoCleared,
  kTwoArrivals,
  // The least loaded of all: by reports alone, and with the pending load of arrivals and
  // departures.
  kLeastStale,
  kLeastPending,
};
inline constexpr Chooser kChoosers[] = {
    Chooser::kRandom,      Chooser::kTwoSuspect, Chooser::kTwoCleared,   Chooser::kTwoArrivals,
    Chooser::kSingleAgent, Chooser::kLeastStale, Chooser::kLeastPending, Chooser::kSticky};
absl::string_view ChooserName(Chooser chooser);

// Clients and agents of a simulation. A value; times in seconds.
struct SwarmOptions {
  Chooser chooser = Chooser::kSingleAgent;
  // By agent, as weights. Clients are as many for each of them in the mean.
  std::vector<int32_t> weights;
  int clients_per_agent = 100;
  // Every client asks again after this, give or take a fifth, and is where it was sent within 1 s.
  double refresh = 60;
  // Every agent reports at its own moments the mean of what it did since the last report.
  double report_interval = 10;
  // What the agents do together if all clients are there, over their capacity.
  double utilization = 0.5;
  // Clients differ: exp(x), x of deviation 1.
  bool lognormal = false;
  // What agents report is off by up to 20 %.
  bool noisy_reports = false;
  // Zone of each agent, and share of all clients in each zone; those beyond are in none. Empty:
  // there are no zones.
  std::vector<std::string> zones;
  std::vector<std::pair<std::string, double>> client_zones;
  // Share of the clients that open a new connection for each question. The others ask the first
  // question over a new connection, and the rest over connections that they have used before.
  double fresh_connections = 0;
  // So many clients have the same client id and address: they are one client to the control plane.
  size_t clients_per_identity = 1;
  // A client that starts asks a second time after so many seconds, over one more new connection, as
  // Kafka clients do that ask a bootstrap server first and a listed broker then. 0: it does not.
  double second_question_after = 0;
};

// `agents` of one unit each.
SwarmOptions SwarmOf(int agents, Chooser chooser = Chooser::kSingleAgent);

// A pool whose clients are led by single_agent, in virtual time: what the control plane does to
// answer a client (FindGrounds, FindClientPlace, PickSingleAgent, ReturnedAgents, the pending
// loads), and around it clients that follow late and agents that report late. Each question reaches
// a listed agent that is drawn at random, as clients send Metadata requests to any broker. Load is
// in weights. Decided by its options and its seed. Not thread-safe.
class ClientSwarm {
 public:
  // All clients are there, each at an agent drawn by weight; with `empty` none is.
  ClientSwarm(const SwarmOptions& options, uint64_t seed, bool empty = false);

  // Lets `seconds` pass and calls `sample` after every one of them.
  void Run(double seconds, const std::function<void()>& sample);

  // So many more clients ask for the first time, spread over the next `seconds`; with `alike` they
  // all have one client id and address.
  void AddClients(int clients, double seconds, bool alike = false);
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
  // Answers that returned the agent of the client's answer before, though there was another
  // candidate.
  uint64_t repeats() const { return repeats_; }
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
    // Its client id and address; the rest is set for each question.
    AskingClient asking;
    bool has_zone = false;
    bool asks_over_new_connections = false;
    // The next question is one that a client asks when it starts: over a new connection.
    bool is_starting = false;
    std::optional<uint32_t> last_answer;
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
  uint32_t Choose(Client& client, const std::shared_ptr<const PoolSnapshot>& pool);
  uint32_t ChooseOtherwise(const Client& client, const LeaderView& leaders,
                           const PendingLoads& pending_loads);
  void CountZone(Client& client, const AgentChoice& choice);
  void Move(uint32_t who);
  void Report(uint32_t who);
  void AddLoad(Agent& agent, double load);
  Client& AddClient(double asks_at, size_t identity);
  // Makes the views anew, with the pending loads that there are.
  void MakeSnapshots();

  const SwarmOptions options_;
  const uint64_t seed_;
  VirtualCluster cluster_;
  SeededRandom random_;
  double now_ = 0;
  uint64_t order_ = 0;
  double client_load_ = 0;
  std::vector<Agent> agents_;
  std::vector<Client> clients_;
  // For each replica.
  std::vector<std::vector<std::shared_ptr<PendingLoad>>> pending_loads_;
  std::vector<std::shared_ptr<ReturnedAgents>> returned_agents_;
  std::vector<std::shared_ptr<const PoolSnapshot>> snapshots_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t refreshes_ = 0;
  uint64_t switches_ = 0;
  uint64_t repeats_ = 0;
  uint64_t zone_answers_ = 0;
  uint64_t zone_misses_ = 0;
  uint64_t zone_crossings_ = 0;
};

}  // namespace bellwether

#endif  // TESTS_SIMULATION_CLIENT_SWARM_H_
