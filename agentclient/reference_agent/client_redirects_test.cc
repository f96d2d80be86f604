#include "agentclient/reference_agent/client_redirects.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

// This agent is "a", and "b" is another one of its pool.
class ClientRedirectsTest : public ::testing::Test {
 protected:
  ClientRedirectsTest() {
    watcher_.Watch("virtualClusters/orders");
    Show(1, v1::Agent::STATE_ACTIVE);
    redirects_.OnConnectionOpened(1);
  }

  // Sends a view in which this agent is in that state.
  void Show(int64_t position, v1::Agent::State state, bool redirects_disabled = false,
            v1::Agent::State other = v1::Agent::STATE_ACTIVE) {
    v1::WatchPoolResponse view;
    view.set_position(position);
    view.set_view_version(position);
    view.mutable_cluster()->set_uid("vci_orders");
    view.mutable_cluster()->set_redirects_disabled(redirects_disabled);
    view.mutable_plan();
    for (const char* id : {"a", "b"}) {
      v1::WatchedAgent& agent = *view.add_agents();
      agent.set_agent_id(id);
      agent.set_weight(1);
      agent.set_state(agent.agent_id() == "a" ? state : other);
      view.add_load_levels(0);
    }
    fake_->SendView(view);
    while (watcher_.replica() == nullptr || watcher_.replica()->position() != position) {
      std::this_thread::yield();
    }
  }

  // Whether a request of the client is refused. Looks again when the view is old enough.
  bool Refuses(const std::string& client_id = "app", bool is_fetch = true) {
    const kafka::PartitionRequest request{1, client_id, "10.0.0.1", "orders", 0, is_fetch, {}};
    if (redirects_.ShouldRefuse(request)) return true;
    clock_.Advance(RedirectPolicy::kLeastViewAge);
    return redirects_.ShouldRefuse(request);
  }

  FakeClock clock_;
  SystemClock watching_clock_;
  SystemRandom random_;
  PoolWatchListener listener_;
  std::unique_ptr<FakeControlPlane> fake_ = std::make_unique<FakeControlPlane>();
  PoolWatcher watcher_{MakeChannel(fake_->address()), watching_clock_, random_, listener_};
  ClientRedirects redirects_{clock_, watcher_, "a", absl::Seconds(30)};
};

TEST_F(ClientRedirectsTest, AnAgentThatStaysRefusesNothing) {
  EXPECT_FALSE(Refuses());
  Show(2, v1::Agent::STATE_DRAINING);
  EXPECT_FALSE(Refuses()) << "no admin and no departure has asked for it";
}

TEST_F(ClientRedirectsTest, ADrainedAgentRefusesOnceTheViewHasSaidSoForASecond) {
  redirects_.SetDrained(true);
  EXPECT_FALSE(Refuses()) << "the view does not say it yet";
  Show(2, v1::Agent::STATE_DRAINING);
  const kafka::PartitionRequest request{1, "app", "10.0.0.1", "orders", 0, true, {}};
  EXPECT_FALSE(redirects_.ShouldRefuse(request));
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_FALSE(redirects_.ShouldRefuse(request));
  // Another view with the same content does not restart the age.
  Show(3, v1::Agent::STATE_DRAINING);
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(redirects_.ShouldRefuse(request));
  EXPECT_EQ(redirects_.counters().draining.episodes, 1);
  redirects_.SetDrained(false);
  EXPECT_FALSE(redirects_.ShouldRefuse(request)) << "an admin wants it back";
}

TEST_F(ClientRedirectsTest, AnAgentThatLeavesRefusesUnderAnyStrategy) {
  redirects_.BeginLeaving();
  Show(2, v1::Agent::STATE_DRAINING);
  EXPECT_TRUE(Refuses("app,ws_pas=single_agent"));
  EXPECT_TRUE(Refuses("app", /*is_fetch=*/false));
}

TEST_F(ClientRedirectsTest, NobodyIsRefusedWhileTheControlPlaneIsUnreachable) {
  redirects_.BeginLeaving();
  watcher_.SetLeaving("a");
  Show(2, v1::Agent::STATE_DRAINING);
  fake_ = nullptr;
  while (watcher_.standing().current) std::this_thread::yield();
  EXPECT_FALSE(Refuses());
}

TEST_F(ClientRedirectsTest, NobodyIsRefusedWhereNoOtherAgentLeads) {
  redirects_.BeginLeaving();
  Show(2, v1::Agent::STATE_DRAINING, false, v1::Agent::STATE_DEAD);
  EXPECT_FALSE(Refuses());
  // It would be sent to an agent that may be dead.
  Show(3, v1::Agent::STATE_DRAINING, false, v1::Agent::STATE_SUSPECT);
  EXPECT_FALSE(Refuses());
  EXPECT_FALSE(Refuses("app,ws_pas=single_agent"));
  Show(4, v1::Agent::STATE_DRAINING, false, v1::Agent::STATE_JOINING);
  EXPECT_TRUE(Refuses());
}

TEST_F(ClientRedirectsTest, APoolMayTurnRedirectsOff) {
  redirects_.BeginLeaving();
  Show(2, v1::Agent::STATE_DRAINING, /*redirects_disabled=*/true);
  EXPECT_FALSE(Refuses());
  Show(3, v1::Agent::STATE_DRAINING, /*redirects_disabled=*/false);
  EXPECT_TRUE(Refuses());
}

TEST_F(ClientRedirectsTest, ClientsWithAHostOverrideAreNotRefused) {
  redirects_.BeginLeaving();
  Show(2, v1::Agent::STATE_DRAINING);
  EXPECT_FALSE(Refuses("app,ws_host_override=lb.example"))
      << "they reach any agent under that name";
}

TEST_F(ClientRedirectsTest, ALeavingAgentIsDoneWhenNoRequestHasComeForFiveSeconds) {
  EXPECT_EQ(redirects_.progress().EarliestEnd(), MonotonicTime::InfiniteFuture());
  redirects_.BeginLeaving();
  clock_.Advance(absl::Seconds(4));
  redirects_.OnRequest();
  clock_.Advance(absl::Seconds(4));
  EXPECT_FALSE(redirects_.progress().IsOver(clock_.MonotonicNow()));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(redirects_.progress().IsOver(clock_.MonotonicNow()));
}

}  // namespace
}  // namespace bellwether
