#ifndef CONTROLPLANE_STORE_READER_GATE_H_
#define CONTROLPLANE_STORE_READER_GATE_H_

#include "controlplane/base/mutex.h"

namespace bellwether {

// Lets many threads read a resource slowly, and one thread replace it while none reads. No mutex is
// held meanwhile. Thread-safe.
class ReaderGate {
 public:
  // Is inside the gate for a scope; waits while the gate is closed.
  class Pass {
   public:
    explicit Pass(ReaderGate& gate) : gate_(gate) {
      MutexLock lock(gate_.mutex_);
      while (gate_.closed_) gate_.changed_.Wait(gate_.mutex_);
      ++gate_.inside_;
    }
    ~Pass() {
      MutexLock lock(gate_.mutex_);
      if (--gate_.inside_ == 0 && gate_.closed_) gate_.changed_.NotifyAll();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    ReaderGate& gate_;
  };

  // Keeps new readers out and waits until all have left. REQUIRES: the gate is open, and the caller
  // is not inside.
  void Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    while (inside_ > 0) changed_.Wait(mutex_);
  }
  void Open() {
    MutexLock lock(mutex_);
    closed_ = false;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_READER_GATE_H_
