#ifndef AGENTCLIENT_FAKE_CONTROL_PLANE_H_
#define AGENTCLIENT_FAKE_CONTROL_PLANE_H_

#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// An error as the control plane sends it, with one ErrorInfo and, unless zero, a RetryInfo.
grpc::Status WireError(grpc::StatusCode code, absl::string_view reason, absl::string_view message,
                       absl::Duration retry_delay = absl::ZeroDuration());

// A control plane for tests, over real gRPC on a free loopback port. It gives scripted answers and
// records requests. By default it registers every agent with epoch 7 and broker id 42, and asks
// for a heartbeat every 20 milliseconds. Thread-safe.
class FakeControlPlane {
 public:
  template <typename Request, typename Response>
  using Answer = std::function<grpc::Status(const Request&, Response&)>;

  // `port` 0 picks a free one.
  explicit FakeControlPlane(int port = 0);
  ~FakeControlPlane();

  std::string address() const;
  int port() const { return port_; }

  // Sets the function that answers further calls of each kind. It may be called on several
  // threads.
  void AnswerRegistrations(Answer<v1::RegisterAgentRequest, v1::RegisterAgentResponse> answer);
  void AnswerHeartbeats(Answer<v1::HeartbeatRequest, v1::HeartbeatResponse> answer);
  void AnswerLeaderQueries(Answer<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse> answer);

  // Sends `message` once to every watcher of the pool, current and future. Before the first
  // SendView, WatchPool is UNIMPLEMENTED, as on an old control plane.
  void SendView(v1::WatchPoolResponse message);
  // Ends the current watch, or the next one, with `status`.
  void EndWatch(grpc::Status status);

  // Accepts calls and leaves them unanswered until Resume.
  void Hang();
  void Resume();
  // Ends the stream that carries the next heartbeat, without an error, after its answer.
  void EndNextStream();

  std::vector<v1::RegisterAgentRequest> registrations() const;
  // Both unary and streamed ones.
  std::vector<v1::HeartbeatRequest> heartbeats() const;
  std::vector<v1::AnnounceDepartureRequest> announcements() const;
  std::vector<v1::DeregisterAgentRequest> deregistrations() const;
  std::vector<v1::ResolveLeadersRequest> leader_queries() const;
  int streams() const;
  std::vector<v1::WatchPoolRequest> watches() const;

  // Blocks until `count` heartbeats have come, without a time limit.
  void AwaitHeartbeats(size_t count);
  void AwaitWatches(size_t count);

 private:
  class Agents;
  class Discovery;

  void WaitWhileHanging();

  mutable Mutex mutex_;
  CondVar changed_;
  bool hanging_ ABSL_GUARDED_BY(mutex_) = false;
  bool end_next_stream_ ABSL_GUARDED_BY(mutex_) = false;
  int streams_ ABSL_GUARDED_BY(mutex_) = 0;
  bool watchable_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<v1::WatchPoolResponse> views_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_watch_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::WatchPoolRequest> watches_ ABSL_GUARDED_BY(mutex_);
  Answer<v1::RegisterAgentRequest, v1::RegisterAgentResponse> answer_registration_
      ABSL_GUARDED_BY(mutex_);
  Answer<v1::HeartbeatRequest, v1::HeartbeatResponse> answer_heartbeat_ ABSL_GUARDED_BY(mutex_);
  Answer<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse> answer_leader_query_
      ABSL_GUARDED_BY(mutex_);
  std::vector<v1::RegisterAgentRequest> registrations_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::HeartbeatRequest> heartbeats_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::AnnounceDepartureRequest> announcements_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::DeregisterAgentRequest> deregistrations_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::ResolveLeadersRequest> leader_queries_ ABSL_GUARDED_BY(mutex_);

  int port_ = 0;
  std::unique_ptr<Agents> agents_;
  std::unique_ptr<Discovery> discovery_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_FAKE_CONTROL_PLANE_H_
