#include "agentclient/retry_order.h"

namespace bellwether {
namespace {

// Whether `batch` goes forward from `before`. A new epoch numbers anew: it does not.
bool IsAhead(const ProducerSequence& before, const ProducerSequence& batch) {
  if (batch.epoch != before.epoch) return batch.epoch < before.epoch;
  return SequenceDistance(before.base_sequence, batch.base_sequence) > 0;
}

}  // namespace

bool RetryOrder::CanServe(const ProducerSequence& batch) const {
  return !IsAhead(last_, batch) || (batch.epoch == last_.epoch && in_turn_ == batch.base_sequence);
}

void RetryOrder::Refuse(const ProducerSequence& batch) {
  if (batch.epoch != last_.epoch) in_turn_ = std::nullopt;
  if (batch.epoch != highest_.epoch || IsAhead(highest_, batch)) highest_ = batch;
  last_ = batch;
}

bool RetryOrder::Serve(const ProducerSequence& batch) {
  last_ = batch;
  in_turn_ = batch.next_sequence();
  return batch.epoch != highest_.epoch ||
         SequenceDistance(highest_.base_sequence, batch.base_sequence) >= 0;
}

}  // namespace bellwether
