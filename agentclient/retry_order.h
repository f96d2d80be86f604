#ifndef AGENTCLIENT_RETRY_ORDER_H_
#define AGENTCLIENT_RETRY_ORDER_H_

#include <cstdint>
#include <optional>

#include "agentclient/producer_sequence.h"

namespace bellwether {

// Which batches of an idempotent producer can be served, after one was refused, so that none
// overtakes a batch before it. For one producer, partition and connection, whose requests are seen
// in the order in which they were sent. Not thread-safe.
//
// A producer goes on after a refusal with the first batch that is not acknowledged, and sends each
// retry in order. Until it learns of the refusal its sequence goes forward only. So a batch that
// does not go forward from the one before is the first one that is not acknowledged, and batches
// before it that were refused here have been served by another agent. Not so a batch that follows
// later: of batches 1 2 3, all refused, a producer may send 1 4 while it waits for the answers to 2
// and 3. So after a retry only the next batch in turn can be served, up to the last refused one.
class RetryOrder {
 public:
  // Begins with the first batch that is refused.
  explicit RetryOrder(const ProducerSequence& refused) : last_(refused), highest_(refused) {}

  // Whether serving `batch` now would keep the order.
  bool CanServe(const ProducerSequence& batch) const;
  // Takes note that `batch` is refused.
  void Refuse(const ProducerSequence& batch);
  // Takes note that `batch` is served. Returns whether the producer is past all refused batches:
  // then nothing has to be kept in order any more. REQUIRES: CanServe(batch).
  bool Serve(const ProducerSequence& batch);

 private:
  // The last batch seen, and the refused batch that is furthest on.
  ProducerSequence last_;
  ProducerSequence highest_;
  // Base sequence of the batch in turn after the last one that was served; in the epoch of `last_`.
  std::optional<int32_t> in_turn_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_RETRY_ORDER_H_
