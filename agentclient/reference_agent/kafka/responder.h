#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_RESPONDER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_RESPONDER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "agentclient/reference_agent/kafka/refusal_log.h"
#include "agentclient/reference_agent/kafka/refused_groups.h"
#include "agentclient/reference_agent/kafka/request_gate.h"
#include "agentclient/reference_agent/kafka/request_header.h"
#include "agentclient/reference_agent/kafka/topics.h"
#include "agentclient/reference_agent/kafka/traffic.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/random.h"

namespace bellwether::kafka {

// What is known of the client at the other end of a connection.
struct ClientState {
  // Without the port.
  std::string address;
  // The connection has carried a Produce or Fetch, or an earlier Metadata request.
  bool established = false;
  // Number of the connection; never used again.
  uint64_t connection = 0;
};

// What goes back to the client.
struct Reply {
  // The whole frame; empty if the client expects none.
  std::string frame;
  // Sent only after this time.
  absl::Duration delay = absl::ZeroDuration();
};

// Answers Kafka requests: counts what is produced, throws it away, and tells clients what its
// LeaderSource knows about leaders. Thread-safe.
class Responder {
 public:
  // An error means that the connection is to be closed: its message says what the client did. Of
  // UNIMPLEMENTED the log knows already.
  using Done = std::function<void(absl::StatusOr<Reply>)>;

  // Longest time that a Fetch is made to wait for records that never come.
  static constexpr absl::Duration kMaxFetchWait = absl::Seconds(30);

  // All must outlive it. Without a `gate` nothing is refused.
  Responder(const Topics* topics, Traffic* traffic, LeaderSource* leaders, Random* random,
            const Clock* clock, RequestGate* gate = nullptr)
      : gate_(gate),
        topics_(topics),
        traffic_(traffic),
        leaders_(leaders),
        random_(random),
        refused_groups_(clock),
        refusal_log_(clock) {}

  // Each connection says when it begins, which gives it its number, and when it ends.
  void Begin(ClientState& client);
  void End(const ClientState& client);

  // How many bytes the answer to `frame` (without its length) will take at most; 0 for a Produce
  // request, whose answer is usually much shorter than the request.
  size_t BytesToAnswer(absl::string_view frame) const;

  // Answers the request in `frame` (without its length) and calls `done` exactly once, perhaps
  // before it returns, perhaps later on a thread of the LeaderSource. `frame` and `client` are not
  // used after Respond has returned.
  void Respond(absl::string_view frame, ClientState& client, Done done);

 private:
  absl::StatusOr<Reply> Produce(const RequestHeader& header, WireReader& reader,
                                const ClientState& client);
  absl::StatusOr<Reply> Fetch(const RequestHeader& header, WireReader& reader,
                              const ClientState& client);
  absl::StatusOr<Reply> InitProducerId(const RequestHeader& header, WireReader& reader,
                                       const ClientState& client);
  void FindCoordinator(const RequestHeader& header, WireReader& reader, const ClientState& client,
                       Done done);
  absl::StatusOr<Reply> JoinGroup(const RequestHeader& header, WireReader& reader,
                                  const ClientState& client);
  absl::StatusOr<Reply> ConsumerGroupHeartbeat(const RequestHeader& header, WireReader& reader,
                                               const ClientState& client);
  absl::StatusOr<Reply> OffsetFetch(const RequestHeader& header, WireReader& reader);
  absl::StatusOr<Reply> OffsetCommit(const RequestHeader& header, WireReader& reader);
  void DescribeCluster(const RequestHeader& header, WireReader& reader, const ClientState& client,
                       Done done);
  // Calls `use` exactly once with the brokers that this client is to know, as Metadata lists them.
  void ResolveBrokers(const RequestHeader& header, const ClientState& client,
                      std::function<void(const LeaderAnswer&)> use);
  void Metadata(const RequestHeader& header, WireReader& reader, ClientState& client, Done done);
  // `answer`, or what can be said to `query` without it.
  LeaderAnswer AnswerOrBrokers(const LeaderQuery& query, absl::StatusOr<LeaderAnswer> answer)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // nullptr: nothing is refused.
  RequestGate* const gate_;
  std::atomic<uint64_t> connections_ = 0;
  const Topics* const topics_;
  Traffic* const traffic_;
  LeaderSource* const leaders_;
  Random* const random_;
  RefusedGroups refused_groups_;
  RefusalLog refusal_log_;

  Mutex mutex_;
  // So that an outage is logged when it begins and when it ends, not with every request.
  bool leaders_unknown_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_RESPONDER_H_
