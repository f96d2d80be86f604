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

// The state of the client of a connection.
struct ClientState {
  // Without the port.
  std::string address;
  // The connection has carried a Produce or Fetch, or an earlier Metadata request.
  bool established = false;
  // Number of the connection; never reused.
  uint64_t connection = 0;
};

// The answer to a client.
struct Reply {
  // The complete frame; empty if the client expects none.
  std::string frame;
  // How long to wait before sending it.
  absl::Duration delay = absl::ZeroDuration();
};

// Answers Kafka requests: counts produced records, discards them, and returns leaders from its
// LeaderSource to clients. Thread-safe.
class Responder {
 public:
  // An error means that the connection must be closed: its message says what the client did. An
  // UNIMPLEMENTED error has been logged already.
  using Done = std::function<void(absl::StatusOr<Reply>)>;

  // The longest time that a Fetch waits for records that never come.
  static constexpr absl::Duration kMaxFetchWait = absl::Seconds(30);

  // All arguments must outlive it. Without a `gate` nothing is refused.
  Responder(const Topics* topics, Traffic* traffic, LeaderSource* leaders, Random* random,
            const Clock* clock, RequestGate* gate = nullptr)
      : gate_(gate),
        topics_(topics),
        traffic_(traffic),
        leaders_(leaders),
        random_(random),
        refused_groups_(clock),
        refusal_log_(clock) {}

  // Called when a connection begins, which assigns its number, and when it ends.
  void Begin(ClientState& client);
  void End(const ClientState& client);

  // Upper bound of the size of the answer to `frame` (without its length); 0 for a Produce request,
  // whose answer is usually much shorter than the request.
  size_t BytesToAnswer(absl::string_view frame) const;

  // Answers the request in `frame` (without its length) and calls `done` exactly once, possibly
  // before this returns, possibly later on a thread of the LeaderSource. `frame` and `client` are
  // not used after Respond has returned.
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
  // Calls `use` exactly once with the brokers for this client, as Metadata lists them.
  void ResolveBrokers(const RequestHeader& header, const ClientState& client,
                      std::function<void(const LeaderAnswer&)> use);
  void Metadata(const RequestHeader& header, WireReader& reader, ClientState& client, Done done);
  // `answer`, or on an error the answer to `query` without leaders.
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
  // Set during an outage, so that its begin and end are logged once each, not every request.
  bool leaders_unknown_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_RESPONDER_H_
