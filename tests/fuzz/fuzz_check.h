#ifndef TESTS_FUZZ_FUZZ_CHECK_H_
#define TESTS_FUZZ_FUZZ_CHECK_H_

#include <cstdio>
#include <cstdlib>
#include <string>

namespace bellwether {

// Ends the process, so that libFuzzer keeps the input, unless `holds`.
inline void FuzzCheck(bool holds, const std::string& claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim.c_str());
  std::abort();
}

}  // namespace bellwether

#endif  // TESTS_FUZZ_FUZZ_CHECK_H_
