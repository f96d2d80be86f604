#include "agentclient/backoff.h"

#include <algorithm>

namespace bellwether {

Backoff::Backoff(const BackoffOptions& options, Random& random)
    : options_(options), random_(random), max_(options.max), ceiling_(options.initial) {}

void Backoff::Limit(absl::Duration longest) {
  max_ = std::clamp(longest, options_.initial, options_.max);
  ceiling_ = std::min(ceiling_, max_);
}

absl::Duration Backoff::Next() {
  const absl::Duration wait = ceiling_ * random_.Fraction();
  ceiling_ = std::min(ceiling_ * 2, max_);
  return wait;
}

}  // namespace bellwether
