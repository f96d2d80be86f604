// Idempotent producers that pipeline, retry in order and follow metadata that may be outdated, with
// a policy whose view changes at random.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "agentclient/redirect_policy.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

constexpr absl::Duration kStep = absl::Milliseconds(10);
constexpr int kMaxInFlight = 5;
constexpr int32_t kPartitions = 3;

// How a producer goes on while answers to batches behind a refused one are outstanding.
enum class Retries {
  // It waits for all of them.
  kAfterAllAnswers,
  // It retries each as soon as it is refused, and sends nothing new until all are answered.
  kAtOnce,
  // It retries the first one alone, and sends new batches behind that retry.
  kFirstAlone,
};

// What a producer knows of one partition. Batches have numbers.
struct ProducerPartition {
  bool used_here = true;
  // Everything before is acknowledged.
  int acknowledged = 0;
  int next_new = 0;
  std::set<int> to_retry;
  std::multiset<int> in_flight;
  bool waits_for_answers = false;
  MonotonicTime retry_at;
  std::optional<MonotonicTime> metadata_at;
  std::optional<MonotonicTime> refused_since;
};

struct Message {
  MonotonicTime arrival;
  int32_t partition = 0;
  int batch = 0;
  bool refused = false;
};

struct Producer {
  uint64_t connection = 0;
  uint64_t client = 0;
  Retries retries = Retries::kAfterAllAnswers;
  absl::Duration latency;
  absl::Duration backoff;
  std::vector<ProducerPartition> partitions{kPartitions};
  // In the order in which they were sent, and so arrive.
  std::deque<Message> requests;
  std::deque<Message> responses;
  MonotonicTime first_refusal = MonotonicTime::InfiniteFuture();
};

class Model {
 public:
  Model(uint64_t seed, int producers) : random_(seed), producers_(producers) {
    for (int i = 0; i < producers; ++i) {
      Producer& producer = producers_[i];
      producer.connection = 100 + i;
      // Some clients have two connections.
      producer.client = i < producers / 2 ? i : i / 2;
      producer.retries = static_cast<Retries>(random_.Below(3));
      producer.latency = absl::Milliseconds(random_.Below(60));
      producer.backoff = absl::Milliseconds(random_.Below(2) * 100);
      for (int32_t p = 0; p < kPartitions; ++p) served_[{i, p}] = 0;
      policy_.OnConnectionOpened();
    }
    led_by_another_.resize(kPartitions, false);
    view_ = {true, clock_.MonotonicNow() - absl::Hours(1)};
  }

  void Run(absl::Duration time) {
    const MonotonicTime end = Now() + time;
    while (Now() < end && !testing::Test::HasFatalFailure()) {
      clock_.Advance(kStep);
      now_ = clock_.MonotonicNow();
      if (changes_) ChangeView();
      for (size_t i = 0; i < producers_.size(); ++i) {
        Arrive(i);
        Answer(producers_[i]);
        for (int32_t p = 0; p < kPartitions; ++p) FollowMetadata(producers_[i].partitions[p]);
        Send(i);
      }
    }
  }

  // Drains the agent from now on; the view has said so for `age`.
  void Drain(absl::Duration age) {
    changes_ = false;
    policy_.SetEnabled(true);
    cause_ = RedirectCause::kDraining;
    std::fill(led_by_another_.begin(), led_by_another_.end(), true);
    view_ = {true, Now() - age};
    metadata_is_right_ = true;
    for (Producer& producer : producers_) {
      producer.first_refusal = MonotonicTime::InfiniteFuture();
      for (ProducerPartition& partition : producer.partitions) partition.used_here = true;
    }
  }
  // All metadata sends clients here.
  void KeepClients() { metadata_is_stuck_ = true; }
  // The drain is called off.
  void Undrain() { std::fill(led_by_another_.begin(), led_by_another_.end(), false); }
  // Gives every partition to another agent, while the metadata of clients still sends them back
  // here.
  void SendToAndFro() {
    changes_ = false;
    cause_ = RedirectCause::kMoved;
    std::fill(led_by_another_.begin(), led_by_another_.end(), true);
    view_ = {true, Now() - absl::Hours(1)};
    metadata_is_stuck_ = true;
  }

  MonotonicTime Now() const { return now_; }
  const std::vector<Producer>& producers() const { return producers_; }
  RedirectCounters counters() const { return policy_.counters(); }
  // From the first refusal of a batch until it was served, or until now.
  absl::Duration longest_refusal() const {
    absl::Duration longest = longest_refusal_;
    for (const Producer& producer : producers_) {
      for (const ProducerPartition& partition : producer.partitions) {
        if (partition.refused_since) longest = std::max(longest, Now() - *partition.refused_since);
      }
    }
    return longest;
  }
  // Partitions of producers that have a refused batch which is not served yet.
  int partitions_refused() const {
    int refused = 0;
    for (const Producer& producer : producers_) {
      for (const ProducerPartition& partition : producer.partitions) {
        refused += partition.refused_since ? 1 : 0;
      }
    }
    return refused;
  }
  int64_t served_here() const { return served_here_; }

 private:
  bool OneIn(int n) { return random_.Below(n) == 0; }
  absl::Duration Upto(absl::Duration most) { return most * random_.Fraction(); }

  void ChangeView() {
    if (OneIn(150)) {
      for (auto&& led : led_by_another_) led = !OneIn(3);
      view_.in_force_since = Now();
    }
    if (OneIn(view_.current ? 500 : 100)) view_.current = !view_.current;
    if (OneIn(400)) cause_ = OneIn(5) ? RedirectCause::kDraining : RedirectCause::kMoved;
    if (OneIn(300)) policy_.SetEnabled(!OneIn(4));
  }

  // The agent's side.
  void Arrive(size_t index) {
    Producer& producer = producers_[index];
    while (!producer.requests.empty() && producer.requests.front().arrival <= Now()) {
      Message message = producer.requests.front();
      producer.requests.pop_front();
      message.refused = Ask(index, message);
      if (!message.refused) {
        int& served = served_[{static_cast<int>(index), message.partition}];
        ASSERT_EQ(message.batch, served) << "a batch has overtaken another one";
        ++served;
        ++served_here_;
      }
      message.arrival = Now() + producer.latency;
      producer.responses.push_back(message);
    }
  }

  bool Ask(size_t index, const Message& message) {
    Producer& producer = producers_[index];
    RedirectRequest request;
    request.connection = producer.connection;
    request.client = producer.client;
    request.topic = 5;
    request.partition = message.partition;
    request.sequence = ProducerSequence{static_cast<int64_t>(index), 0, message.batch * 10, 10};
    request.led_by_another = led_by_another_[message.partition];
    request.cause = cause_;
    const RedirectCounters before = policy_.counters();
    const bool refused = policy_.ShouldRefuse(request, view_);
    if (refused) producer.first_refusal = std::min(producer.first_refusal, Now());
    const RedirectCounters after = policy_.counters();
    if (after.draining.episodes + after.moved.episodes >
        before.draining.episodes + before.moved.episodes) {
      CheckEpisode(producer, request);
    }
    return refused;
  }

  void CheckEpisode(const Producer& producer, const RedirectRequest& request) {
    EXPECT_TRUE(view_.current && Now() - view_.in_force_since >= absl::Seconds(1));
    EXPECT_TRUE(request.led_by_another);
    const bool moved = request.cause == RedirectCause::kMoved;
    const auto last = last_episode_.find(producer.client);
    if (moved && last != last_episode_.end()) {
      EXPECT_GE(Now() - last->second, absl::Minutes(1)) << "two episodes of a client";
    }
    last_episode_[producer.client] = Now();
    std::deque<MonotonicTime>& begun = begun_[request.cause];
    begun.push_back(Now());
    while (Now() - begun.front() >= absl::Seconds(1)) begun.pop_front();
    // The share, rounded up.
    EXPECT_LT(static_cast<double>(begun.size()) - 1, producers_.size() * (moved ? 0.05 : 0.25));
  }

  // The producer's side.
  void Answer(Producer& producer) {
    while (!producer.responses.empty() && producer.responses.front().arrival <= Now()) {
      const Message message = producer.responses.front();
      producer.responses.pop_front();
      ProducerPartition& partition = producer.partitions[message.partition];
      partition.in_flight.erase(partition.in_flight.find(message.batch));
      if (message.refused) {
        partition.to_retry.insert(message.batch);
        partition.waits_for_answers = true;
        partition.retry_at = std::max(partition.retry_at, Now() + producer.backoff);
        if (!partition.metadata_at) partition.metadata_at = Now() + Upto(absl::Milliseconds(300));
        if (!partition.refused_since) partition.refused_since = Now();
      } else {
        Acknowledge(partition, message.batch);
      }
      if (partition.in_flight.empty()) partition.waits_for_answers = false;
    }
  }

  void Acknowledge(ProducerPartition& partition, int batch) {
    ASSERT_EQ(batch, partition.acknowledged);
    ++partition.acknowledged;
    if (partition.refused_since) {
      longest_refusal_ = std::max(longest_refusal_, Now() - *partition.refused_since);
    }
    partition.refused_since = std::nullopt;
  }

  // Metadata comes from an agent whose view may differ.
  void FollowMetadata(ProducerPartition& partition) {
    if (!partition.metadata_at || Now() < *partition.metadata_at) return;
    partition.metadata_at = std::nullopt;
    const auto index = static_cast<size_t>(random_.Below(led_by_another_.size()));
    partition.used_here = metadata_is_stuck_   ? true
                          : metadata_is_right_ ? false
                                               : OneIn(3) || !led_by_another_[index];
  }

  void Send(size_t index) {
    Producer& producer = producers_[index];
    for (int32_t p = 0; p < kPartitions; ++p) {
      ProducerPartition& partition = producer.partitions[p];
      // A producer asks for metadata now and then, too.
      if (changes_ && !partition.metadata_at && OneIn(1000)) partition.metadata_at = Now();
      while (const std::optional<int> batch = NextBatch(producer, partition)) {
        partition.to_retry.erase(*batch);
        partition.next_new = std::max(partition.next_new, *batch + 1);
        if (partition.used_here) {
          partition.in_flight.insert(*batch);
          producer.requests.push_back({Now() + producer.latency, p, *batch, false});
        } else {
          int& served = served_[{static_cast<int>(index), p}];
          ASSERT_EQ(*batch, served) << "the model's producer does not keep its order";
          ++served;
          Acknowledge(partition, *batch);
        }
      }
    }
  }

  std::optional<int> NextBatch(const Producer& producer, const ProducerPartition& partition) {
    if (producer.requests.size() + producer.responses.size() >= kMaxInFlight) return std::nullopt;
    // Batches for another agent wait for those under way here.
    if (!partition.used_here && !partition.in_flight.empty()) return std::nullopt;
    if (!partition.to_retry.empty()) {
      const int first = *partition.to_retry.begin();
      const bool wait =
          Now() < partition.retry_at ||
          (producer.retries == Retries::kAfterAllAnswers && partition.waits_for_answers) ||
          (producer.retries == Retries::kFirstAlone && first != partition.acknowledged);
      return wait ? std::nullopt : std::optional<int>(first);
    }
    if (partition.waits_for_answers && producer.retries != Retries::kFirstAlone) {
      return std::nullopt;
    }
    return OneIn(3) ? std::optional<int>(partition.next_new) : std::nullopt;
  }

  FakeClock clock_;
  MonotonicTime now_ = clock_.MonotonicNow();
  SeededRandom random_;
  RedirectPolicy policy_{clock_};
  RedirectView view_;
  RedirectCause cause_ = RedirectCause::kMoved;
  std::vector<bool> led_by_another_;
  bool changes_ = true;
  bool metadata_is_right_ = false;
  bool metadata_is_stuck_ = false;

  std::vector<Producer> producers_;
  // How many batches of a producer and partition were served, by any agent.
  std::map<std::pair<int, int32_t>, int> served_;
  std::map<uint64_t, MonotonicTime> last_episode_;
  std::map<RedirectCause, std::deque<MonotonicTime>> begun_;
  absl::Duration longest_refusal_;
  int64_t served_here_ = 0;
};

class RedirectPolicyModelTest : public testing::TestWithParam<uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, RedirectPolicyModelTest, testing::Range<uint64_t>(1, 6));

TEST_P(RedirectPolicyModelTest, KeepsOrderPaceAndIntervals) {
  Model model(GetParam(), 24);
  model.Run(absl::Minutes(4));
  const RedirectCounters counters = model.counters();
  EXPECT_GT(counters.moved.episodes, 8) << "the test has something to look at";
  EXPECT_GT(counters.draining.episodes, 24);
  EXPECT_GT(counters.moved.refusals + counters.draining.refusals, 1000);
  EXPECT_GT(model.served_here(), 10'000);
}

TEST_P(RedirectPolicyModelTest, RedirectsEveryConnectionOfADrainWithinSeconds) {
  Model model(GetParam(), 40);
  model.Run(absl::Seconds(30));
  model.Drain(absl::Seconds(1));
  const MonotonicTime begun = model.Now();
  const int64_t served = model.served_here();
  model.Run(absl::Seconds(6));
  for (const Producer& producer : model.producers()) {
    EXPECT_LT(producer.first_refusal - begun, absl::Seconds(5));
    for (const ProducerPartition& partition : producer.partitions) {
      EXPECT_FALSE(partition.used_here);
    }
  }
  EXPECT_GT(model.served_here(), served) << "paced: not all are redirected at once";
  const int64_t served_before = model.served_here();
  model.Run(absl::Seconds(10));
  EXPECT_EQ(model.served_here(), served_before);
}

TEST_P(RedirectPolicyModelTest, NoClientIsSentToAndFro) {
  Model model(GetParam(), 24);
  model.SendToAndFro();
  model.Run(absl::Seconds(70));
  EXPECT_GE(model.counters().moved.episodes, 18);
  // The time to ask, and a few round trips and back-offs.
  EXPECT_LT(model.longest_refusal(), absl::Seconds(2));
}

TEST_P(RedirectPolicyModelTest, ClientsGoOnAtOnceWhenADrainIsCalledOff) {
  Model model(GetParam(), 24);
  model.Drain(absl::Seconds(1));
  model.KeepClients();
  model.Run(absl::Seconds(10));
  EXPECT_GT(model.longest_refusal(), absl::Seconds(5));
  const int64_t served = model.served_here();
  model.Undrain();
  // Time for the answers to requests in flight, the back-off, and one or two retries.
  model.Run(absl::Milliseconds(600));
  EXPECT_EQ(model.partitions_refused(), 0);
  EXPECT_GT(model.served_here(), served);
}

}  // namespace
}  // namespace bellwether
