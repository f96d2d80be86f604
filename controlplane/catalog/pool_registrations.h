#ifndef CONTROLPLANE_CATALOG_POOL_REGISTRATIONS_H_
#define CONTROLPLANE_CATALOG_POOL_REGISTRATIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The stored agents of a pool.
struct PoolRegistrations {
  // Last change of the pool's joined key, read before the keys were read.
  Revision joined_revision = 0;
  // Keys of the registrations.
  std::vector<std::string> keys;
  // How many of them are not marked dead.
  size_t not_dead = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_POOL_REGISTRATIONS_H_
