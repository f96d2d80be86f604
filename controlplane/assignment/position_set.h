#ifndef CONTROLPLANE_ASSIGNMENT_POSITION_SET_H_
#define CONTROLPLANE_ASSIGNMENT_POSITION_SET_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bellwether {

// A set of positions from 0 to size - 1. Iteration skips absent positions at almost no cost: an
// answer that returns three of 10 000 agents must not examine each of them.
class PositionSet {
 public:
  explicit PositionSet(size_t size) : words_((size + kBits - 1) / kBits) {}

  // REQUIRES, also for Contains: `position` is less than size.
  void Insert(uint32_t position) { words_[position / kBits] |= uint64_t{1} << position % kBits; }
  bool Contains(uint32_t position) const {
    return (words_[position / kBits] >> position % kBits & 1) != 0;
  }

  std::vector<uint32_t> Ascending() const {
    size_t count = 0;
    for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    std::vector<uint32_t> positions;
    positions.reserve(count);
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        positions.push_back(static_cast<uint32_t>(i * kBits) +
                            static_cast<uint32_t>(std::countr_zero(rest)));
      }
    }
    return positions;
  }

 private:
  static constexpr uint32_t kBits = 64;

  std::vector<uint64_t> words_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_POSITION_SET_H_
