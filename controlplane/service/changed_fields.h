#ifndef CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_
#define CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_

#include <google/protobuf/message.h>

#include <string>

namespace bellwether {

// The fields in which `after` differs from `before`, each with both values, for the audit:
// "display_name: \"Orders\" -> \"Orders 2\"; labels.team: (none) -> \"billing\"". Of lists, what
// was removed and added. Values and the whole are shortened. Times, which follow from the change,
// are left out; the etag is not: it shows which change followed which. Empty if nothing differs.
// Pure. REQUIRES: both are of one type, and it has no secret.
std::string ChangedFields(const google::protobuf::Message& before,
                          const google::protobuf::Message& after);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_
