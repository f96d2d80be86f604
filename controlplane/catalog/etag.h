#ifndef CONTROLPLANE_CATALOG_ETAG_H_
#define CONTROLPLANE_CATALOG_ETAG_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The etag of a resource after the commit `revision`: opaque and short; it differs after each
// change and stays the same over a restart. Pure.
std::string MakeEtag(absl::string_view uid, Revision revision);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_ETAG_H_
