#ifndef CONTROLPLANE_BASE_VERSION_H_
#define CONTROLPLANE_BASE_VERSION_H_

namespace bellwether {

// The version of everything that is released together: server, agent and library.
inline constexpr char kSoftwareVersion[] = "0.1.0";

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_VERSION_H_
