#ifndef AGENTCLIENT_RETRY_ORDER_H_
#define AGENTCLIENT_RETRY_ORDER_H_

#include <optional>

#include "agentclient/producer_sequence.h"

namespace bellwether {

// Which batches of an idempotent producer can be served, after one was refused, so that none
// overtakes a batch before it. For one producer, partition and connection, whose requests are seen
// in the order in which they were sent. Not thread-safe.
//
// A refused batch comes again, here or at another agent, and until then nothing behind it can be
// served here. The lowest refused batch itself can. If another agent has served it, it does not
// come again; this is known when a higher batch comes a second time while the lowest has not come
// again: producers get their answers in order and retry the lowest batch first, so the lowest would
// have come before. Nothing more is assumed of producers: of batches 1 2 3, all refused, one may
// send 1 4 2 3 or 1 2 1 3 2, by when it gets which answer.
class RetryOrder {
 public:
  // Begins with the first batch that is refused.
  explicit RetryOrder(const ProducerSequence& refused) : lowest_(refused), highest_(refused) {}

  // Whether serving `batch` now keeps the order.
  bool CanServe(const ProducerSequence& batch) const;
  // Takes note that `batch` is refused.
  void Refuse(const ProducerSequence& batch);
  // Takes note that `batch` is served. Returns whether the producer is past all refused batches:
  // then nothing has to be kept in order any more. REQUIRES: CanServe(batch).
  bool Serve(const ProducerSequence& batch);

 private:
  // Batches from the lowest to the highest may have been refused, and were not served here since.
  ProducerSequence lowest_;
  ProducerSequence highest_;
  // The lowest of the batches behind lowest_ that were refused since lowest_ last was.
  std::optional<ProducerSequence> behind_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_RETRY_ORDER_H_
