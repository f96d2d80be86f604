// Any bytes as what a disk gives back: an error that names the key, or a value that can be written
// and read again.

#include <cstdint>
#include <string>

#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/plan_codec.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/model/error.h"
#include "tests/fuzz/fuzz_check.h"

namespace bellwether {
namespace {

template <typename Encode, typename Decode>
void RoundTrip(const StoredEntry& entry, Encode encode, Decode decode) {
  const auto value = decode(entry);
  if (!value.ok()) {
    FuzzCheck(GetReason(value.status()) == Reason::kStoreCorrupt, "the reason is STORE_CORRUPT");
    return;
  }
  const auto again = decode(StoredEntry{entry.key, encode(*value), entry.revision});
  FuzzCheck(again.ok(), "what was read can be written and read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  // The first byte says which record.
  if (size == 0) return 0;
  const std::string value(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0] % 7) {
    case 0:
      RoundTrip({std::string(kClusterKey), value, 1}, EncodeClusterIdentity, DecodeClusterIdentity);
      break;
    case 1:
      RoundTrip({VirtualClusterKey("orders"), value, 7}, EncodeVirtualCluster,
                DecodeVirtualCluster);
      break;
    case 2:
      RoundTrip({AgentPoolKey("apn_orders"), value, 7}, EncodeAgentPool, DecodeAgentPool);
      break;
    case 3:
      RoundTrip({RequestKey("r-1"), value, 7}, EncodeAnsweredRequest, DecodeAnsweredRequest);
      break;
    case 4:
      RoundTrip({RegistrationKey({"apn_orders", "agent-0"}), value, 7}, EncodeRegistration,
                DecodeRegistration);
      break;
    case 5:
      RoundTrip({CredentialKey("k-1"), value, 7}, EncodeCredential, DecodeCredential);
      break;
    default:
      RoundTrip({PlanKey("apn_orders"), value, 7}, EncodePlans, DecodePlans);
      break;
  }
  return 0;
}

}  // namespace bellwether
