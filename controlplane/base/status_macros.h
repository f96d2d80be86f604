#ifndef CONTROLPLANE_BASE_STATUS_MACROS_H_
#define CONTROLPLANE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status of `expression` from the calling function unless it is OK.
#define RETURN_IF_ERROR(expression)                        \
  do {                                                     \
    absl::Status bellwether_status = (expression);         \
    if (!bellwether_status.ok()) return bellwether_status; \
  } while (false)

// Evaluates an absl::StatusOr and either returns its status or gives its value to `lhs`.
#define ASSIGN_OR_RETURN(lhs, expression) \
  BELLWETHER_ASSIGN_OR_RETURN_(BELLWETHER_CONCAT_(statusor_, __LINE__), lhs, expression)

#define BELLWETHER_ASSIGN_OR_RETURN_(statusor, lhs, expression) \
  auto statusor = (expression);                                 \
  if (!statusor.ok()) return std::move(statusor).status();      \
  lhs = std::move(statusor).value()

#define BELLWETHER_CONCAT_(a, b) BELLWETHER_CONCAT_INNER_(a, b)
#define BELLWETHER_CONCAT_INNER_(a, b) a##b

#endif  // CONTROLPLANE_BASE_STATUS_MACROS_H_
