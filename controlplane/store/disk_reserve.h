#ifndef CONTROLPLANE_STORE_DISK_RESERVE_H_
#define CONTROLPLANE_STORE_DISK_RESERVE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace bellwether {

// A file in the directory of a store that only occupies space. A store that is opened after its
// process was killed writes its log into a table; if the disk is full, the reserve is released for
// that, so that the control plane starts and serves everything that needs no write.

inline constexpr char kReserveFile[] = "RESERVE";
inline constexpr int64_t kReserveBytes = int64_t{16} << 20;

// Creates the reserve if it is missing and there is room. Thread-safe.
void KeepReserve(const std::string& directory);

// Removes the reserve; returns whether there was one. Thread-safe.
bool ReleaseReserve(const std::string& directory);

// UNAVAILABLE (kStoreUnavailable), stating how many bytes to free, and where, so that the store in
// `directory` can be opened. Thread-safe.
absl::Status DiskIsFull(const std::string& directory);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_DISK_RESERVE_H_
