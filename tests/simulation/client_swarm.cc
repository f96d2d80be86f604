#include "tests/simulation/client_swarm.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/single_agent.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/model/load.h"
#include "controlplane/planning/pool_plan.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr double kJoining = 10;

// An address of its own for each number.
std::string ClientAddress(size_t number) {
  return absl::StrFormat("10.%d.%d.%d", number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF);
}

// Padded: views are in the order of ids.
std::string AgentId(size_t number, uint64_t seed) {
  return absl::StrFormat("agent-%d-%05d", seed, number);
}

}  // namespace

absl::string_view ChooserName(Chooser chooser) {
  switch (chooser) {
    case Chooser::kSingleAgent:
      return "single_agent";
    case Chooser::kSticky:
      return "sticky";
    case Chooser::kRandom:
      return "random";
    case Chooser::kTwoSuspect:
      return "P2C, stale";
    case Chooser::kTwoCleared:
      return "P2C, in flight";
    case Chooser::kTwoArrivals:
      return "P2C, arrivals";
    case Chooser::kLeastStale:
      return "least, stale";
    case Chooser::kLeastPending:
      return "least, pending load";
  }
  return "unknown";
}

SwarmOptions SwarmOf(int agents, Chooser chooser) {
  SwarmOptions options;
  options.chooser = chooser;
  options.weights.assign(static_cast<size_t>(agents), 1);
  return options;
}

ClientSwarm::ClientSwarm(const SwarmOptions& options, uint64_t seed, bool empty)
    : options_(options), seed_(seed), random_(seed), pending_loads_(1) {
  cluster_.id = "swarm";
  cluster_.default_strategy = Strategy::kSingleAgent;
  cluster_.single_agent_sticky = options.chooser == Chooser::kSticky;
  returned_agents_.push_back(std::make_shared<ReturnedAgents>());
  const auto units = std::accumulate(options.weights.begin(), options.weights.end(), 0.0);
  const auto clients = static_cast<size_t>(options.clients_per_agent) * options.weights.size();
  client_load_ = options.utilization * units / static_cast<double>(clients);
  for (size_t i = 0; i < options.weights.size(); ++i) {
    Agent agent;
    agent.weight = options.weights[i];
    if (!options.zones.empty()) agent.zone = options.zones[i];
    agents_.push_back(agent);
    for (auto& pending_loads : pending_loads_) {
      pending_loads.push_back(
          std::make_shared<PendingLoad>(absl::Seconds(3 * options.report_interval)));
    }
    At(options.report_interval * random_.Fraction(), What::kReport, i);
  }
  MakeSnapshots();
  for (size_t i = 0; i < clients && !empty; ++i) {
    Client& client =
        AddClient(options.refresh * random_.Fraction(), i / options.clients_per_identity);
    client.is_starting = false;
    client.going_to = static_cast<uint32_t>(
        DrawTwo(snapshots_[0]->cumulative_weights, std::nullopt, random_).first);
    Move(static_cast<uint32_t>(i));
  }
}

void ClientSwarm::Run(double seconds, const std::function<void()>& sample) {
  const double end = now_ + seconds;
  for (double next = now_ + 1; next <= end + 1e-9; next += 1) {
    while (!events_.empty() && events_.top().at <= next) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.at;
      Handle(event);
    }
    now_ = next;
    sample();
  }
}

void ClientSwarm::AddClients(int clients, double seconds, bool alike) {
  const size_t first = clients_.size();
  for (int i = 0; i < clients; ++i) {
    AddClient(now_ + seconds * random_.Fraction(), alike ? first : clients_.size());
  }
}

ClientSwarm::Client& ClientSwarm::AddClient(double asks_at, size_t identity) {
  Client client;
  client.load = client_load_ * (options_.lognormal ? std::exp(Normal(random_) - 0.5) : 1);
  client.asking.client_id = "application";
  client.asking.client_address = ClientAddress(identity);
  client.asks_over_new_connections =
      options_.fresh_connections > 0 && random_.Fraction() < options_.fresh_connections;
  client.is_starting = true;
  double ticket = options_.client_zones.empty() ? 1 : random_.Fraction();
  for (const auto& [zone, share] : options_.client_zones) {
    if (ticket >= 0 && ticket < share) {
      client.has_zone = true;
      absl::StrAppend(&client.asking.client_id, ",ws_az=", zone);
    }
    ticket -= share;
  }
  clients_.push_back(std::move(client));
  At(asks_at, What::kAsk, clients_.size() - 1);
  return clients_.back();
}

size_t ClientSwarm::AddAgent() {
  Agent agent;
  agent.active = false;
  agent.counted_to = now_;
  agent.reported_at = now_;
  agents_.push_back(agent);
  for (auto& pending_loads : pending_loads_) {
    pending_loads.push_back(
        std::make_shared<PendingLoad>(absl::Seconds(3 * options_.report_interval)));
  }
  MakeSnapshots();
  const size_t position = agents_.size() - 1;
  At(now_, What::kReport, position);
  At(now_ + kJoining, What::kActivate, position);
  return position;
}

void ClientSwarm::SetBaseLoads(const std::vector<double>& loads) {
  for (size_t i = 0; i < loads.size(); ++i) {
    AddLoad(agents_[i], loads[i] - agents_[i].base);
    agents_[i].base = loads[i];
  }
}

void ClientSwarm::ScaleClients(double factor) {
  client_load_ *= factor;
  for (Client& client : clients_) {
    if (client.at.has_value()) AddLoad(agents_[*client.at], client.load * (factor - 1));
    client.load *= factor;
  }
}

uint64_t ClientSwarm::AgentHash(size_t agent) const {
  return snapshots_[0]->view->agents[agent]->hash;
}

double ClientSwarm::Mean() const {
  double load = 0;
  double weight = 0;
  for (const Agent& agent : agents_) {
    if (!agent.active) continue;
    load += agent.load;
    weight += agent.weight;
  }
  return load / weight;
}

double ClientSwarm::Peak() const {
  double most = 0;
  for (const Agent& agent : agents_) most = std::max(most, agent.load / agent.weight);
  return most / Mean();
}

MonotonicTime ClientSwarm::Now() const {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(now_));
}

void ClientSwarm::At(double time, What what, size_t who) {
  events_.push({time, order_++, what, static_cast<uint32_t>(who)});
}

void ClientSwarm::Handle(const Event& event) {
  switch (event.what) {
    case What::kAsk:
      Ask(event.who);
      break;
    case What::kMove:
      Move(event.who);
      break;
    case What::kReport:
      Report(event.who);
      break;
    case What::kActivate:
      agents_[event.who].active = true;
      MakeSnapshots();
      break;
  }
}

void ClientSwarm::Ask(uint32_t who) {
  Client& client = clients_[who];
  const auto& pool = snapshots_[random_.Below(snapshots_.size())];
  client.going_to =
      options_.chooser == Chooser::kSingleAgent || options_.chooser == Chooser::kSticky
          ? Choose(client, pool)
          : ChooseOtherwise(client, *pool, pool->pending_loads);
  if (client.at.has_value()) {
    ++refreshes_;
    switches_ += client.at != client.going_to ? 1 : 0;
  }
  At(now_ + random_.Fraction(), What::kMove, who);
  const bool asks_again =
      client.is_starting && !client.last_answer.has_value() && options_.second_question_after > 0;
  At(now_ + (asks_again ? options_.second_question_after
                        : options_.refresh * (0.8 + 0.4 * random_.Fraction())),
     What::kAsk, who);
  client.is_starting = asks_again;
  client.last_answer = client.going_to;
}

// As LeaderResolver does it.
uint32_t ClientSwarm::Choose(Client& client, const std::shared_ptr<const PoolSnapshot>& pool) {
  const uint32_t asked = pool->listed[random_.Below(pool->listed.size())];
  client.asking.agent_id = pool->view->agents[asked]->registration.spec.agent_id;
  client.asking.established = !client.is_starting && !client.asks_over_new_connections;
  // There are no groups, so it cannot fail.
  const LeaderGrounds grounds =
      *FindGrounds(client.asking, cluster_, pool, ObservedLoads(pool->pending_loads), Now());
  if (client.has_zone) CountZone(client, grounds.agents);
  const std::vector<uint32_t>& candidates = grounds.single_agent_candidates();
  const SingleAgentQuestion question{grounds.leaders(),
                                     pool->pending_loads,
                                     candidates,
                                     FindClientPlace(client.asking, grounds, *pool, Now()),
                                     cluster_.single_agent_sticky,
                                     Now()};
  const uint32_t picked = PickSingleAgent(question, random_);
  pool->returned_agents->Record(grounds.client, {picked, Now(), question.client.new_connections},
                                *pool->view);
  repeats_ += picked == client.last_answer && candidates.size() > 1 ? 1 : 0;
  return picked;
}

void ClientSwarm::CountZone(Client& client, const AgentChoice& choice) {
  const bool leaves = choice.zone_result == ZoneResult::kMiss;
  ++zone_answers_;
  zone_misses_ += leaves ? 1 : 0;
  zone_crossings_ += leaves != client.left_zone ? 1 : 0;
  client.left_zone = leaves;
}

uint32_t ClientSwarm::ChooseOtherwise(const Client& client, const LeaderView& leaders,
                                      const PendingLoads& pending_loads) {
  const Chooser chooser = options_.chooser;
  const auto utilization = [&](size_t agent) {
    const PendingLoad& pending_load = *pending_loads[agent];
    double load = pending_load.reported_load();
    if (chooser == Chooser::kTwoCleared) load += agents_[agent].sent_since;
    if (chooser == Chooser::kTwoArrivals || chooser == Chooser::kLeastPending) {
      load += pending_load.pending();
    }
    return load / agents_[agent].weight;
  };
  const DrawnPair drawn = DrawTwo(leaders.cumulative_weights, std::nullopt, random_);
  size_t picked = leaders.view->candidates[drawn.first];
  if (chooser == Chooser::kLeastStale || chooser == Chooser::kLeastPending) {
    for (const uint32_t agent : leaders.view->candidates) {
      if (utilization(agent) < utilization(picked)) picked = agent;
    }
  } else if (chooser != Chooser::kRandom) {
    const size_t second = leaders.view->candidates[drawn.second];
    if (utilization(second) < utilization(picked)) picked = second;
  }
  agents_[picked].sent_since += client_load_;
  if (client.at != picked) {
    pending_loads[picked]->RecordAnswer(client_load_, Now());
    if (chooser == Chooser::kLeastPending && client.at.has_value()) {
      pending_loads[*client.at]->RecordAnswer(-client_load_, Now());
    }
  }
  return static_cast<uint32_t>(picked);
}

void ClientSwarm::Move(uint32_t who) {
  Client& client = clients_[who];
  if (client.at.has_value()) {
    AddLoad(agents_[*client.at], -client.load);
    --agents_[*client.at].connections;
  }
  client.at = client.going_to;
  AddLoad(agents_[client.going_to], client.load);
  ++agents_[client.going_to].connections;
}

void ClientSwarm::AddLoad(Agent& agent, double load) {
  agent.work += agent.load * (now_ - agent.counted_to);
  agent.counted_to = now_;
  agent.load += load;
}

void ClientSwarm::Report(uint32_t who) {
  Agent& agent = agents_[who];
  AddLoad(agent, 0);
  const double seconds = now_ - agent.reported_at;
  AgentLoad load;
  load.cpu_utilization =
      seconds > 0 ? (agent.work - agent.reported_work) / seconds / agent.weight : 0;
  if (options_.noisy_reports) load.cpu_utilization *= 0.8 + 0.4 * random_.Fraction();
  load.connections = agent.connections;
  // As many as there are clients, each for as long as a request takes.
  load.in_flight_requests = std::lround(static_cast<double>(agent.connections) * agent.latency);
  for (const auto& pending_loads : pending_loads_) {
    pending_loads[who]->RecordReport(Utilization(load) * agent.weight, load.connections,
                                     load.in_flight_requests, Now(), absl::Seconds(seconds));
  }
  agent.reported_work = agent.work;
  agent.reported_at = now_;
  agent.sent_since = 0;
  At(now_ + options_.report_interval, What::kReport, who);
}

void ClientSwarm::MakeSnapshots() {
  auto view = std::make_shared<PoolView>();
  for (size_t i = 0; i < agents_.size(); ++i) {
    ViewAgent agent;
    agent.registration.spec.agent_id = AgentId(i, seed_);
    agent.registration.spec.zone = agents_[i].zone;
    agent.registration.spec.weight = agents_[i].weight;
    agent.state = agents_[i].active ? AgentState::kActive : AgentState::kJoining;
    agent.hash = StableHash(agent.registration.spec.agent_id);
    view->agents.push_back(std::make_shared<const ViewAgent>(std::move(agent)));
  }
  ChooseCandidates(*view);
  const auto lookup = std::make_shared<const PlanLookup>(std::make_shared<const Plan>(),
                                                         LookupAgentsOf(*view), nullptr);
  snapshots_.clear();
  for (size_t replica = 0; replica < pending_loads_.size(); ++replica) {
    const auto& pending_loads = pending_loads_[replica];
    auto snapshot = std::make_shared<PoolSnapshot>();
    snapshot->view = view;
    snapshot->lookup = lookup;
    snapshot->pending_loads = pending_loads;
    snapshot->returned_agents = returned_agents_[replica];
    for (const uint32_t candidate : view->candidates) pending_loads[candidate]->MakeNameable(Now());
    snapshot->parts = std::make_shared<RestrictedViews>();
    PrepareForQueries(*snapshot);
    snapshots_.push_back(std::move(snapshot));
  }
}

}  // namespace bellwether
