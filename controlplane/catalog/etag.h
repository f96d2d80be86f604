#ifndef CONTROLPLANE_CATALOG_ETAG_H_
#define CONTROLPLANE_CATALOG_ETAG_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The etag of a resource as the commit `revision` left it: opaque, short, another one after each
// change, the same one after a restart. Pure.
std::string MakeEtag(absl::string_view uid, Revision revision);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_ETAG_H_
