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

// What a client may do to a connection.
struct ConnectionLimits {
  // A longer frame closes the connection. Memory is taken only as bytes arrive.
  int32_t max_frame_bytes = 100 << 20;
  // How long a connection may be silent between two requests.
  absl::Duration idle_timeout = absl::Minutes(10);
  // How long one frame may take from its first byte to its last, in either direction.
  absl::Duration frame_timeout = absl::Minutes(1);
};

// One client's TCP connection: reads a request, has it answered, writes the answer, and only then
// looks at the next request, so that answers come in order and a client that does not read cannot
// pile up work. A client that breaks the protocol or a limit is cut off with a log line.
//
// All that it holds beyond a small buffer and a small answer is reserved in the MemoryBudget first:
// the frame as its bytes arrive, whatever its length says, then what the answer will take. Without
// room it does not read.
//
// Lives as long as something is under way on it. All work happens on the strand of its socket;
// Start, Drain and CloseNow may be called from any thread.
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
  // Answers the requests that have begun to arrive, then says goodbye and waits for the client to
  // close.
  void Drain();
  // Closes at once; a request under way gets no answer.
  void CloseNow();

 private:
  enum class Phase {
    kIdle,       // Between two requests.
    kReceiving,  // Part of a request is here.
    kAnswering,  // The responder has it, or its answer waits for its time.
    kWriting,
    kLingering,  // Drained: whatever the client still sends is thrown away.
    kClosed,
  };

  // Does what the bytes at hand allow: answers a request, reads on, or lingers.
  void Proceed();
  // Makes room for what is still missing of the frame that has begun, and reads some of it.
  void ReadMore(size_t missing);
  // Puts what is pending at the begin of the buffer and makes that as large as the next read needs.
  // False if the connection waits for room, or is closed.
  bool FitBuffer(size_t missing);
  // What the budget is to count for a buffer and an answer of that size: nothing for small ones.
  static int64_t CountedBytes(size_t buffer, size_t answer);
  // Whether the budget lets the connection hold that much. If not now, Proceed is called later.
  bool Reserve(int64_t bytes);
  void BeginReceiving();
  void OnRoom();
  void OnBudgetCutOff();
  void RecordMoved(size_t bytes);
  void OnRead(const asio::error_code& error, size_t bytes);
  // The frame of that length is whole and there is room for its answer.
  void Answer(size_t length);
  void OnReply(absl::StatusOr<Reply> reply);
  void Write();
  // Sets out for the next request.
  void FinishRequest();
  // Sends no more, so that the client closes.
  void Linger();
  void Discard();
  void Close();
  // Closes with a log line that says why.
  void CutOff(absl::string_view reason);
  // Calls `action` after `delay` unless the deadline is set anew before.
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
  // In the budget.
  uint64_t number_ = 0;

  // The rest belongs to the strand.
  Phase phase_ = Phase::kIdle;
  bool draining_ = false;
  // Tells a deadline that has just been replaced from the one in force.
  uint64_t deadline_number_ = 0;
  ClientState client_;
  // Bytes [consumed_, filled_) have been read and not yet been answered.
  InputBuffer input_;
  size_t consumed_ = 0;
  size_t filled_ = 0;
  std::string output_;
  // Since progress was last recorded.
  size_t moved_ = 0;
  // Keeps the connection while the responder has a request of it.
  std::shared_ptr<Connection> self_while_answering_;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONNECTION_H_
