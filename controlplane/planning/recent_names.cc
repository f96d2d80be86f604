#include "controlplane/planning/recent_names.h"

#include <algorithm>
#include <utility>

namespace bellwether {

std::vector<std::string> RecentNames::Update(std::set<std::string> current, MonotonicTime now) {
  for (const std::string& name : current_) {
    if (!name.empty() && current.count(name) == 0) left_[name] = now;
  }
  current_ = std::move(current);
  for (auto one = left_.begin(); one != left_.end();) {
    const bool is_over = current_.count(one->first) > 0 || now - one->second > kMemory;
    one = is_over ? left_.erase(one) : std::next(one);
  }
  while (left_.size() > kMaxNames) {
    left_.erase(std::min_element(left_.begin(), left_.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  std::vector<std::string> recent;
  recent.reserve(left_.size());
  for (const auto& [name, left] : left_) recent.push_back(name);
  return recent;
}

}  // namespace bellwether
