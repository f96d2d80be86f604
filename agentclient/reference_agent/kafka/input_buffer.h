#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_INPUT_BUFFER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_INPUT_BUFFER_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace bellwether::kafka {

// A buffer for received bytes. Unlike a string it does not touch memory that nothing was written
// to, and a large buffer grows without a copy if the system supports that. Not thread-safe.
class InputBuffer {
 public:
  size_t capacity() const { return capacity_; }
  char* data() { return data_.get(); }

  // Keeps the bytes that fit.
  void Resize(size_t capacity) {
    if (capacity == capacity_) return;
    if (capacity == 0) {
      data_.reset();
    } else {
      char* const moved = static_cast<char*>(std::realloc(data_.get(), capacity));
      if (moved == nullptr) throw std::bad_alloc();
      data_.release();
      data_.reset(moved);
    }
    capacity_ = capacity;
  }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };

  std::unique_ptr<char, Free> data_;
  size_t capacity_ = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_INPUT_BUFFER_H_
