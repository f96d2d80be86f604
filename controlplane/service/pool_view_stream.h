#ifndef CONTROLPLANE_SERVICE_POOL_VIEW_STREAM_H_
#define CONTROLPLANE_SERVICE_POOL_VIEW_STREAM_H_

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bellwether/v1/discovery.pb.h"
#include "controlplane/base/clock.h"
#include "controlplane/planning/pool_feed.h"
#include "controlplane/planning/pool_feeds.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// One watcher's stream of a pool's feed. At most one message of it is in flight, which all watchers
// share, so a watcher that reads slowly uses no memory; when it reads again it continues at the
// current position of the feed. A watcher that takes no message for `patience` is cut off.
//
// Lock-free: the thread that sets `busy_` may start a gRPC operation, and either does so or clears
// `busy_`; changes that happen meanwhile are found by checking again.
class PoolViewStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public FeedReader {
 public:
  // Starts the stream that `request` asks for, or ends it with an error. The object lives until
  // gRPC is done with it and no notification refers to it. All arguments must outlive it.
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Start(PoolFeeds& feeds,
                                                           absl::Duration patience,
                                                           const RpcRunner& runner,
                                                           grpc::CallbackServerContext& context,
                                                           const grpc::ByteBuffer& request);

  void OnNews() override { Advance(); }

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  PoolViewStream(PoolFeeds& feeds, absl::Duration patience, const RpcRunner& runner,
                 grpc::CallbackServerContext& context)
      : feeds_(feeds),
        patience_(patience),
        runner_(runner),
        context_(context),
        start_(runner.Now()) {}

  absl::Status Begin(const grpc::ByteBuffer& request);
  // Sends the next message, if there is one and none is in flight.
  void Advance();
  // The next message for this watcher, if there is one.
  std::optional<PoolFeed::News> Next();
  void Send(const PoolFeed::News& news);
  // One of the two operations of a message, its write or its alarm, has ended; the message is done
  // after both.
  void EndHalf();
  // REQUIRES: the caller holds `busy_`, which is then never cleared.
  void End(absl::Status status);

  PoolFeeds& feeds_;
  const absl::Duration patience_;
  const RpcRunner& runner_;
  grpc::CallbackServerContext& context_;
  const MonotonicTime start_;
  v1::WatchPoolRequest request_;
  std::shared_ptr<PoolFeed> feed_;
  // Keeps the stream alive until OnDone.
  std::shared_ptr<PoolViewStream> self_;

  std::atomic<bool> busy_ = true;
  std::atomic<bool> cancelled_ = false;
  // Owned by the holder of `busy_`.
  int64_t position_ = 0;
  // Whether a message was sent: a watcher that resumes must get one, to know that its stream works.
  bool greeted_ = false;
  absl::Status status_;
  grpc::ByteBuffer message_;
  std::atomic<int> halves_ = 0;
  std::atomic<bool> write_failed_ = false;
  // The alarm of the message in flight.
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_POOL_VIEW_STREAM_H_
