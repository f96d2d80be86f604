#ifndef CONTROLPLANE_BASE_PUBLISHED_H_
#define CONTROLPLANE_BASE_PUBLISHED_H_

#include <atomic>
#include <memory>
#include <utility>

namespace bellwether {

// An immutable value that is replaced as a whole, while many readers use it without waiting for
// each other. Thread-safe.
template <typename T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  Published() = default;

  // The latest value; valid for as long as the caller holds it.
  std::shared_ptr<const T> Get() const { return value_.load(std::memory_order_acquire); }
  void Publish(std::shared_ptr<const T> value) {
    value_.store(std::move(value), std::memory_order_release);
  }
  // Replaces the value if `expected` is still the latest one; else changes nothing and returns
  // false. For several writers that each add to the value that they have read.
  bool Replace(std::shared_ptr<const T> expected, std::shared_ptr<const T> value) {
    return value_.compare_exchange_strong(expected, std::move(value), std::memory_order_acq_rel);
  }

 private:
  std::atomic<std::shared_ptr<const T>> value_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_PUBLISHED_H_
