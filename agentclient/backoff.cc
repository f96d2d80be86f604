#include "agentclient/backoff.h"

#include <algorithm>

namespace bellwether {

Backoff::Backoff(const BackoffOptions& options, Random& random)
    : options_(options), random_(random), ceiling_(options.initial) {}

absl::Duration Backoff::Next() {
  const absl::Duration wait = ceiling_ * random_.Fraction();
  ceiling_ = std::min(ceiling_ * 2, options_.max);
  return wait;
}

}  // namespace bellwether
