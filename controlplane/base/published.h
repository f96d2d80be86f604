#ifndef CONTROLPLANE_BASE_PUBLISHED_H_
#define CONTROLPLANE_BASE_PUBLISHED_H_

#include <atomic>
#include <memory>
#include <utility>

namespace bellwether {

// An immutable value that one writer replaces and many readers look at without waiting for each
// other. Thread-safe.
template <typename T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  Published() = default;

  // The latest value; stays valid for as long as the caller holds it.
  std::shared_ptr<const T> Get() const { return value_.load(std::memory_order_acquire); }
  void Publish(std::shared_ptr<const T> value) {
    value_.store(std::move(value), std::memory_order_release);
  }

 private:
  std::atomic<std::shared_ptr<const T>> value_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_PUBLISHED_H_
