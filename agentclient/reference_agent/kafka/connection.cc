#include "agentclient/reference_agent/kafka/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"

namespace bellwether::kafka {
namespace {

constexpr size_t kLengthBytes = 4;
// Size of the buffer while nothing is known about the next frame; also what an idle connection
// keeps. The budget does not count this buffer, nor an answer of at most this size.
constexpr size_t kSmallBuffer = 4 << 10;
// Room for a longer frame once the small buffer is full. It doubles as bytes arrive, so a frame
// that only claims to be long costs nothing.
constexpr size_t kFirstRoom = 64 << 10;
// A peer that moves fewer bytes makes no progress.
constexpr size_t kProgressBytes = 64 << 10;

// REQUIRES: kLengthBytes bytes at `bytes`.
int32_t FrameLength(const char* bytes) {
  uint32_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return static_cast<int32_t>(length);
}

// An IPv4 client is one also when it came through an IPv6 socket.
std::string AddressOf(const asio::ip::tcp::endpoint& peer) {
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(std::shared_ptr<asio::io_context> io, asio::ip::tcp::socket socket,
                       const ConnectionLimits& limits, Responder* responder, Traffic* traffic,
                       MemoryBudget* budget, std::function<void()> on_gone)
    : io_(std::move(io)),
      socket_(std::move(socket)),
      strand_(socket_.get_executor()),
      timer_(strand_),
      limits_(limits),
      responder_(responder),
      traffic_(traffic),
      budget_(budget),
      on_gone_(std::move(on_gone)) {
  traffic_->RecordConnection(1);
  responder_->Begin(client_);
}

Connection::~Connection() {
  input_.Resize(0);
  std::string().swap(output_);
  if (number_ != 0) budget_->Close(number_);
  responder_->End(client_);
  traffic_->RecordConnection(-1);
  on_gone_();
}

void Connection::Start() {
  // Neither callback keeps the connection alive, so it may be gone when the callback runs.
  const auto post = [this](void (Connection::*action)()) {
    return [weak = weak_from_this(), io = io_, action] {
      const std::shared_ptr<Connection> self = weak.lock();
      if (self == nullptr) return;
      const asio::any_io_executor strand = self->strand_;
      asio::post(strand, [self, action] { ((*self).*action)(); });
    };
  };
  number_ = budget_->Open({post(&Connection::OnRoom), post(&Connection::OnBudgetCutOff)});
  asio::post(strand_, [self = shared_from_this()] {
    asio::error_code error;
    const asio::ip::tcp::endpoint peer = self->socket_.remote_endpoint(error);
    // Without an address it is gone already.
    if (error || self->phase_ == Phase::kClosed) return self->Close();
    self->client_.address = AddressOf(peer);
    self->socket_.set_option(asio::ip::tcp::no_delay(true), error);
    self->socket_.set_option(asio::socket_base::keep_alive(true), error);
    self->SetDeadline(self->limits_.idle_timeout, &Connection::OnIdle);
    self->Proceed();
  });
}

void Connection::Drain() {
  asio::post(strand_, [self = shared_from_this()] {
    self->draining_ = true;
    // Its read goes on, and ends in Discard.
    if (self->phase_ == Phase::kIdle) self->Linger();
    // An answer that waits for its time need not wait any longer; one that the responder still owes
    // has no text yet.
    if (self->phase_ == Phase::kAnswering && !self->output_.empty()) self->Write();
  });
}

void Connection::CloseNow() {
  asio::post(strand_, [self = shared_from_this()] { self->Close(); });
}

void Connection::Proceed() {
  if (phase_ == Phase::kClosed) return;
  if (pending() < kLengthBytes) {
    if (pending() == 0 && draining_) {
      Linger();
      return Discard();
    }
    return ReadMore(kLengthBytes - pending());
  }
  const int32_t length = FrameLength(input_.data() + consumed_);
  if (length < 0 || length > limits_.max_frame_bytes) {
    return CutOff(absl::StrCat("frame of ", static_cast<uint32_t>(length), " bytes; the limit is ",
                               limits_.max_frame_bytes));
  }
  const size_t whole = kLengthBytes + static_cast<size_t>(length);
  if (pending() < whole) return ReadMore(whole - pending());
  const absl::string_view frame(input_.data() + consumed_ + kLengthBytes,
                                static_cast<size_t>(length));
  if (!Reserve(CountedBytes(input_.capacity(), responder_->BytesToAnswer(frame)))) return;
  Answer(static_cast<size_t>(length));
}

void Connection::ReadMore(size_t missing) {
  if (filled_ > consumed_) BeginReceiving();
  if (!FitBuffer(missing)) return;
  size_t room = input_.capacity() - filled_;
  // A client that never pauses would otherwise never be drained.
  if (draining_) room = std::min(room, missing);
  socket_.async_read_some(asio::buffer(input_.data() + filled_, room),
                          [self = shared_from_this()](const asio::error_code& error, size_t bytes) {
                            self->OnRead(error, bytes);
                          });
}

bool Connection::FitBuffer(size_t missing) {
  if (consumed_ > 0 && pending() > 0) {
    std::memmove(input_.data(), input_.data() + consumed_, pending());
  }
  filled_ -= consumed_;
  consumed_ = 0;
  const size_t wanted = filled_ + missing;
  const size_t enough = std::max(kSmallBuffer, std::min(wanted, std::max(kFirstRoom, 2 * filled_)));
  const bool full = filled_ == input_.capacity();
  if (!full && input_.capacity() <= std::max(kFirstRoom, enough) && filled_ > 0) return true;
  // What a short frame needs is here; it is not known of the next one.
  const size_t capacity = filled_ == 0 ? kSmallBuffer : enough;
  if (capacity > input_.capacity() && !Reserve(CountedBytes(capacity, 0))) return false;
  if (capacity < input_.capacity()) {
    input_.Resize(capacity);
    budget_->Record(number_, CountedBytes(capacity, 0));
  }
  input_.Resize(capacity);
  return true;
}

int64_t Connection::CountedBytes(size_t buffer, size_t answer) {
  return static_cast<int64_t>((buffer > kSmallBuffer ? buffer : 0) +
                              (answer > kSmallBuffer ? answer : 0));
}

bool Connection::Reserve(int64_t bytes) {
  switch (budget_->Reserve(number_, bytes)) {
    case MemoryBudget::Grant::kGranted:
      return true;
    case MemoryBudget::Grant::kWaiting:
      phase_ = Phase::kReceiving;
      // The deadline also keeps the connection.
      SetDeadline(limits_.frame_timeout, &Connection::OnNoRoom);
      return false;
    case MemoryBudget::Grant::kNever:
      CutOff(absl::StrCat("a request that takes ", bytes, " bytes of memory; the limit is ",
                          budget_->most_bytes()));
      return false;
  }
  return false;
}

void Connection::BeginReceiving() {
  if (phase_ == Phase::kReceiving) return;
  phase_ = Phase::kReceiving;
  SetDeadline(limits_.frame_timeout, &Connection::OnFrameTimeout);
}

void Connection::OnRoom() {
  if (phase_ != Phase::kReceiving) return;
  // The client did not cause the wait.
  SetDeadline(limits_.frame_timeout, &Connection::OnFrameTimeout);
  Proceed();
}

void Connection::OnBudgetCutOff() {
  if (phase_ == Phase::kClosed) return;
  CutOff(phase_ == Phase::kReceiving ? "others need the memory of a request that does not arrive"
                                     : "others need the memory of an answer that is not read");
}

void Connection::RecordMoved(size_t bytes) {
  moved_ += bytes;
  if (moved_ < kProgressBytes) return;
  moved_ = 0;
  budget_->RecordProgress(number_);
}

void Connection::OnRead(const asio::error_code& error, size_t bytes) {
  // Lingering began while this read was waiting: its data is discarded.
  if (phase_ == Phase::kLingering) return error ? Close() : Discard();
  if (phase_ == Phase::kClosed) return;
  if (error) {
    if (phase_ == Phase::kReceiving) {
      return CutOff(absl::StrCat("it ended within a frame: ", error.message()));
    }
    return Close();
  }
  traffic_->RecordBytesIn(static_cast<int64_t>(bytes));
  filled_ += bytes;
  RecordMoved(bytes);
  Proceed();
}

void Connection::Answer(size_t length) {
  const absl::string_view frame(input_.data() + consumed_ + kLengthBytes, length);
  consumed_ += kLengthBytes + length;
  phase_ = Phase::kAnswering;
  // The responder bounds its own time.
  ++deadline_number_;
  timer_.cancel();
  traffic_->RecordRequest(1);
  budget_->SetInWork(number_, true);
  self_while_answering_ = shared_from_this();
  // The reply may come on a thread that knows nothing of this server's end. It holds the strand's
  // io_context, and the connection only while handing over, so that the connection always ends on
  // one of the server's threads.
  responder_->Respond(
      frame, client_, [weak = weak_from_this(), io = io_](absl::StatusOr<Reply> reply) {
        std::shared_ptr<Connection> self = weak.lock();
        if (self == nullptr) return;
        const asio::any_io_executor strand = self->strand_;
        asio::post(strand, [self = std::move(self), reply = std::move(reply)]() mutable {
          self->OnReply(std::move(reply));
        });
      });
}

void Connection::OnReply(absl::StatusOr<Reply> reply) {
  const std::shared_ptr<Connection> self = std::move(self_while_answering_);
  budget_->SetInWork(number_, false);
  budget_->RecordProgress(number_);
  if (phase_ != Phase::kAnswering) return;
  // The responder logs what it does not support, once for each client.
  if (absl::IsUnimplemented(reply.status())) return Close();
  if (!reply.ok()) return CutOff(reply.status().message());
  output_ = std::move(reply->frame);
  if (pending() == 0) {
    // Its request is not needed any more.
    consumed_ = filled_ = 0;
    input_.Resize(kSmallBuffer);
  }
  if (budget_->Reserve(number_, CountedBytes(input_.capacity(), output_.capacity())) !=
      MemoryBudget::Grant::kGranted) {
    return CutOff("no memory for an answer that is longer than expected");
  }
  if (output_.empty()) return FinishRequest();
  if (reply->delay > absl::ZeroDuration() && !draining_) {
    return SetDeadline(reply->delay, &Connection::Write);
  }
  Write();
}

void Connection::Write() {
  phase_ = Phase::kWriting;
  // Until now the answer may have waited for its time.
  budget_->RecordProgress(number_);
  SetDeadline(limits_.frame_timeout, &Connection::OnFrameTimeout);
  const auto next = [this, written = size_t{0}](const asio::error_code& error,
                                                size_t bytes) mutable {
    RecordMoved(bytes - written);
    written = bytes;
    return asio::transfer_all()(error, bytes);
  };
  asio::async_write(socket_, asio::buffer(output_), next,
                    [self = shared_from_this()](const asio::error_code& error, size_t bytes) {
                      self->traffic_->RecordBytesOut(static_cast<int64_t>(bytes));
                      if (self->phase_ == Phase::kClosed) return;
                      // The client has gone without waiting for its answer, as it may.
                      if (error) return self->Close();
                      self->FinishRequest();
                    });
}

void Connection::FinishRequest() {
  traffic_->RecordRequest(-1);
  // To assign an empty string would keep the memory.
  std::string().swap(output_);
  budget_->Record(number_, CountedBytes(input_.capacity(), 0));
  budget_->RecordProgress(number_);
  moved_ = 0;
  phase_ = Phase::kIdle;
  SetDeadline(limits_.idle_timeout, &Connection::OnIdle);
  Proceed();
}

void Connection::Linger() {
  phase_ = Phase::kLingering;
  SetDeadline(limits_.frame_timeout, &Connection::OnIdle);
  asio::error_code ignored;
  // Closing with unread bytes would reset the connection, and the client would lose its last
  // answer. So the client is to close first.
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Connection::Discard() {
  input_.Resize(kSmallBuffer);
  budget_->Record(number_, 0);
  socket_.async_read_some(asio::buffer(input_.data(), input_.capacity()),
                          [self = shared_from_this()](const asio::error_code& error, size_t) {
                            if (self->phase_ == Phase::kClosed) return;
                            error ? self->Close() : self->Discard();
                          });
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kAnswering || phase_ == Phase::kWriting) traffic_->RecordRequest(-1);
  phase_ = Phase::kClosed;
  ++deadline_number_;
  timer_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
}

void Connection::CutOff(absl::string_view reason) {
  ProcessLimitedLog().Write(absl::StrCat("connection cut off|", client_.address),
                            LogLevel::kWarning, "connection cut off",
                            {{"client", client_.address}, {"reason", reason}});
  Close();
}

void Connection::SetDeadline(absl::Duration delay, void (Connection::*action)()) {
  const uint64_t number = ++deadline_number_;
  timer_.expires_after(absl::ToChronoNanoseconds(delay));
  timer_.async_wait([self = shared_from_this(), number, action](const asio::error_code& error) {
    if (!error && number == self->deadline_number_) ((*self).*action)();
  });
}

void Connection::OnNoRoom() { CutOff("there was no memory for its request in time"); }

void Connection::OnFrameTimeout() {
  CutOff(phase_ == Phase::kWriting ? "it does not read its answer"
                                   : "a frame did not arrive whole in time");
}

}  // namespace bellwether::kafka
