#include "controlplane/planning/load_evenness.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace bellwether {
namespace {

RosterEntry Agent(const std::string& id, double bytes_in, double bytes_out = 0) {
  auto registration = std::make_shared<Registration>();
  registration->spec.agent_id = id;
  registration->spec.weight = 1;
  auto report = std::make_shared<LoadReport>();
  report->load.bytes_in_per_second = bytes_in;
  report->load.bytes_out_per_second = bytes_out;
  RosterEntry entry;
  entry.registration = std::move(registration);
  entry.state = AgentState::kActive;
  entry.report = std::move(report);
  return entry;
}

RosterEntry WithGroup(const RosterEntry& entry, const std::string& group) {
  auto registration = std::make_shared<Registration>(*entry.registration);
  registration->spec.agent_group = group;
  RosterEntry other = entry;
  other.registration = std::move(registration);
  return other;
}

Roster RosterOf(std::vector<RosterEntry> entries) {
  Roster roster;
  roster.entries = std::move(entries);
  return roster;
}

TEST(EvennessTest, NoLoadIsEven) {
  EXPECT_EQ(Evenness({}).imbalance, 1);
  EXPECT_EQ(Evenness({{0, 1}, {0, 1}}).imbalance, 1);
  EXPECT_EQ(Evenness({{0, 1}, {0, 1}}).above_mean_bytes_per_second, 0);
}

TEST(EvennessTest, TheLargestLoadIsComparedWithTheMean) {
  const LoadEvenness evenness = Evenness({{100, 1}, {300, 1}});
  EXPECT_EQ(evenness.imbalance, 1.5);
  EXPECT_EQ(evenness.above_mean_bytes_per_second, 100);
}

TEST(EvennessTest, AnAgentOfTwiceTheWeightHasTwiceTheShare) {
  EXPECT_EQ(Evenness({{100, 1}, {200, 2}}).imbalance, 1);
  // Its share is 600.
  const LoadEvenness evenness = Evenness({{300, 2}, {900, 2}});
  EXPECT_EQ(evenness.imbalance, 1.5);
  EXPECT_EQ(evenness.above_mean_bytes_per_second, 300);
}

TEST(EvennessTest, TheLargestLoadForItsWeightCounts) {
  const LoadEvenness evenness = Evenness({{100, 1}, {100, 4}});
  EXPECT_EQ(evenness.imbalance, 2.5);
  EXPECT_EQ(evenness.above_mean_bytes_per_second, 60);
}

TEST(ReportedEvennessTest, ComesFromTheReportsOfAgents) {
  const LoadEvenness evenness = ReportedEvenness(RosterOf(
      {Agent("a", 505'000), Agent("b", 505'000), Agent("c", 253'000), Agent("d", 253'000)}));
  EXPECT_NEAR(evenness.imbalance, 1.332, 0.001);
  EXPECT_EQ(evenness.above_mean_bytes_per_second, 126'000);
}

TEST(ReportedEvennessTest, AFetchedByteCountsAHalf) {
  EXPECT_EQ(ReportedEvenness(RosterOf({Agent("a", 100), Agent("b", 0, 200)})).imbalance, 1);
}

TEST(ReportedEvennessTest, OnlyActiveAgentsWithAReportCount) {
  Roster roster = RosterOf({Agent("a", 100), Agent("b", 100), Agent("c", 900), Agent("d", 0)});
  roster.entries[2].state = AgentState::kSuspect;
  roster.entries[3].report = nullptr;
  EXPECT_EQ(ReportedEvenness(roster).imbalance, 1);
}

TEST(ReportedEvennessTest, EachGroupIsComparedWithItselfAndTheWorstCounts) {
  const Roster even =
      RosterOf({WithGroup(Agent("a", 900), "busy"), WithGroup(Agent("b", 900), "busy"),
                WithGroup(Agent("c", 10), "idle"), WithGroup(Agent("d", 10), "idle")});
  EXPECT_EQ(ReportedEvenness(even).imbalance, 1);
  const Roster uneven =
      RosterOf({WithGroup(Agent("a", 900), "busy"), WithGroup(Agent("b", 900), "busy"),
                WithGroup(Agent("c", 10), "idle"), WithGroup(Agent("d", 30), "idle")});
  EXPECT_EQ(ReportedEvenness(uneven).imbalance, 1.5);
  EXPECT_EQ(ReportedEvenness(uneven).above_mean_bytes_per_second, 10);
}

}  // namespace
}  // namespace bellwether
