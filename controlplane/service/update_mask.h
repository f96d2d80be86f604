#ifndef CONTROLPLANE_SERVICE_UPDATE_MASK_H_
#define CONTROLPLANE_SERVICE_UPDATE_MASK_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "google/protobuf/field_mask.pb.h"

namespace bellwether {

// The fields that an update names: those of the mask, or all of `updatable` if the mask is empty or
// "*". INVALID_ARGUMENT (kInvalidFieldMask) for a path that is not updatable, naming those that
// are. Pure.
absl::StatusOr<std::set<std::string>> FieldsToUpdate(const google::protobuf::FieldMask& mask,
                                                     absl::Span<const char* const> updatable);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_UPDATE_MASK_H_
