#ifndef CONTROLPLANE_SERVICE_UPDATE_MASK_H_
#define CONTROLPLANE_SERVICE_UPDATE_MASK_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace bellwether {

// The fields that an update of a resource to `wanted` changes, according to AIP-134: those in
// `mask`; all of `updatable` if it is "*"; without a mask those of `updatable` that `wanted` sets
// to a value other than the default, so that an update never resets a field that it does not
// mention. INVALID_ARGUMENT (kInvalidFieldMask), listing the fields that can be updated, for a path
// that is not one of them, and if there is neither a mask nor such a field. REQUIRES: each of
// `updatable` is a field of `wanted`. Pure.
absl::StatusOr<std::set<std::string>> FieldsToUpdate(const google::protobuf::FieldMask& mask,
                                                     const google::protobuf::Message& wanted,
                                                     absl::Span<const char* const> updatable);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_UPDATE_MASK_H_
