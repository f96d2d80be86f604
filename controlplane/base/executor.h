#ifndef CONTROLPLANE_BASE_EXECUTOR_H_
#define CONTROLPLANE_BASE_EXECUTOR_H_

#include <functional>

namespace bellwether {

// Runs work on another thread: work that may block (a synced commit) must not run inside a gRPC
// callback. Implementations are thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Accepts `work` and returns at once. False if the queue is full or the executor is stopping;
  // then `work` is never run.
  [[nodiscard]] virtual bool Submit(std::function<void()> work) = 0;
};

// Runs work at once on the calling thread; for tests.
class InlineExecutor final : public Executor {
 public:
  bool Submit(std::function<void()> work) override {
    work();
    return true;
  }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_EXECUTOR_H_
