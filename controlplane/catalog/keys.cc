#include "controlplane/catalog/keys.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bellwether {
namespace {

constexpr absl::string_view kVirtualClusterPrefix = "catalog/vc/";
constexpr absl::string_view kAgentPoolPrefix = "catalog/pool/";
constexpr absl::string_view kCredentialPrefix = "catalog/credential/";
constexpr absl::string_view kJoinedPrefix = "joined/";

std::optional<std::string> ParseId(absl::string_view key, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&key, prefix) || key.empty() ||
      key.find('/') != absl::string_view::npos) {
    return std::nullopt;
  }
  return std::string(key);
}

}  // namespace

std::string VirtualClusterKey(absl::string_view id) {
  return absl::StrCat(kVirtualClusterPrefix, id);
}

std::string AgentPoolKey(absl::string_view id) { return absl::StrCat(kAgentPoolPrefix, id); }

std::string CredentialKey(absl::string_view id) { return absl::StrCat(kCredentialPrefix, id); }

std::string RequestKey(absl::string_view request_id) {
  return absl::StrCat(kRequestPrefix, request_id);
}

std::string RegistrationKey(const AgentKey& agent) {
  return absl::StrCat(PoolRegistrationsPrefix(agent.agent_pool_id), agent.agent_id);
}

std::string PoolRegistrationsPrefix(absl::string_view pool_id) {
  return absl::StrCat(kRegistrationPrefix, pool_id, "/");
}

std::string JoinedKey(absl::string_view pool_id) { return absl::StrCat(kJoinedPrefix, pool_id); }

std::string PlanKey(absl::string_view pool_id) { return absl::StrCat(kPlanPrefix, pool_id); }

std::optional<std::string> ParseVirtualClusterKey(absl::string_view key) {
  return ParseId(key, kVirtualClusterPrefix);
}

std::optional<std::string> ParseAgentPoolKey(absl::string_view key) {
  return ParseId(key, kAgentPoolPrefix);
}

std::optional<std::string> ParseCredentialKey(absl::string_view key) {
  return ParseId(key, kCredentialPrefix);
}

std::optional<std::string> ParsePlanKey(absl::string_view key) { return ParseId(key, kPlanPrefix); }

std::optional<AgentKey> ParseRegistrationKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kRegistrationPrefix)) return std::nullopt;
  const size_t slash = key.find('/');
  if (slash == absl::string_view::npos || slash == 0) return std::nullopt;
  const absl::string_view agent_id = key.substr(slash + 1);
  if (agent_id.empty() || agent_id.find('/') != absl::string_view::npos) return std::nullopt;
  return AgentKey{std::string(key.substr(0, slash)), std::string(agent_id)};
}

}  // namespace bellwether
