#ifndef TESTS_SUPPORT_PROCESS_USAGE_H_
#define TESTS_SUPPORT_PROCESS_USAGE_H_

#include <sys/types.h>

#include <cstdint>

namespace bellwether {

// Processor time that a process has used so far, the kernel's for it included, in seconds; counted
// in hundredths.
double CpuSeconds(pid_t pid);

// Memory of a process that is in RAM, in bytes.
int64_t ResidentBytes(pid_t pid);

}  // namespace bellwether

#endif  // TESTS_SUPPORT_PROCESS_USAGE_H_
