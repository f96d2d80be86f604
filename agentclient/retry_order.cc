#include "agentclient/retry_order.h"

namespace bellwether {
namespace {

// Whether `batch` is behind `before` in the order. A new epoch begins from the lowest batch that is
// not acknowledged: none of its batches is behind one of the epoch before.
bool IsBehind(const ProducerSequence& before, const ProducerSequence& batch) {
  if (batch.epoch != before.epoch) return batch.epoch < before.epoch;
  return SequenceDistance(before.base_sequence, batch.base_sequence) > 0;
}

}  // namespace

bool RetryOrder::CanServe(const ProducerSequence& batch) const {
  if (!IsBehind(lowest_, batch)) return true;
  return behind_.has_value() && batch.epoch == behind_->epoch &&
         batch.base_sequence == behind_->base_sequence;
}

void RetryOrder::Refuse(const ProducerSequence& batch) {
  if (batch.epoch > lowest_.epoch) {
    *this = RetryOrder(batch);
    return;
  }
  if (batch.epoch < lowest_.epoch) return;
  if (!IsBehind(lowest_, batch)) {
    lowest_ = batch;
    behind_ = std::nullopt;
  } else if (!behind_.has_value() || !IsBehind(*behind_, batch)) {
    behind_ = batch;
  }
  if (IsBehind(highest_, batch)) highest_ = batch;
}

bool RetryOrder::Serve(const ProducerSequence& batch) {
  if (batch.epoch != highest_.epoch || !IsBehind(batch, highest_)) return true;
  lowest_ = batch;
  lowest_.base_sequence = batch.next_sequence();
  behind_ = std::nullopt;
  return false;
}

}  // namespace bellwether
