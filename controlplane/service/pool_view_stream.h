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

// One watcher's stream of a pool's feed. At most one message of it is under way, which all watchers
// share, so that a watcher that reads slowly takes no memory, and is skipped to where the feed is
// when it reads again; one that takes no message for `patience` is cut off.
//
// Without a lock: whoever holds `busy_` may start an operation of gRPC's, and does so or lets it
// go; what happens meanwhile is seen by looking again.
class PoolViewStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public FeedReader {
 public:
  // Begins the stream that `request` asks for, and ends it with the error if there can be none.
  // Lives until gRPC is done with it and nobody tells it of news any more. All must outlive it.
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
  // Sends what is next, if there is something and nothing is under way.
  void Advance();
  // What is next for this watcher, if there is something.
  std::optional<PoolFeed::News> Next();
  void Send(const PoolFeed::News& news);
  // Half of a message under way, its writing or its alarm, has ended; after both it is over.
  void EndHalf();
  // REQUIRES, of whoever calls: to hold `busy_`, which is never let go again.
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
  // Of whoever holds `busy_`.
  int64_t position_ = 0;
  // Whether a message was sent: a watcher that goes on where it was is to hear that it is heard.
  bool greeted_ = false;
  absl::Status status_;
  grpc::ByteBuffer message_;
  std::atomic<int> halves_ = 0;
  std::atomic<bool> write_failed_ = false;
  // Of the message under way.
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_POOL_VIEW_STREAM_H_
