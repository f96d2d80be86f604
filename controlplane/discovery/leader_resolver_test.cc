#include "controlplane/discovery/leader_resolver.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/store/in_memory_metadata_store.h"

namespace bellwether {
namespace {

// Counts the calls.
class CountingObserver final : public LeaderQueryObserver {
 public:
  void RecordAnswer(Strategy strategy, StrategySource source) override {
    ++answers[absl::StrCat(StrategyName(strategy), " by ", StrategySourceName(source))];
  }
  void RecordZone(ZoneResult result) override { ++zones[result]; }
  void RecordFailure(const absl::Status& error) override { ++failures[error.code()]; }
  void RecordAgentAnswers(const AnswerTally& /*tally*/) override {}
  void RecordDiagnostic(DiagnosticKind kind) override { ++diagnostics[kind]; }

  std::map<std::string, int> answers;
  std::map<ZoneResult, int> zones;
  std::map<absl::StatusCode, int> failures;
  std::map<DiagnosticKind, int> diagnostics;
};

// The virtual cluster "orders" and its pool.
class LeaderResolverTest : public testing::Test {
 protected:
  void SetUp() override {
    auto catalog = Catalog::Open(store_, clock_, random_, {});
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
    ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", {}, {}).ok());
    resolver_ = std::make_unique<LeaderResolver>(*catalog_, planners_, clock_, random_, observer_);
  }

  Registration MakeRegistration(const std::string& agent_id) {
    Registration registration;
    registration.spec.agent_id = agent_id;
    registration.spec.boot_id = "boot";
    registration.spec.address = {"10.0.0.1", 9092};
    registration.agent_pool_id = "apn_orders";
    registration.epoch = 1;
    return registration;
  }

  void SendHeartbeat(const std::string& agent_id, double cpu = 0, int64_t connections = 0) {
    Heartbeat heartbeat;
    heartbeat.agent = {"apn_orders", agent_id};
    heartbeat.epoch = 1;
    heartbeat.sequence = ++sequence_;
    heartbeat.report.load.cpu_utilization = cpu;
    heartbeat.report.load.connections = connections;
    ASSERT_TRUE(registry_.RecordHeartbeat(heartbeat).ok());
  }

  // Agents "a0", "a1", ... that have reported.
  void AddAgents(int count) {
    for (int i = 0; i < count; ++i) {
      registry_.Add(MakeRegistration(absl::StrCat("a", i)));
      SendHeartbeat(absl::StrCat("a", i));
    }
  }

  static LeaderQuery MakeQuery(const std::string& client_id = "app") {
    LeaderQuery query;
    query.virtual_cluster = "orders";
    query.client_id = client_id;
    query.client_address = "10.1.0.1:40000";
    query.topics = {{"orders", 12}, {"clicks", 5}};
    return query;
  }

  LeaderAnswer Resolve(const LeaderQuery& query) {
    absl::StatusOr<LeaderAnswer> answer = resolver_->Resolve(query);
    if (!answer.ok()) {
      ADD_FAILURE() << answer.status();
      return {};
    }
    return *std::move(answer);
  }

  // Ids of the leaders, partition by partition.
  static std::vector<std::string> LeaderIds(const LeaderAnswer& answer) {
    std::vector<std::string> ids;
    for (const auto& topic : answer.topics) {
      for (const uint32_t leader : topic.leaders) {
        ids.push_back(answer.view->agents[leader]->registration.spec.agent_id);
      }
    }
    return ids;
  }

  static std::set<std::string> BrokerIds(const LeaderAnswer& answer) {
    std::set<std::string> ids;
    for (const uint32_t broker : answer.brokers) {
      ids.insert(answer.view->agents[broker]->registration.spec.agent_id);
    }
    return ids;
  }

  void ExpectError(const LeaderQuery& query, absl::StatusCode code, Reason reason) {
    const int before = observer_.failures[code];
    const absl::Status status = resolver_->Resolve(query).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(GetReason(status), reason) << status;
    EXPECT_EQ(observer_.failures[code], before + 1);
  }

  FakeClock clock_;
  SeededRandom random_{1};
  InMemoryMetadataStore store_;
  AgentRegistry registry_{clock_, MembershipOptions{}};
  PoolPlanners planners_{registry_, clock_, 0};
  CountingObserver observer_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<LeaderResolver> resolver_;
  int64_t sequence_ = 0;
};

TEST_F(LeaderResolverTest, EveryPartitionIsLedByItsPreferredLeader) {
  AddAgents(5);
  const LeaderAnswer answer = Resolve(MakeQuery());
  EXPECT_EQ(answer.strategy, Strategy::kConsistentRandomJump);
  EXPECT_EQ(answer.strategy_source, StrategySource::kSystem);
  EXPECT_TRUE(answer.diagnostics.empty());
  const std::string uid = catalog_->View()->FindVirtualCluster("orders")->uid;
  EXPECT_EQ(answer.virtual_cluster_uid, uid);
  ASSERT_EQ(answer.topics.size(), 2u);
  EXPECT_EQ(answer.topics[0].topic, "orders");
  EXPECT_EQ(answer.topics[0].leaders.size(), 12u);
  EXPECT_EQ(answer.topics[1].leaders.size(), 5u);
  std::vector<RankedAgent> agents;
  for (int i = 0; i < 5; ++i) agents.push_back({StableHash(absl::StrCat("a", i)), 1});
  for (int32_t partition = 0; partition < 12; ++partition) {
    // The hash includes the uid, not the id, which a later cluster may have again.
    const uint64_t hash = PartitionHash(StableHash(uid), StableHash("orders"), partition);
    EXPECT_EQ(answer.topics[0].leaders[partition], PreferredLeaderOf(hash, agents));
  }
  EXPECT_EQ(observer_.answers["consistent_random_jump by system"], 1);
}

TEST_F(LeaderResolverTest, SameLeaderWhicheverAgentIsAsked) {
  AddAgents(7);
  const std::vector<std::string> leaders = LeaderIds(Resolve(MakeQuery()));
  EXPECT_GT(std::set<std::string>(leaders.begin(), leaders.end()).size(), 3u);
  for (int i = 0; i < 7; ++i) {
    LeaderQuery query = MakeQuery(absl::StrCat("app-", i));
    query.agent_id = absl::StrCat("a", i);
    query.client_address = absl::StrCat("10.0.7.", i);
    query.established = i % 2 == 0;
    query.virtual_cluster = i % 2 == 0 ? "orders" : "virtualClusters/orders";
    EXPECT_EQ(LeaderIds(Resolve(query)), leaders);
  }
}

TEST_F(LeaderResolverTest, SilentAgentIsOutAndOnlyItsPartitionsMove) {
  AddAgents(5);
  const std::vector<std::string> before = LeaderIds(Resolve(MakeQuery()));
  const std::string& silent = before[0];
  for (int second = 0; second < 12; second += 3) {
    clock_.Advance(absl::Seconds(3));
    for (int i = 0; i < 5; ++i) {
      if (absl::StrCat("a", i) != silent) SendHeartbeat(absl::StrCat("a", i));
    }
  }
  const LeaderAnswer answer = Resolve(MakeQuery());
  const std::vector<std::string> after = LeaderIds(answer);
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == silent) {
      EXPECT_NE(after[i], silent);
    } else {
      EXPECT_EQ(after[i], before[i]);
    }
  }
  EXPECT_EQ(BrokerIds(answer).count(silent), 1u) << "it is listed until it is dead";
}

TEST_F(LeaderResolverTest, BrokersAreTheWholePoolWhateverIsAskedFor) {
  AddAgents(40);
  std::set<std::string> pool;
  for (int i = 0; i < 40; ++i) pool.insert(absl::StrCat("a", i));
  for (const char* client_id : {"app", "app,ws_pas=single_agent"}) {
    LeaderQuery query = MakeQuery(client_id);
    EXPECT_EQ(BrokerIds(Resolve(query)), pool);
    query.topics = {{"one", 1}};
    EXPECT_EQ(BrokerIds(Resolve(query)), pool);
    query.topics = {};
    EXPECT_EQ(BrokerIds(Resolve(query)), pool);
  }
}

TEST_F(LeaderResolverTest, LeadersAloneAreListedForACallerThatKnowsTheRest) {
  AddAgents(40);
  LeaderQuery query = MakeQuery();
  query.leaders_only = true;
  const LeaderAnswer answer = Resolve(query);
  const std::vector<std::string> leaders = LeaderIds(answer);
  EXPECT_EQ(BrokerIds(answer), std::set<std::string>(leaders.begin(), leaders.end()));
  query.client_id = "app,ws_pas=single_agent";
  EXPECT_EQ(Resolve(query).brokers.size(), 1u);
  query.topics = {};
  query.client_id = "app";
  EXPECT_TRUE(Resolve(query).brokers.empty());
}

TEST_F(LeaderResolverTest, LimitGivesEachClientASubsetInWhichSingleAgentChooses) {
  AddAgents(40);
  VirtualClusterFields fields;
  fields.max_listed_brokers = 5;
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  LeaderQuery query = MakeQuery("app,ws_pas=single_agent");
  const std::set<std::string> known = BrokerIds(Resolve(query));
  EXPECT_EQ(known.size(), 5u);
  std::set<std::string> leaders;
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(absl::Milliseconds(10));
    const LeaderAnswer answer = Resolve(query);
    EXPECT_EQ(BrokerIds(answer), known);
    leaders.insert(LeaderIds(answer)[0]);
  }
  EXPECT_EQ(leaders, known);
  // Under consistent_random_jump leaders are listed whatever the limit.
  query.client_id = "app";
  query.topics = {{"orders", 100}};
  const LeaderAnswer jump = Resolve(query);
  for (const std::string& leader : LeaderIds(jump)) EXPECT_EQ(BrokerIds(jump).count(leader), 1u);
}

TEST_F(LeaderResolverTest, StrategyComesFromTheFirstWhoHasOne) {
  using std::nullopt;
  const std::optional<Strategy> jump = Strategy::kConsistentRandomJump;
  const std::optional<Strategy> single = Strategy::kSingleAgent;
  struct Case {
    std::string client_id;
    std::optional<Strategy> agent;
    std::optional<Strategy> cluster;
    std::string expected;
  };
  const Case cases[] = {
      {"app", nullopt, nullopt, "consistent_random_jump by system"},
      {"app", nullopt, single, "single_agent by virtual_cluster"},
      {"app", jump, single, "consistent_random_jump by agent"},
      {"app", single, nullopt, "single_agent by agent"},
      {"app", single, jump, "single_agent by agent"},
      {"app,ws_pas=single_agent", jump, jump, "single_agent by client_id"},
      {"app,ws_pas=single_agent", nullopt, nullopt, "single_agent by client_id"},
      {"ws_pas=consistent_random_jump-1", single, single, "consistent_random_jump by client_id"},
      // With an invalid value, the next level chooses.
      {"app,ws_pas=bogus", single, jump, "single_agent by agent"},
  };
  AddAgents(3);
  for (const Case& c : cases) {
    Registration asked = MakeRegistration("asked");
    asked.spec.default_strategy = c.agent;
    registry_.Remove({"apn_orders", "asked"}, 1);
    registry_.Add(asked);
    VirtualClusterFields fields;
    fields.default_strategy = c.cluster;
    ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
    LeaderQuery query = MakeQuery(c.client_id);
    query.agent_id = "asked";
    observer_.answers.clear();
    Resolve(query);
    EXPECT_EQ(observer_.answers, (std::map<std::string, int>{{c.expected, 1}})) << c.client_id;
  }
}

TEST_F(LeaderResolverTest, UnknownAgentHasNoSay) {
  AddAgents(3);
  LeaderQuery query = MakeQuery();
  for (const char* agent_id : {"", "a", "a1x", "zzz"}) {
    query.agent_id = agent_id;
    query.established = true;
    EXPECT_EQ(Resolve(query).strategy_source, StrategySource::kSystem);
    query.client_id = "ws_pas=single_agent";
    EXPECT_EQ(Resolve(query).strategy_source, StrategySource::kClientId);
    query.client_id = "app";
  }
}

TEST_F(LeaderResolverTest, SingleAgentNamesOneLeaderForAll) {
  AddAgents(6);
  const LeaderAnswer answer = Resolve(MakeQuery("app,ws_pas=single_agent"));
  const std::vector<std::string> leaders = LeaderIds(answer);
  EXPECT_EQ(leaders.size(), 17u);
  EXPECT_EQ(std::set<std::string>(leaders.begin(), leaders.end()).size(), 1u);
}

TEST_F(LeaderResolverTest, QueryWithoutTopicsSendsNoClientAnywhere) {
  AddAgents(2);
  LeaderQuery query = MakeQuery("app,ws_pas=single_agent");
  const std::string first = LeaderIds(Resolve(query))[0];
  const auto pending = [&] {
    const auto snapshot = planners_.Find("apn_orders")->Current();
    return std::pair(snapshot->pending_loads[0]->pending(), snapshot->pending_loads[1]->pending());
  };
  const auto before = pending();
  LeaderQuery no_topics = query;
  no_topics.topics = {};
  Resolve(no_topics);
  EXPECT_EQ(pending(), before);
  EXPECT_NE(LeaderIds(Resolve(query))[0], first) << "the last agent returned is still the first";
}

TEST_F(LeaderResolverTest, ClientIsSentElsewhereEachTimeWhicheverAgentItAsks) {
  AddAgents(4);
  LeaderQuery query = MakeQuery("app,ws_pas=single_agent");
  std::string last;
  for (int i = 0; i < 400; ++i) {
    query.agent_id = absl::StrCat("a", i % 4);
    query.established = i % 3 == 0;
    clock_.Advance(absl::Milliseconds(1 + 37 * (i % 50)));
    const std::string leader = LeaderIds(Resolve(query))[0];
    EXPECT_NE(leader, last);
    last = leader;
  }
}

TEST_F(LeaderResolverTest, StickyClientStaysWithTheAgentReturnedWhicheverItAsks) {
  AddAgents(4);
  VirtualClusterFields fields;
  fields.single_agent_sticky = true;
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  for (int i = 0; i < 4; ++i) SendHeartbeat(absl::StrCat("a", i), 0.5, 10);
  LeaderQuery query = MakeQuery("app,ws_pas=single_agent");
  const std::string leader = LeaderIds(Resolve(query))[0];
  // Queries by people contain no agent.
  for (int i = 0; i < 100; ++i) EXPECT_EQ(LeaderIds(Resolve(query))[0], leader);
  query.established = true;
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(absl::Milliseconds(20));
    query.agent_id = absl::StrCat("a", i % 4);
    EXPECT_EQ(LeaderIds(Resolve(query))[0], leader);
  }
}

TEST_F(LeaderResolverTest, FiftyClientsAreSentToEveryAgent) {
  int clients = 0;
  const auto ask_fifty_times = [&] {
    std::map<std::string, int> named;
    for (int i = 0; i < 50; ++i) {
      const std::string client = absl::StrCat("kcat-", ++clients, ",ws_pas=single_agent");
      ++named[LeaderIds(Resolve(MakeQuery(client)))[0]];
      clock_.Advance(absl::Milliseconds(20));
    }
    return named;
  };
  // Before any report, from an idle pool, under equal and under unequal load.
  for (int i = 0; i < 3; ++i) registry_.Restore(MakeRegistration(absl::StrCat("a", i)));
  EXPECT_EQ(ask_fifty_times().size(), 3u);
  for (const double step : {0.0, 0.2, 0.01}) {
    for (int i = 0; i < 3; ++i)
      SendHeartbeat(absl::StrCat("a", i), step == 0.0 ? 0 : 0.3 + step * i);
    const std::map<std::string, int> named = ask_fifty_times();
    EXPECT_EQ(named.size(), 3u) << step;
    for (const auto& entry : named) EXPECT_GE(entry.second, 10) << entry.first << " " << step;
    clock_.Advance(absl::Seconds(3));
  }
}

TEST_F(LeaderResolverTest, ClientMovesAwayFromTheAgentThatServedIt) {
  AddAgents(2);
  SendHeartbeat("a0", 0.9, 10);
  SendHeartbeat("a1", 0.1, 10);
  LeaderQuery query = MakeQuery("ws_pas=single_agent");
  query.agent_id = "a0";
  const auto pending = [&](size_t position) {
    return planners_.Find("apn_orders")->Current()->pending_loads[position]->pending();
  };
  // A client that has only just connected takes no load away from the agent that it asked.
  EXPECT_EQ(LeaderIds(Resolve(query))[0], "a1");
  EXPECT_EQ(pending(0), 0);
  const double arrival = pending(1);
  EXPECT_GT(arrival, 0);
  // It is at the agent that was returned, although it asks another one.
  query.established = true;
  EXPECT_EQ(LeaderIds(Resolve(query))[0], "a0");
  EXPECT_DOUBLE_EQ(pending(0), arrival);
  EXPECT_DOUBLE_EQ(pending(1), 0);
}

TEST_F(LeaderResolverTest, MisspeltStrategyIsServedWithADiagnostic) {
  AddAgents(3);
  const LeaderAnswer answer = Resolve(MakeQuery("billing,ws_pas=singel_agent"));
  EXPECT_EQ(LeaderIds(answer), LeaderIds(Resolve(MakeQuery("billing"))));
  EXPECT_EQ(answer.strategy_source, StrategySource::kSystem);
  ASSERT_EQ(answer.diagnostics.size(), 1u);
  EXPECT_EQ(answer.diagnostics[0].feature, "ws_pas=singel_agent");
  EXPECT_EQ(answer.diagnostics[0].message, "no such strategy; did you mean single_agent?");
  EXPECT_EQ(observer_.diagnostics[DiagnosticKind::kUnknownStrategy], 1);
}

TEST_F(LeaderResolverTest, ZoneAndGroupAreJudgedByTheAgentsOfThePool) {
  Registration registration = MakeRegistration("a");
  registration.spec.zone = "eu-1";
  registration.spec.agent_group = "batch";
  registry_.Add(registration);
  EXPECT_TRUE(Resolve(MakeQuery("ws_az=eu-1,ws_ag=batch-0")).diagnostics.empty());
  const LeaderAnswer answer = Resolve(MakeQuery("ws_az=eu-2,ws_ag=online"));
  ASSERT_EQ(answer.diagnostics.size(), 2u);
  EXPECT_EQ(answer.diagnostics[0].message,
            "no agent of the pool is in that zone; did you mean eu-1?");
  EXPECT_EQ(observer_.diagnostics[DiagnosticKind::kUnknownZone], 1);
  EXPECT_EQ(observer_.diagnostics[DiagnosticKind::kUnknownGroup], 1);
  // The name of a zone that is down is still not a spelling mistake.
  registry_.Add(MakeRegistration("b"));
  for (int i = 0; i < 7; ++i) {
    clock_.Advance(absl::Seconds(3));
    SendHeartbeat("b");
  }
  EXPECT_TRUE(Resolve(MakeQuery("ws_az=eu-1")).diagnostics.empty());
}

// Agents in two zones, two groups, and with roles.
class LeaderResolverFeaturesTest : public LeaderResolverTest {
 protected:
  void Add(const std::string& agent_id, const std::string& zone, const std::string& group,
           const std::vector<AgentRole>& roles = {}) {
    Registration registration = MakeRegistration(agent_id);
    registration.spec.zone = zone;
    registration.spec.agent_group = group;
    registration.spec.roles = roles;
    registry_.Add(registration);
    SendHeartbeat(agent_id);
  }
  void AddZones() {
    for (const char* id : {"w0", "w1", "w2"}) Add(id, "west", "batch");
    for (const char* id : {"e0", "e1", "e2"}) Add(id, "east", "online");
  }

  // The leaders in many answers, under one strategy.
  std::set<std::string> Named(const std::string& features, const std::string& strategy,
                              const std::string& address = "10.1.0.1:40000") {
    std::set<std::string> named;
    for (int i = 0; i < 30; ++i) {
      LeaderQuery query = MakeQuery(absl::StrCat("app-", i, ",ws_pas=", strategy, ",", features));
      query.client_address = address;
      // So many that every agent leads some.
      query.topics = {{"orders", 100}};
      const std::vector<std::string> leaders = LeaderIds(Resolve(query));
      named.insert(leaders.begin(), leaders.end());
    }
    return named;
  }
  void ExpectNamed(const std::string& features, const std::set<std::string>& expected,
                   const std::string& address = "10.1.0.1:40000") {
    for (const char* strategy : {"single_agent", "consistent_random_jump"}) {
      EXPECT_EQ(Named(features, strategy, address), expected) << features << " " << strategy;
    }
  }
  void SetZoneCidrs(const std::vector<ZoneCidr>& cidrs) {
    VirtualClusterFields fields;
    fields.zone_cidrs = cidrs;
    ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  }

  const std::set<std::string> west_ = {"w0", "w1", "w2"};
  const std::set<std::string> east_ = {"e0", "e1", "e2"};
  const std::set<std::string> all_ = {"w0", "w1", "w2", "e0", "e1", "e2"};
};

TEST_F(LeaderResolverFeaturesTest, OnlyAgentsOfTheGroupAreNamed) {
  AddZones();
  ExpectNamed("ws_ag=batch", west_);
  ExpectNamed("ws_ag=online", east_);
  ExpectNamed("ws_ag=nowhere", all_);
}

TEST_F(LeaderResolverFeaturesTest, ClientSeesTheGroupThatItsIdNamesElseThatOfTheAgentThatItAsked) {
  AddZones();
  Add("n0", "west", "");
  LeaderQuery query = MakeQuery();
  EXPECT_EQ(BrokerIds(Resolve(query)).size(), 7u) << "it is not known which agent was asked";
  for (const char* strategy : {"single_agent", "consistent_random_jump"}) {
    query.client_id = absl::StrCat("app,ws_pas=", strategy);
    query.agent_id = "w1";
    EXPECT_EQ(BrokerIds(Resolve(query)), west_);
    query.agent_id = "e1";
    EXPECT_EQ(BrokerIds(Resolve(query)), east_);
    query.agent_id = "n0";
    EXPECT_EQ(BrokerIds(Resolve(query)), std::set<std::string>{"n0"});
    query.client_id = absl::StrCat("app,ws_ag=batch,ws_pas=", strategy);
    EXPECT_EQ(BrokerIds(Resolve(query)), west_);
  }
}

TEST_F(LeaderResolverFeaturesTest, RoleAndZoneRestrictLeadersAndNotTheList) {
  Add("p", "west", "", {AgentRole::kProxyProduce});
  Add("c", "east", "", {AgentRole::kProxyConsume});
  const LeaderAnswer answer = Resolve(MakeQuery("ws_pt=proxy-consume"));
  EXPECT_EQ(BrokerIds(answer), (std::set<std::string>{"p", "c"}));
  EXPECT_EQ(LeaderIds(answer)[0], "c");
  const LeaderAnswer west = Resolve(MakeQuery("ws_az=west"));
  EXPECT_EQ(BrokerIds(west), (std::set<std::string>{"p", "c"}));
  EXPECT_EQ(LeaderIds(west)[0], "p");
}

TEST_F(LeaderResolverFeaturesTest, GroupWithoutALiveAgentIsUnavailableUnlessOthersMayServeIt) {
  AddZones();
  EXPECT_EQ(BrokerIds(Resolve(MakeQuery("ws_ag=online"))), east_);
  for (const char* id : {"e0", "e1", "e2"}) registry_.Remove({"apn_orders", id}, 1);
  // The group is known for a day after its last agent has left.
  ExpectError(MakeQuery("ws_ag=online"), absl::StatusCode::kUnavailable,
              Reason::kAgentGroupUnavailable);
  // The client chose the group: the pool itself can answer.
  EXPECT_EQ(planners_.Find("apn_orders")->queries().answered(), 1u);
  EXPECT_EQ(planners_.Find("apn_orders")->queries().failed(), 0u);
  VirtualClusterFields fields;
  fields.agent_group_fallback = true;
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  const LeaderAnswer answer = Resolve(MakeQuery("ws_ag=online"));
  EXPECT_EQ(BrokerIds(answer), west_);
  ASSERT_EQ(answer.diagnostics.size(), 1u);
  EXPECT_EQ(answer.diagnostics[0].kind, DiagnosticKind::kGroupUnavailable);
}

TEST_F(LeaderResolverFeaturesTest, GroupWithoutAnActiveAgentIsServedByItsNextBest) {
  AddZones();
  for (const char* id : {"e0", "e1"}) registry_.Remove({"apn_orders", id}, 1);
  registry_.SetDraining({"apn_orders", "e2"}, true);
  const LeaderAnswer answer = Resolve(MakeQuery("ws_ag=online"));
  EXPECT_EQ(BrokerIds(answer), std::set<std::string>{"e2"});
  EXPECT_EQ(LeaderIds(answer)[0], "e2");
}

TEST_F(LeaderResolverFeaturesTest, ZoneWhoseLastAgentLeftIsAMissAndNoMistake) {
  AddZones();
  EXPECT_EQ(Resolve(MakeQuery("ws_az=east")).zone_result, ZoneResult::kHit);
  for (const char* id : {"e0", "e1", "e2"}) registry_.Remove({"apn_orders", id}, 1);
  const LeaderAnswer answer = Resolve(MakeQuery("ws_az=east"));
  EXPECT_EQ(answer.zone_result, ZoneResult::kMiss);
  EXPECT_TRUE(answer.diagnostics.empty());
  EXPECT_EQ(BrokerIds(answer), west_);
}

TEST_F(LeaderResolverFeaturesTest, OnlyAgentsWithTheRoleAreNamed) {
  Add("p", "", "", {AgentRole::kProxyProduce});
  Add("c", "", "", {AgentRole::kProxyConsume});
  Add("both", "", "", {AgentRole::kProxyConsume, AgentRole::kProxyProduce});
  Add("none", "", "");
  ExpectNamed("ws_pt=proxy-produce", {"p", "both", "none"});
  ExpectNamed("ws_pt=proxy-consume", {"c", "both", "none"});
  ExpectNamed("", {"p", "c", "both", "none"});
}

TEST_F(LeaderResolverFeaturesTest, RoleThatNoAgentHasIsLeftOutWithADiagnostic) {
  Add("p", "", "batch", {AgentRole::kProxyProduce});
  Add("c", "", "online", {AgentRole::kProxyConsume});
  // No agent of the group has the role: the group applies, the role does not.
  const LeaderAnswer answer = Resolve(MakeQuery("ws_ag=online,ws_pt=proxy-produce"));
  EXPECT_EQ(BrokerIds(answer), std::set<std::string>{"c"});
  ASSERT_EQ(answer.diagnostics.size(), 1u);
  EXPECT_EQ(answer.diagnostics[0].feature, "ws_pt=proxy-produce");
  EXPECT_EQ(observer_.diagnostics[DiagnosticKind::kRoleUnavailable], 1);
}

TEST_F(LeaderResolverFeaturesTest, HostOverrideNamesOneBrokerUnderAnyStrategy) {
  AddZones();
  for (const char* strategy : {"single_agent", "consistent_random_jump"}) {
    LeaderQuery query =
        MakeQuery(absl::StrCat("app,ws_host_override=lb.example,ws_ag=batch,ws_pas=", strategy));
    const LeaderAnswer answer = Resolve(query);
    EXPECT_EQ(answer.host_override, "lb.example");
    ASSERT_EQ(answer.brokers.size(), 1u);
    EXPECT_EQ(west_.count(*BrokerIds(answer).begin()), 1u);
    const std::vector<std::string> leaders = LeaderIds(answer);
    EXPECT_EQ(leaders.size(), 17u);
    EXPECT_EQ(std::set<std::string>(leaders.begin(), leaders.end()), BrokerIds(answer));
  }
}

TEST_F(LeaderResolverFeaturesTest, HostOverrideKeepsItsBrokerWhateverTopicsAreAsked) {
  AddZones();
  std::set<std::string> of_all_clients;
  for (int client = 0; client < 30; ++client) {
    LeaderQuery query = MakeQuery(absl::StrCat("app-", client, ",ws_host_override=lb.example"));
    const std::set<std::string> named = BrokerIds(Resolve(query));
    for (const int32_t partitions : {0, 1, 2, 50}) {
      query.topics = {{absl::StrCat("t", partitions), partitions}};
      EXPECT_EQ(BrokerIds(Resolve(query)), named);
    }
    of_all_clients.insert(named.begin(), named.end());
  }
  EXPECT_EQ(of_all_clients, all_) << "different clients go to different agents";
}

TEST_F(LeaderResolverFeaturesTest, AgentsOfTheClientsZoneAreNamed) {
  AddZones();
  ExpectNamed("ws_az=west", west_);
  ExpectNamed("ws_az=east-0", east_);
  EXPECT_EQ(observer_.zones[ZoneResult::kHit], 120);
  ExpectNamed("", all_);
  EXPECT_EQ(observer_.zones[ZoneResult::kUnknown], 60);
  // Both restrictions apply.
  ExpectNamed("ws_az=west,ws_ag=batch", west_);
  // No agent of the group is in the zone: other agents of the group.
  ExpectNamed("ws_az=west,ws_ag=online", east_);
  EXPECT_EQ(observer_.zones[ZoneResult::kMiss], 60);
}

TEST_F(LeaderResolverFeaturesTest, AddressTellsTheZoneWhereTheClientIdDoesNot) {
  AddZones();
  SetZoneCidrs({*ParseZoneCidr("10.1.0.0/16", "west"), *ParseZoneCidr("10.1.2.0/24", "east"),
                *ParseZoneCidr("fd00::/8", "east"), *ParseZoneCidr("10.9.0.0/16", "north")});
  ExpectNamed("", west_, "10.1.0.1:40000");
  ExpectNamed("", east_, "10.1.2.1");
  ExpectNamed("", east_, "[fd00::1]:40000");
  ExpectNamed("ws_az=west", west_, "10.1.2.1:40000");
  EXPECT_EQ(observer_.zones[ZoneResult::kMiss], 0);
  ExpectNamed("", all_, "10.9.0.1:40000");
  EXPECT_EQ(observer_.zones[ZoneResult::kMiss], 60) << "nobody is in that zone";
  ExpectNamed("", all_, "10.2.0.1:40000");
  ExpectNamed("", all_, "unix:");
  EXPECT_EQ(observer_.zones[ZoneResult::kUnknown], 120);
}

TEST_F(LeaderResolverFeaturesTest, ZoneWithoutALiveAgentIsServedByOthers) {
  AddZones();
  ExpectNamed("ws_az=west", west_);
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Seconds(3));
    for (const std::string& id : east_) SendHeartbeat(id);
  }
  ExpectNamed("ws_az=west", east_);
  EXPECT_EQ(observer_.zones[ZoneResult::kMiss], 60);
  for (const std::string& id : west_) SendHeartbeat(id);
  ExpectNamed("ws_az=west", west_);
}

TEST_F(LeaderResolverFeaturesTest, OverloadedZoneIsServedByOthersWhoHaveRoom) {
  AddZones();
  const auto set_loads = [&](double west, double one_of_west, double east) {
    clock_.Advance(absl::Seconds(2));
    for (const std::string& id : west_) SendHeartbeat(id, id == "w0" ? one_of_west : west);
    for (const std::string& id : east_) SendHeartbeat(id, east);
  };
  const auto named = [&] { return Named("ws_az=west", "consistent_random_jump"); };
  set_loads(0.95, 0.95, 0.2);
  EXPECT_EQ(named(), all_);
  set_loads(0.95, 0.85, 0.2);
  EXPECT_EQ(named(), west_) << "one of them has room";
  set_loads(0.95, 0.95, 0.7);
  EXPECT_EQ(named(), west_) << "nor have the others much";
}

TEST_F(LeaderResolverFeaturesTest, StickyIsASettingOfTheVirtualCluster) {
  AddZones();
  const auto agents_in_fifty_answers = [&] {
    std::set<std::string> named;
    LeaderQuery query = MakeQuery("ws_pas=single_agent");
    query.agent_id = "w0";
    query.established = true;
    for (int i = 0; i < 50; ++i) named.insert(LeaderIds(Resolve(query))[0]);
    return named.size();
  };
  for (const std::string& id : all_) SendHeartbeat(id, 0.5, 100);
  EXPECT_GT(agents_in_fifty_answers(), 1u);
  clock_.Advance(absl::Seconds(5));
  for (const std::string& id : all_) SendHeartbeat(id, 0.5, 100);
  VirtualClusterFields fields;
  fields.single_agent_sticky = true;
  ASSERT_TRUE(catalog_->UpdateVirtualCluster("orders", fields, {}).ok());
  EXPECT_EQ(agents_in_fifty_answers(), 1u);
}

TEST_F(LeaderResolverTest, AnswerMayBeKeptUntilStatesMayChange) {
  AddAgents(3);
  clock_.Advance(absl::Seconds(2));
  const LeaderAnswer answer = Resolve(MakeQuery());
  // Leases of nine seconds, two of which have passed.
  EXPECT_EQ(answer.max_age, absl::Seconds(7));
  EXPECT_LE(answer.max_age, kMaxAnswerAge);
  EXPECT_EQ(Resolve(MakeQuery("ws_pas=single_agent")).max_age, absl::ZeroDuration());
}

TEST_F(LeaderResolverTest, NoLiveAgentIsUnavailable) {
  ExpectError(MakeQuery(), absl::StatusCode::kUnavailable, Reason::kNoLiveAgent);
  AddAgents(1);
  EXPECT_EQ(LeaderIds(Resolve(MakeQuery()))[0], "a0");
  // However long it is silent, returning it is better than no answer.
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(LeaderIds(Resolve(MakeQuery()))[0], "a0");
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(LeaderIds(Resolve(MakeQuery()))[0], "a0");
  registry_.Remove({"apn_orders", "a0"}, std::numeric_limits<int64_t>::max());
  ExpectError(MakeQuery(), absl::StatusCode::kUnavailable, Reason::kNoLiveAgent);
}

TEST_F(LeaderResolverTest, UnknownOrDeletedVirtualClusterIsNotFound) {
  AddAgents(1);
  LeaderQuery query = MakeQuery();
  query.virtual_cluster = "order";
  ExpectError(query, absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound);
  ASSERT_TRUE(catalog_->DeleteVirtualCluster("orders", true, {}).ok());
  ExpectError(MakeQuery(), absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound);
}

TEST_F(LeaderResolverTest, VirtualClusterWithoutAPoolIsTold) {
  ASSERT_TRUE(catalog_->DeleteAgentPool("apn_orders", /*force=*/true, {}).ok());
  ExpectError(MakeQuery(), absl::StatusCode::kFailedPrecondition,
              Reason::kVirtualClusterHasNoAgentPool);
}

TEST_F(LeaderResolverTest, ImpossibleQueriesAreRefused) {
  AddAgents(1);
  const auto expect = [&](const std::vector<TopicPartitions>& topics, Reason reason) {
    LeaderQuery query = MakeQuery();
    query.topics = topics;
    ExpectError(query, absl::StatusCode::kInvalidArgument, reason);
  };
  expect({{"t", -1}}, Reason::kInvalidArgument);
  expect({{"", 1}}, Reason::kInvalidArgument);
  expect({{std::string(250, 't'), 1}}, Reason::kLimitExceeded);
  expect({{"t", 60'000}, {"u", 40'001}}, Reason::kLimitExceeded);
  // The sum does not wrap around.
  expect({{"t", 2'147'483'647}, {"u", 2'147'483'647}, {"v", 3}}, Reason::kLimitExceeded);
  expect(std::vector<TopicPartitions>(kMaxTopicsPerQuery + 1, {"t", 0}), Reason::kLimitExceeded);
  LeaderQuery query = MakeQuery(std::string(kMaxClientIdLength + 1, 'c'));
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded);
  query = MakeQuery();
  query.client_address = std::string(kMaxClientAddressLength + 1, '1');
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded);

  query = MakeQuery();
  query.topics = {{std::string(249, 't'), 60'000}, {"u", 40'000}, {"empty", 0}};
  const LeaderAnswer answer = Resolve(query);
  EXPECT_EQ(LeaderIds(answer).size(), 100'000u);
  EXPECT_TRUE(answer.topics[2].leaders.empty());
}

}  // namespace
}  // namespace bellwether
