#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONNECTION_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONNECTION_H_

#include <asio.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/kafka/input_buffer.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "agentclient/reference_agent/kafka/traffic.h"

namespace bellwether::kafka {

// Limits on the use of a connection by its client.
struct ConnectionLimits {
  // A longer frame closes the connection. Memory is taken only as bytes arrive.
  int32_t max_frame_bytes = 100 << 20;
  // How long a connection may be silent between two requests.
  absl::Duration idle_timeout = absl::Minutes(10);
  // Time for one frame from its first byte to its last, in either direction.
  absl::Duration frame_timeout = absl::Minutes(1);
};

// One client's TCP connection. It reads a request, lets the responder answer it, writes the answer,
// and only then reads the next request. So answers come in order, and a client that does not read
// cannot queue work. A client that breaks the protocol or a limit is cut off with a log line.
//
// Except for a small buffer and a small answer, the connection reserves all memory in the
// MemoryBudget before it allocates it: for the frame as its bytes arrive, whatever length it
// declares, then for the size of the answer. It does not read while there is no room.
//
// The object lives as long as an operation on it is in progress. All work runs on the strand of its
// socket; Start, Drain and CloseNow may be called from any thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `socket` is connected and its executor a strand of `io`. `responder`, `traffic` and `budget`
  // must outlive the connection. `on_gone` is called by the destructor.
  Connection(std::shared_ptr<asio::io_context> io, asio::ip::tcp::socket socket,
             const ConnectionLimits& limits, Responder* responder, Traffic* traffic,
             MemoryBudget* budget, std::function<void()> on_gone);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Call once.
  void Start();
  // Answers the requests that have begun to arrive, then shuts down its sending side and waits for
  // the client to close.
  void Drain();
  // Closes at once; a request in progress gets no answer.
  void CloseNow();

 private:
  enum class Phase {
    kIdle,       // Between two requests.
    kReceiving,  // Part of a request is here.
    kAnswering,  // The responder has the request, or its answer waits for its time.
    kWriting,
    kLingering,  // Drained: further input of the client is discarded.
    kClosed,
  };

  // Does what the received bytes allow: answers a request, reads more, or lingers.
  void Proceed();
  // Makes room for the missing part of the current frame, and reads some of it.
  void ReadMore(size_t missing);
  // Moves the pending bytes to the start of the buffer and resizes it for the next read. False if
  // the connection waits for room, or is closed.
  bool FitBuffer(size_t missing);
  // The bytes that the budget counts for a buffer and an answer of that size: 0 for small ones.
  static int64_t CountedBytes(size_t buffer, size_t answer);
  // Whether the budget allows the connection to hold `bytes`. If not yet, Proceed is called later.
  bool Reserve(int64_t bytes);
  void BeginReceiving();
  void OnRoom();
  void OnBudgetCutOff();
  void RecordMoved(size_t bytes);
  void OnRead(const asio::error_code& error, size_t bytes);
  // Answers the frame of that length, which is complete and has room for its answer.
  void Answer(size_t length);
  void OnReply(absl::StatusOr<Reply> reply);
  void Write();
  // Starts to read the next request.
  void FinishRequest();
  // Shuts down the sending side, so that the client closes.
  void Linger();
  void Discard();
  void Close();
  // Closes and logs the reason.
  void CutOff(absl::string_view reason);
  // Calls `action` after `delay` unless another deadline replaces this one first.
  void SetDeadline(absl::Duration delay, void (Connection::*action)());
  void OnIdle() { Close(); }
  void OnFrameTimeout();
  void OnNoRoom();

  size_t pending() const { return filled_ - consumed_; }

  const std::shared_ptr<asio::io_context> io_;
  asio::ip::tcp::socket socket_;
  const asio::any_io_executor strand_;
  asio::steady_timer timer_;
  const ConnectionLimits limits_;
  Responder* const responder_;
  Traffic* const traffic_;
  MemoryBudget* const budget_;
  const std::function<void()> on_gone_;
  // Number of the connection in the budget.
  uint64_t number_ = 0;

  // The members below belong to the strand.
  Phase phase_ = Phase::kIdle;
  bool draining_ = false;
  // Distinguishes the current deadline from one that has just been replaced.
  uint64_t deadline_number_ = 0;
  ClientState client_;
  // Bytes [consumed_, filled_) have been read but not answered.
  InputBuffer input_;
  size_t consumed_ = 0;
  size_t filled_ = 0;
  std::string output_;
  // Bytes moved since progress was last recorded.
  size_t moved_ = 0;
  // Keeps the connection alive while the responder has a request.
  std::shared_ptr<Connection> self_while_answering_;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONNECTION_H_
