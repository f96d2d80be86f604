#include "controlplane/service/pool_view_stream.h"

#include <grpc/support/time.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <string>
#include <utility>

#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/service/grpc_status.h"

namespace bellwether {
namespace {

// A buffer that shows into `message` and keeps it, so that all watchers share one.
grpc::ByteBuffer SharedBuffer(const std::shared_ptr<const std::string>& message) {
  auto* const keeper = new std::shared_ptr<const std::string>(message);
  const grpc::Slice slice(
      const_cast<char*>(message->data()), message->size(),
      [](void* kept) { delete static_cast<std::shared_ptr<const std::string>*>(kept); }, keeper);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* PoolViewStream::Start(
    PoolFeeds& feeds, absl::Duration patience, const RpcRunner& runner,
    grpc::CallbackServerContext& context, const grpc::ByteBuffer& request) {
  const std::shared_ptr<PoolViewStream> stream(
      new PoolViewStream(feeds, patience, runner, context));
  stream->self_ = stream;
  absl::Status begun = stream->Begin(request);
  if (!begun.ok()) {
    stream->End(std::move(begun));
  } else {
    stream->busy_.store(false);
    stream->Advance();
  }
  return stream.get();
}

absl::Status PoolViewStream::Begin(const grpc::ByteBuffer& request) {
  grpc::ByteBuffer bytes(request);
  if (!grpc::SerializationTraits<v1::WatchPoolRequest>::Deserialize(&bytes, &request_).ok()) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                     "the request is not a WatchPoolRequest");
  }
  RETURN_IF_ERROR(runner_.Authorize(context_, RpcMethod::kWatchPool, request_));
  position_ = request_.resume_after();
  ASSIGN_OR_RETURN(feed_, feeds_.Watch(request_.virtual_cluster(), self_));
  return absl::OkStatus();
}

void PoolViewStream::Advance() {
  while (!busy_.exchange(true)) {
    if (cancelled_.load()) return End(absl::CancelledError("the watcher has left"));
    absl::Status ended = feed_->ended();
    if (!ended.ok()) return End(std::move(ended));
    const int64_t latest = feed_->position();
    const std::optional<PoolFeed::News> news = Next();
    if (news.has_value()) {
      // A key may have been revoked since the last message.
      absl::Status allowed = runner_.Authorize(context_, RpcMethod::kWatchPool, request_);
      if (!allowed.ok()) return End(std::move(allowed));
      return Send(*news);
    }
    busy_.store(false);
    // News that arrived between the check and the release of `busy_` was not sent by its
    // notification, because the stream was busy.
    if (!cancelled_.load() && feed_->ended().ok() && feed_->position() == latest) return;
  }
}

std::optional<PoolFeed::News> PoolViewStream::Next() {
  std::optional<PoolFeed::News> news = feed_->After(position_);
  if (news.has_value() || greeted_ || position_ == 0 || feed_->position() != position_) return news;
  v1::WatchPoolResponse nothing_new;
  nothing_new.set_position(position_);
  nothing_new.set_base_position(position_);
  nothing_new.set_view_version(feed_->Latest()->view->version);
  return PoolFeed::News{position_,
                        std::make_shared<const std::string>(nothing_new.SerializeAsString())};
}

void PoolViewStream::Send(const PoolFeed::News& news) {
  greeted_ = true;
  position_ = news.position;
  message_ = SharedBuffer(news.message);
  halves_.store(2);
  // A new alarm for each message: this code may run in the callback of the last one.
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(absl::ToInt64Milliseconds(patience_), GPR_TIMESPAN)),
      [this](bool expired) {
        if (expired) context_.TryCancel();
        EndHalf();
      });
  StartWrite(&message_);
}

void PoolViewStream::OnWriteDone(bool ok) {
  if (!ok) write_failed_.store(true);
  alarm_->Cancel();
  EndHalf();
}

void PoolViewStream::EndHalf() {
  if (halves_.fetch_sub(1) > 1) return;
  if (write_failed_.load()) {
    return End(absl::CancelledError("the watcher has left, or took no message for too long"));
  }
  // gRPC may still hold the buffer; ours is not needed any more.
  message_.Clear();
  busy_.store(false);
  Advance();
}

void PoolViewStream::OnCancel() {
  cancelled_.store(true);
  Advance();
}

void PoolViewStream::End(absl::Status status) {
  status_ = std::move(status);
  Finish(ToGrpcStatus(status_));
}

void PoolViewStream::OnDone() {
  if (feed_ != nullptr) feeds_.Leave(feed_, self_);
  runner_.RecordEnd(RpcMethod::kWatchPool, status_, start_);
  self_.reset();
}

}  // namespace bellwether
