#ifndef AGENTCLIENT_RETRY_ORDER_H_
#define AGENTCLIENT_RETRY_ORDER_H_

#include <optional>

#include "agentclient/producer_sequence.h"

namespace bellwether {

// Decides which batches of an idempotent producer can be served after one was refused, so that
// none overtakes an earlier batch. For one producer, partition and connection, whose requests
// arrive in the order in which they were sent. Not thread-safe.
//
// The producer sends a refused batch again, to this agent or another one, and until then nothing
// behind it can be served here. The lowest refused batch itself can. If another agent has served
// it, it does not come again. This is known when a higher batch comes a second time before the
// lowest one has: producers get their answers in order and retry the lowest batch first, so the
// lowest would have come before. Nothing else is assumed about producers: of batches 1 2 3, all
// refused, a producer may send 1 4 2 3 or 1 2 1 3 2, depending on when it gets which answer.
class RetryOrder {
 public:
  // Begins with the first refused batch.
  explicit RetryOrder(const ProducerSequence& refused) : lowest_(refused), highest_(refused) {}

  // Whether serving `batch` now keeps the order.
  bool CanServe(const ProducerSequence& batch) const;
  // Records that `batch` is refused.
  void Refuse(const ProducerSequence& batch);
  // Records that `batch` is served. Returns whether the producer is past all refused batches, so
  // that the order need not be kept any more. REQUIRES: CanServe(batch).
  bool Serve(const ProducerSequence& batch);

 private:
  // Batches from the lowest to the highest may have been refused, and have not been served here
  // since.
  ProducerSequence lowest_;
  ProducerSequence highest_;
  // The lowest batch behind lowest_ that was refused since lowest_ was last refused.
  std::optional<ProducerSequence> behind_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_RETRY_ORDER_H_
