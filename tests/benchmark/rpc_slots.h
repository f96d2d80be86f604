#ifndef TESTS_BENCHMARK_RPC_SLOTS_H_
#define TESTS_BENCHMARK_RPC_SLOTS_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <stdio.h>
#include <stdlib.h>

#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include "absl/synchronization/notification.h"
#include "tests/benchmark/calls.h"
#include "tests/benchmark/load.h"

namespace bellwether {

// Unary calls over gRPC's callback interface.
template <typename Request, typename Response>
class UnarySlot final : public LoadSlot {
 public:
  using Call = std::function<void(grpc::ClientContext*, const Request*, Response*,
                                  std::function<void(grpc::Status)>)>;

  // `prepare` makes each request differ from the last, or does nothing.
  UnarySlot(Call call, Request request, std::function<void(Request&)> prepare)
      : call_(std::move(call)), request_(std::move(request)), prepare_(std::move(prepare)) {}

 protected:
  void Send() override {
    prepare_(request_);
    context_.emplace();
    call_(&*context_, &request_, &response_, [this](const grpc::Status& status) { Done(status); });
  }

 private:
  const Call call_;
  Request request_;
  const std::function<void(Request&)> prepare_;
  std::optional<grpc::ClientContext> context_;
  Response response_;
};

// Messages over one bidirectional stream, each of which gets one answer. Can be run once.
template <typename Request, typename Response>
class StreamSlot final : public LoadSlot, public grpc::ClientBidiReactor<Request, Response> {
 public:
  using Open =
      std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Request, Response>*)>;

  StreamSlot(const Open& open, Request request, std::function<void(Request&)> prepare)
      : request_(std::move(request)), prepare_(std::move(prepare)) {
    open(&context_, this);
    this->StartRead(&response_);
    // The first message is sent from outside of any reaction.
    this->AddHold();
    this->StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      // What ended the stream comes with OnDone.
      if (!is_closing_) this->RemoveHold();
      return;
    }
    this->StartRead(&response_);
    EndHalf();
  }
  void OnWriteDone(bool ok) override {
    // Of a stream that broke OnDone tells.
    if (ok) EndHalf();
  }
  void OnDone(const grpc::Status& status) override {
    if (is_closing_) {
      Closed();
    } else {
      Done(status.ok() ? grpc::Status(grpc::StatusCode::CANCELLED, "the server ended the stream")
                       : status);
    }
  }

 protected:
  void Send() override {
    prepare_(request_);
    halves_ = 2;
    this->StartWrite(&request_);
  }
  void Close() override {
    is_closing_ = true;
    context_.TryCancel();
    this->RemoveHold();
  }

 private:
  // The answer may be there before gRPC has let go of the request.
  void EndHalf() {
    if (halves_.fetch_sub(1) == 1) Done(grpc::Status::OK);
  }

  grpc::ClientContext context_;
  Request request_;
  const std::function<void(Request&)> prepare_;
  Response response_;
  std::atomic<int> halves_{0};
  std::atomic<bool> is_closing_{false};
};

// A stream on which one message was sent and answered, and which stays open.
template <typename Request, typename Response>
class OpenStream final : public Connected, public grpc::ClientBidiReactor<Request, Response> {
 public:
  // Waits for the answer. Ends the process if there is none.
  OpenStream(const typename StreamSlot<Request, Response>::Open& open, Request request)
      : request_(std::move(request)) {
    open(&context_, this);
    this->StartRead(&response_);
    this->StartWrite(&request_);
    this->StartCall();
    answered_.WaitForNotification();
  }
  ~OpenStream() override {
    context_.TryCancel();
    done_.WaitForNotification();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    // Always one under way, or the stream would be over.
    this->StartRead(&response_);
    if (!answered_.HasBeenNotified()) answered_.Notify();
  }
  void OnDone(const grpc::Status& status) override {
    if (!answered_.HasBeenNotified()) {
      fprintf(stderr, "a stream failed: %s\n", status.error_message().c_str());
      exit(1);
    }
    done_.Notify();
  }

 private:
  grpc::ClientContext context_;
  Request request_;
  Response response_;
  absl::Notification answered_;
  absl::Notification done_;
};

}  // namespace bellwether

#endif  // TESTS_BENCHMARK_RPC_SLOTS_H_
