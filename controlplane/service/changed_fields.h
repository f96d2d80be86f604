#ifndef CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_
#define CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_

#include <google/protobuf/message.h>

#include <string>

namespace bellwether {

// The fields in which `after` differs from `before`, each with both values, for the audit log:
// "display_name: \"Orders\" -> \"Orders 2\"; labels.team: (none) -> \"billing\"". For lists: the
// removed and added elements. Values and the whole text are shortened. Times are left out, since
// they follow from the change; the etag is included, since it shows the order of changes. Empty if
// nothing differs. Pure. REQUIRES: both have the same type, which has no secret.
std::string ChangedFields(const google::protobuf::Message& before,
                          const google::protobuf::Message& after);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_CHANGED_FIELDS_H_
