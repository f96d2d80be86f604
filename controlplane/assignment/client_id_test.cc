#include "controlplane/assignment/client_id.h"

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "controlplane/base/random.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

const KnownNames& Known() {
  static const KnownNames kKnown = {{"eu-west-1a", "us-east", "us-east-1a", "us-east-1b"},
                                    {"batch", "online", "online-2"}};
  return kKnown;
}

// The features as "strategy zone role group host", "-" for a feature that is not set.
std::string Describe(const ClientIdFeatures& features) {
  std::string text;
  text += features.strategy.has_value() ? std::string(StrategyName(*features.strategy)) : "-";
  text += " " + features.zone.value_or("-");
  text += " " + (features.role.has_value() ? std::string(AgentRoleName(*features.role)) : "-");
  text += " " + features.agent_group.value_or("-");
  text += " " + features.host_override.value_or("-");
  return text;
}

struct Good {
  std::string client_id;
  std::string features;
};

TEST(ClientIdTest, FeaturesAreReadInAnyOrderAndAmongPlainText) {
  const Good cases[] = {
      {"", "- - - - -"},
      {"my-app", "- - - - -"},
      {"my-app,ws_az=us-east-1a", "- us-east-1a - - -"},
      {"warpstream_az=us-east-1a,ws_pas=single_agent,pod-7", "single_agent us-east-1a - - -"},
      {"warpstream_partition_assignment_strategy=single_agent", "single_agent - - - -"},
      {"ws_pas=consistent_random_jump", "consistent_random_jump - - - -"},
      {"warpstream_proxy_target=proxy-consume", "- - proxy-consume - -"},
      {"ws_proxy_target=proxy-produce,x", "- - proxy-produce - -"},
      {"x,ws_pt=proxy-produce", "- - proxy-produce - -"},
      {"ws_ag=batch", "- - - batch -"},
      {"warpstream_agent_group=online", "- - - online -"},
      {"ws_host_override=kafka.example.com", "- - - - kafka.example.com"},
      {"ws_host_override=10.1.2.3,a,ws_ag=batch,b", "- - - batch 10.1.2.3"},
      {"ws_host_override=fd00::1:2", "- - - - fd00::1:2"},
      {"ws_host_override=my_stack_kafka_1", "- - - - my_stack_kafka_1"},
      // Parts in no known form are not mistakes.
      {",,,", "- - - - -"},
      {"team=payments,env=prod,v=2", "- - - - -"},
      {"rdkafka", "- - - - -"},
      {"my app; v2 | blue", "- - - - -"},
      {"user agent=x", "- - - - -"},
      {"=,==,=x", "- - - - -"},
  };
  for (const Good& good : cases) {
    const ClientIdFeatures features = ParseClientId(good.client_id, Known());
    EXPECT_EQ(Describe(features), good.features) << good.client_id;
    EXPECT_TRUE(features.diagnostics.empty())
        << good.client_id << ": " << features.diagnostics[0].message;
  }
}

TEST(ClientIdTest, SuffixOfAFrameworkDoesNotSpoilAValue) {
  const Good cases[] = {
      {"ws_pas=single_agent-1", "single_agent - - - -"},
      {"app,ws_pas=single_agent-StreamThread-3-producer", "single_agent - - - -"},
      {"connector-producer-orders,ws_pas=consistent_random_jump-0",
       "consistent_random_jump - - - -"},
      {"app,ws_pt=proxy-produce-1", "- - proxy-produce - -"},
      {"app,ws_az=us-east-1a-StreamThread-1-consumer", "- us-east-1a - - -"},
      // The longest known name counts, and an exact match before all others.
      {"ws_az=us-east-1b", "- us-east-1b - - -"},
      {"ws_az=us-east-7", "- us-east - - -"},
      {"ws_ag=online-2-0", "- - - online-2 -"},
      {"ws_ag=online-3", "- - - online -"},
  };
  for (const Good& good : cases) {
    const ClientIdFeatures features = ParseClientId(good.client_id, Known());
    EXPECT_EQ(Describe(features), good.features) << good.client_id;
    EXPECT_TRUE(features.diagnostics.empty())
        << good.client_id << ": " << features.diagnostics[0].message;
  }
}

TEST(ClientIdTest, WhatMirrorMakerAppendsIsLeftOut) {
  const Good cases[] = {
      {"ws_az=us-east-1a|primary->backup|MirrorSourceConnector|producer", "- us-east-1a - - -"},
      {"app,ws_pas=single_agent|a->b|MirrorCheckpointConnector-0|source-consumer",
       "single_agent - - - -"},
      {"ws_ag=batch|primary->backup|MirrorHeartbeatConnector", "- - - batch -"},
      {"ws_host_override=kafka.example.com|a->b|MirrorSourceConnector|producer",
       "- - - - kafka.example.com"},
      {"primary->backup|MirrorSourceConnector|producer", "- - - - -"},
  };
  for (const Good& good : cases) {
    const ClientIdFeatures features = ParseClientId(good.client_id, Known());
    EXPECT_EQ(Describe(features), good.features) << good.client_id;
    EXPECT_TRUE(features.diagnostics.empty())
        << good.client_id << ": " << features.diagnostics[0].message;
  }
}

TEST(ClientIdTest, KeysOfWarpStreamWithoutEffectAreNoMistakes) {
  const Good cases[] = {
      {"app,ws_sle=true", "- - - - -"},
      {"ws_dfat=false,ws_az=us-east-1a", "- us-east-1a - - -"},
      {"warpstream_session_id=4711,ws_pas=single_agent", "single_agent - - - -"},
      {"warpstream_interzone_lb=true,warpstream_interzone_lb=true", "- - - - -"},
      {"ws_sle", "- - - - -"},
      {"ws_sle=", "- - - - -"},
  };
  for (const Good& good : cases) {
    const ClientIdFeatures features = ParseClientId(good.client_id, Known());
    EXPECT_EQ(Describe(features), good.features) << good.client_id;
    EXPECT_TRUE(features.diagnostics.empty())
        << good.client_id << ": " << features.diagnostics[0].message;
  }
}

struct Mistake {
  std::string client_id;
  DiagnosticKind kind;
  std::string feature;
  // A substring of the message.
  std::string message;
  // The features that remain.
  std::string features = "- - - - -";
};

void ExpectEach(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.client_id);
    const ClientIdFeatures features = ParseClientId(mistake.client_id, Known());
    EXPECT_EQ(Describe(features), mistake.features);
    ASSERT_EQ(features.diagnostics.size(), 1u);
    const Diagnostic& diagnostic = features.diagnostics[0];
    EXPECT_EQ(DiagnosticKindName(diagnostic.kind), DiagnosticKindName(mistake.kind));
    EXPECT_EQ(diagnostic.feature, mistake.feature);
    EXPECT_NE(diagnostic.message.find(mistake.message), std::string::npos) << diagnostic.message;
  }
}

TEST(ClientIdTest, MisspeltValueIsLeftOutAndTheRightOneIsTold) {
  ExpectEach({
      {"app,ws_pas=singel_agent", DiagnosticKind::kUnknownStrategy, "ws_pas=singel_agent",
       "did you mean single_agent?"},
      {"ws_pas=Single-Agent-StreamThread-1", DiagnosticKind::kUnknownStrategy,
       "ws_pas=Single-Agent-StreamThread-1", "did you mean single_agent?"},
      {"ws_pas=single_agents", DiagnosticKind::kUnknownStrategy, "ws_pas=single_agents",
       "did you mean single_agent?"},
      {"ws_pas=fastest,ws_ag=batch", DiagnosticKind::kUnknownStrategy, "ws_pas=fastest",
       "the strategies are consistent_random_jump and single_agent", "- - - batch -"},
      {"ws_pas==single_agent", DiagnosticKind::kUnknownStrategy, "ws_pas==single_agent",
       "did you mean single_agent?"},
      {"ws_pt=produce", DiagnosticKind::kUnknownRole, "ws_pt=produce",
       "did you mean proxy-produce?"},
      {"ws_pt=Proxy_Consume", DiagnosticKind::kUnknownRole, "ws_pt=Proxy_Consume",
       "did you mean proxy-consume?"},
      {"ws_pt=admin", DiagnosticKind::kUnknownRole, "ws_pt=admin", "proxy-produce and proxy"},
      {"ws_az=us-esat-1a", DiagnosticKind::kUnknownZone, "ws_az=us-esat-1a",
       "did you mean us-east-1a?"},
      {"ws_az=US-EAST-1B", DiagnosticKind::kUnknownZone, "ws_az=US-EAST-1B",
       "did you mean us-east-1b?"},
      {"ws_az=mars", DiagnosticKind::kUnknownZone, "ws_az=mars", "there are eu-west-1a, us-east"},
      {"ws_ag=bathc", DiagnosticKind::kUnknownGroup, "ws_ag=bathc", "did you mean batch?"},
      {"ws_ag=gold", DiagnosticKind::kUnknownGroup, "ws_ag=gold", "in that group"},
      {"ws_az=us\x01", DiagnosticKind::kInvalidValue, "ws_az=us\\001", "no zone"},
  });
}

TEST(ClientIdTest, KeyLikeOursIsTold) {
  ExpectEach({
      {"ws_paz=single_agent", DiagnosticKind::kUnknownKey, "ws_paz=single_agent",
       "did you mean ws_pas?"},
      {"WS_PAS=single_agent", DiagnosticKind::kUnknownKey, "WS_PAS=single_agent",
       "did you mean ws_pas?"},
      {"ws-az=us-east-1a", DiagnosticKind::kUnknownKey, "ws-az=us-east-1a", "did you mean ws_az?"},
      {"wsaz=us-east-1a", DiagnosticKind::kUnknownKey, "wsaz=us-east-1a", "did you mean ws_az?"},
      {"warpstream-partition-assignment-strategy=single_agent", DiagnosticKind::kUnknownKey,
       "warpstream-partition-assignment-strategy=single_agent",
       "did you mean warpstream_partition_assignment_strategy?"},
      {"warpstream_agentgroup=batch", DiagnosticKind::kUnknownKey, "warpstream_agentgroup=batch",
       "did you mean warpstream_agent_group?"},
      {"warpstream_host_override=a", DiagnosticKind::kUnknownKey, "warpstream_host_override=a",
       "the keys are ws_pas"},
      {"ws_zone=us-east-1a", DiagnosticKind::kUnknownKey, "ws_zone=us-east-1a", "no such key"},
  });
}

TEST(ClientIdTest, WrongSeparatorIsToldAndNothingIsGuessed) {
  ExpectEach({
      {"my-app;ws_pas=single_agent", DiagnosticKind::kWrongSeparator, "my-app;ws_pas=single_agent",
       "';' does not separate features; write ','"},
      {"my-app|ws_pas=single_agent", DiagnosticKind::kWrongSeparator, "my-app|ws_pas=single_agent",
       "'|'"},
      {"my-app ws_pas=single_agent", DiagnosticKind::kWrongSeparator, "my-app ws_pas=single_agent",
       "a space"},
      {"my-app, ws_pas=single_agent", DiagnosticKind::kWrongSeparator, " ws_pas=single_agent",
       "a space"},
      {"my-app:ws_pas=single_agent", DiagnosticKind::kWrongSeparator, "my-app:ws_pas=single_agent",
       "':'"},
      {"my-app;ws_paz=single_agent", DiagnosticKind::kWrongSeparator, "my-app;ws_paz=single_agent",
       "';'"},
      {"ws_pas=single_agent;ws_az=us-east-1a", DiagnosticKind::kWrongSeparator,
       "ws_pas=single_agent;ws_az=us-east-1a", "';'"},
      {"ws_pas=single_agent|pod-7,ws_az=us-east-1a", DiagnosticKind::kWrongSeparator,
       "ws_pas=single_agent|pod-7", "'|'", "- us-east-1a - - -"},
      // Not a MirrorMaker suffix: it lacks a connector, or more features follow it.
      {"ws_az=us-east-1a|primary->backup", DiagnosticKind::kWrongSeparator,
       "ws_az=us-east-1a|primary->backup", "'|'"},
      {"ws_az=us-east-1a|a->b|ws_pas=single_agent", DiagnosticKind::kWrongSeparator,
       "ws_az=us-east-1a|a->b|ws_pas=single_agent", "'|'"},
      // A separator that hides another feature is wrong after a key without effect too.
      {"ws_sle=true;ws_az=us-east-1a", DiagnosticKind::kWrongSeparator,
       "ws_sle=true;ws_az=us-east-1a", "';'"},
      {"ws_pas=single_agent ", DiagnosticKind::kWrongSeparator, "ws_pas=single_agent ", "a space"},
      {"connector-producer-ws_pas=single_agent", DiagnosticKind::kWrongSeparator,
       "connector-producer-ws_pas=single_agent", "'-'"},
  });
}

TEST(ClientIdTest, MissingValueAndInvalidHostAreTold) {
  ExpectEach({
      {"ws_pas=", DiagnosticKind::kMissingValue, "ws_pas=", "ws_pas=value"},
      {"app,ws_az=,ws_ag=batch", DiagnosticKind::kMissingValue, "ws_az=", "ws_az=value",
       "- - - batch -"},
      {"app,ws_pas", DiagnosticKind::kMissingValue, "ws_pas", "ws_pas=value"},
      {"ws_pas:single_agent", DiagnosticKind::kMissingValue, "ws_pas:single_agent", "ws_pas=value"},
      {"ws_host_override=kafka.example.com:9092", DiagnosticKind::kInvalidValue,
       "ws_host_override=kafka.example.com:9092", "without a port"},
      {"ws_host_override=10.0.0.1:9092", DiagnosticKind::kInvalidValue,
       "ws_host_override=10.0.0.1:9092", "without a port"},
      {"ws_host_override=10.0.0.256", DiagnosticKind::kInvalidValue, "ws_host_override=10.0.0.256",
       ""},
      {"ws_host_override=-a.b", DiagnosticKind::kInvalidValue, "ws_host_override=-a.b", ""},
      {"ws_host_override=a-.b", DiagnosticKind::kInvalidValue, "ws_host_override=a-.b", ""},
      {"ws_host_override=a..b", DiagnosticKind::kInvalidValue, "ws_host_override=a..b", ""},
      {"ws_host_override=a-", DiagnosticKind::kInvalidValue, "ws_host_override=a-", ""},
      {"ws_host_override=http://a", DiagnosticKind::kInvalidValue, "ws_host_override=http://a", ""},
      {"ws_host_override=fd00::1::zz", DiagnosticKind::kInvalidValue,
       "ws_host_override=fd00::1::zz", ""},
  });
}

TEST(ClientIdTest, OfAKeyGivenTwiceTheFirstCounts) {
  ExpectEach({
      {"ws_pas=single_agent,ws_pas=consistent_random_jump", DiagnosticKind::kDuplicateKey,
       "ws_pas=consistent_random_jump", "the first one counts", "single_agent - - - -"},
      {"warpstream_az=us-east-1a,x,ws_az=us-east-1b", DiagnosticKind::kDuplicateKey,
       "ws_az=us-east-1b", "the first one counts", "- us-east-1a - - -"},
  });
  // Also if the first value is itself wrong.
  const ClientIdFeatures features = ParseClientId("ws_pas=bogus,ws_pas=single_agent", Known());
  EXPECT_EQ(Describe(features), "- - - - -");
  ASSERT_EQ(features.diagnostics.size(), 2u);
  EXPECT_EQ(features.diagnostics[1].kind, DiagnosticKind::kDuplicateKey);
}

TEST(ClientIdTest, WithoutKnownNamesEveryZoneAndGroupIsUnknown) {
  const ClientIdFeatures features = ParseClientId("ws_az=us-east-1a,ws_ag=batch", KnownNames());
  EXPECT_EQ(Describe(features), "- - - - -");
  ASSERT_EQ(features.diagnostics.size(), 2u);
  EXPECT_EQ(features.diagnostics[0].kind, DiagnosticKind::kUnknownZone);
  EXPECT_EQ(features.diagnostics[0].message, "no agent of the pool has a zone");
  EXPECT_EQ(features.diagnostics[1].kind, DiagnosticKind::kUnknownGroup);
}

TEST(ClientIdTest, DiagnosticsAreBounded) {
  std::string client_id;
  while (client_id.size() < kMaxClientIdLength - 10) client_id += "ws_x=1,";
  const ClientIdFeatures features = ParseClientId(client_id + "ws_ag=batch", Known());
  EXPECT_EQ(features.diagnostics.size(), kMaxDiagnostics);
  EXPECT_EQ(Describe(features), "- - - batch -");
  // Quoted text is cut short.
  const ClientIdFeatures longest = ParseClientId("ws_az=" + std::string(30'000, 'a'), Known());
  ASSERT_EQ(longest.diagnostics.size(), 1u);
  EXPECT_LT(longest.diagnostics[0].feature.size(), 100u);
  EXPECT_LT(longest.diagnostics[0].message.size(), 300u);
}

TEST(ClientIdTest, NoBytesDoHarm) {
  SeededRandom random(20'240'601);
  const std::vector<std::string> pieces = {",",
                                           ",ws_pas=",
                                           ",ws_az=",
                                           ",ws_pt=",
                                           ",ws_ag=",
                                           ",ws_host_override=",
                                           "single_agent",
                                           "us-east-1a",
                                           "=",
                                           ";",
                                           "|",
                                           "-",
                                           " ",
                                           "ws_",
                                           "proxy-",
                                           ":",
                                           "warpstream_az",
                                           "ws_pas"};
  std::set<DiagnosticKind> kinds;
  int strategies = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string client_id;
    for (uint64_t n = random.Below(10); n > 0; --n) {
      if (random.Below(8) == 0) {
        client_id.push_back(static_cast<char>(random.Below(256)));
      } else {
        client_id += pieces[random.Below(pieces.size())];
      }
    }
    const ClientIdFeatures features = ParseClientId(client_id, Known());
    ASSERT_LE(features.diagnostics.size(), kMaxDiagnostics);
    for (const Diagnostic& diagnostic : features.diagnostics) {
      kinds.insert(diagnostic.kind);
      ASSERT_FALSE(diagnostic.message.empty());
      for (const char c : diagnostic.feature + diagnostic.message) {
        ASSERT_TRUE(c >= ' ' || static_cast<unsigned char>(c) >= 0x80) << client_id;
      }
    }
    if (features.strategy.has_value()) ++strategies;
  }
  // The generator produced every kind of mistake that an id alone can have, and correct ids too.
  constexpr size_t kFoundLater = 2;
  EXPECT_EQ(kinds.size(), std::size(kDiagnosticKinds) - kFoundLater);
  EXPECT_GT(strategies, 10);
}

TEST(ClientIdTest, EveryKindHasItsOwnName) {
  std::set<absl::string_view> names;
  for (const DiagnosticKind kind : kDiagnosticKinds) names.insert(DiagnosticKindName(kind));
  EXPECT_EQ(names.size(), std::size(kDiagnosticKinds));
  EXPECT_EQ(names.count("unknown"), 0u);
}

}  // namespace
}  // namespace bellwether
