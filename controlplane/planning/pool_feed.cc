#include "controlplane/planning/pool_feed.h"

#include <algorithm>
#include <utility>

namespace bellwether {
namespace {

bool IsSame(const WatchedPool& a, const WatchedPool& b) {
  return a.cluster == b.cluster && a.view == b.view && a.plans == b.plans &&
         a.load_levels == b.load_levels && a.redirects_disabled == b.redirects_disabled;
}

}  // namespace

std::optional<PoolFeed::News> PoolFeed::After(int64_t position) {
  const std::shared_ptr<const State> state = state_.Get();
  if (position == state->position && position != 0) return std::nullopt;
  const auto next =
      std::lower_bound(state->changes.begin(), state->changes.end(), position,
                       [](const Change& change, int64_t wanted) { return change.base < wanted; });
  if (next != state->changes.end() && next->base == position) return next->news;
  if (state->full != nullptr) return News{state->position, state->full};
  full_is_wanted_.store(true);
  return std::nullopt;
}

std::optional<WatchedPool> PoolFeed::Latest() const {
  const std::shared_ptr<const State> state = state_.Get();
  if (state->position == 0) return std::nullopt;
  return state->pool;
}

bool PoolFeed::Publish(const WatchedPool& pool, int64_t position) {
  const std::shared_ptr<const State> state = state_.Get();
  const bool is_first = state->position == 0;
  const bool is_new = is_first || !IsSame(state->pool, pool);
  const bool full_is_wanted = full_is_wanted_.exchange(false);
  if (!is_new && !(full_is_wanted && state->full == nullptr)) return full_is_wanted;
  auto next = std::make_shared<State>(*state);
  if (is_new) {
    next->position = position;
    next->pool = pool;
    next->full = nullptr;
    if (!is_first) {
      next->changes.push_back({state->position,
                               {position, std::make_shared<const std::string>(encoder_.EncodeChange(
                                              state->pool, state->position, pool, position))}});
    }
    size_t bytes = 0;
    size_t kept = 0;
    while (kept < next->changes.size() && kept < kMaxChanges) {
      bytes += next->changes[next->changes.size() - kept - 1].news.message->size();
      if (bytes > kMaxChangeBytes) break;
      ++kept;
    }
    next->changes.erase(next->changes.begin(),
                        next->changes.end() - static_cast<std::ptrdiff_t>(kept));
  }
  if (full_is_wanted || is_first) {
    next->full =
        std::make_shared<const std::string>(encoder_.EncodeView(next->pool, next->position));
  }
  state_.Publish(std::move(next));
  return true;
}

void PoolFeed::End(const absl::Status& why) {
  auto next = std::make_shared<State>(*state_.Get());
  next->ended = why;
  state_.Publish(std::move(next));
}

}  // namespace bellwether
