#ifndef CONTROLPLANE_SERVICE_POOL_VIEW_PROTO_H_
#define CONTROLPLANE_SERVICE_POOL_VIEW_PROTO_H_

#include <cstdint>
#include <string>

#include "controlplane/assignment/watched_pool.h"
#include "controlplane/planning/pool_feed.h"

namespace bellwether {

// Writes views and changes as WatchPoolResponse. Stateless, thread-safe.
class PoolViewEncoder final : public ViewEncoder {
 public:
  std::string EncodeView(const WatchedPool& pool, int64_t position) const override;
  std::string EncodeChange(const WatchedPool& before, int64_t base_position,
                           const WatchedPool& after, int64_t position) const override;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_POOL_VIEW_PROTO_H_
