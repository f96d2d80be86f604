#ifndef CONTROLPLANE_CATALOG_CHUNKED_INDEX_H_
#define CONTROLPLANE_CATALOG_CHUNKED_INDEX_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// Immutable values sorted by one of their strings. A changed copy is cheap even with 100 000
// values: they lie in sorted chunks, copies share chunks, and a change replaces one chunk.
//
// Not for use by several threads while it changes. kKey points to the member of T that is the key.
template <typename T, auto kKey>
class ChunkedIndex {
 public:
  using Value = std::shared_ptr<const T>;

  ChunkedIndex() = default;
  // Takes `values` in any order. REQUIRES: their keys are unique.
  explicit ChunkedIndex(std::vector<Value> values) : size_(values.size()) {
    std::sort(values.begin(), values.end(),
              [](const Value& a, const Value& b) { return Key(a) < Key(b); });
    for (size_t from = 0; from < values.size(); from += kFill) {
      const size_t to = std::min(values.size(), from + kFill);
      chunks_.push_back(std::make_shared<const Chunk>(values.begin() + from, values.begin() + to));
    }
  }

  // The value of that key, or nullptr.
  Value Find(absl::string_view key) const {
    if (chunks_.empty()) return nullptr;
    const Chunk& chunk = *chunks_[ChunkFor(key)];
    const auto at = LowerBound(chunk, key);
    return at != chunk.end() && Key(*at) == key ? *at : nullptr;
  }

  // Calls `visit` with each value whose key is greater than `key`, in order, while it returns true.
  template <typename Visit>
  void VisitAfter(absl::string_view key, Visit visit) const {
    if (chunks_.empty()) return;
    for (size_t i = ChunkFor(key); i < chunks_.size(); ++i) {
      for (auto at = LowerBound(*chunks_[i], key); at != chunks_[i]->end(); ++at) {
        if (Key(*at) != key && !visit(*at)) return;
      }
    }
  }

  // Adds `value`, or replaces the value with the same key.
  void Put(Value value) {
    if (chunks_.empty()) chunks_.push_back(std::make_shared<const Chunk>());
    const size_t position = ChunkFor(Key(value));
    Chunk chunk = *chunks_[position];
    const auto at = LowerBound(chunk, Key(value));
    if (at != chunk.end() && Key(*at) == Key(value)) {
      *at = std::move(value);
    } else {
      chunk.insert(at, std::move(value));
      ++size_;
    }
    Replace(position, std::move(chunk));
  }

  // Removes the value with that key, if there is one.
  void Erase(absl::string_view key) {
    if (Find(key) == nullptr) return;
    const size_t position = ChunkFor(key);
    Chunk chunk = *chunks_[position];
    chunk.erase(LowerBound(chunk, key));
    --size_;
    Replace(position, std::move(chunk));
  }

  size_t size() const { return size_; }

 private:
  using Chunk = std::vector<Value>;
  // Initial size of a chunk; a chunk of twice this size is split.
  static constexpr size_t kFill = 256;

  static absl::string_view Key(const Value& value) { return (*value).*kKey; }

  template <typename AnyChunk>
  static auto LowerBound(AnyChunk& chunk, absl::string_view key) {
    return std::lower_bound(
        chunk.begin(), chunk.end(), key,
        [](const Value& value, absl::string_view wanted) { return Key(value) < wanted; });
  }

  // The chunk that contains `key` or would contain it: the last chunk that does not begin after it.
  // No chunk is empty except one that Put has just created. REQUIRES: there is a chunk.
  size_t ChunkFor(absl::string_view key) const {
    const auto after =
        std::upper_bound(chunks_.begin(), chunks_.end(), key,
                         [](absl::string_view wanted, const std::shared_ptr<const Chunk>& chunk) {
                           return !chunk->empty() && wanted < Key(chunk->front());
                         });
    return after == chunks_.begin() ? 0 : after - chunks_.begin() - 1;
  }

  void Replace(size_t position, Chunk chunk) {
    if (chunk.empty()) {
      chunks_.erase(chunks_.begin() + position);
      return;
    }
    if (chunk.size() >= 2 * kFill) {
      const auto middle = chunk.begin() + kFill;
      chunks_.insert(chunks_.begin() + position + 1,
                     std::make_shared<const Chunk>(middle, chunk.end()));
      chunk.erase(middle, chunk.end());
    }
    chunks_[position] = std::make_shared<const Chunk>(std::move(chunk));
  }

  std::vector<std::shared_ptr<const Chunk>> chunks_;
  size_t size_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CHUNKED_INDEX_H_
