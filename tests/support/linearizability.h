#ifndef TESTS_SUPPORT_LINEARIZABILITY_H_
#define TESTS_SUPPORT_LINEARIZABILITY_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace bellwether {

// A call with its answer, and when it was made and answered, on one clock for all callers.
template <typename Call>
struct Operation {
  int64_t invoked = 0;
  int64_t returned = 0;
  Call call;
};

// Says whether concurrent operations can have happened one after the other, each at one moment
// between its call and its answer, as a model of the thing allows it: a search after Wing and Gong
// that looks at no state twice. For single use.
//
// A Model is copied, starts as the thing did, and has
//   bool Step(const Call& call)   takes the call in; false if the thing cannot have answered so
//   std::string Key() const       the same for states that nothing told so far can tell apart
template <typename Model, typename Call>
class LinearizabilityCheck {
 public:
  explicit LinearizabilityCheck(std::vector<Operation<Call>> history)
      : history_(std::move(history)), done_(history_.size(), '0') {
    std::sort(history_.begin(), history_.end(),
              [](const auto& a, const auto& b) { return a.invoked < b.invoked; });
  }

  bool Passes(const Model& start = Model()) { return Search(start, history_.size()); }

 private:
  // Whether the `left` operations that are not done can follow from `model`.
  bool Search(const Model& model, size_t left) {
    if (left == 0) return true;
    if (!seen_.insert(done_ + model.Key()).second) return false;
    int64_t first_return = std::numeric_limits<int64_t>::max();
    for (size_t i = 0; i < history_.size(); ++i) {
      if (done_[i] == '0') first_return = std::min(first_return, history_[i].returned);
    }
    // Whatever was called after another had returned comes after it.
    for (size_t i = 0; i < history_.size() && history_[i].invoked < first_return; ++i) {
      if (done_[i] == '1') continue;
      Model next = model;
      if (!next.Step(history_[i].call)) continue;
      done_[i] = '1';
      if (Search(next, left - 1)) return true;
      done_[i] = '0';
    }
    return false;
  }

  std::vector<Operation<Call>> history_;
  // A character for each operation: '1' if it has its place in the order.
  std::string done_;
  // What led nowhere.
  std::unordered_set<std::string> seen_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_LINEARIZABILITY_H_
