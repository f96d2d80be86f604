#include "controlplane/catalog/fingerprint.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// Text in which every part has its length before it, so that no two contents are written alike.
class Content {
 public:
  Content& Add(absl::string_view part) {
    absl::StrAppend(&text_, part.size(), ":", part, ";");
    return *this;
  }
  Content& AddText(const std::optional<std::string>& text) {
    return text.has_value() ? Add("set").Add(*text) : Add("unset");
  }
  Content& AddLabels(const std::optional<Labels>& labels) {
    if (!labels.has_value()) return Add("unset");
    Add(absl::StrCat(labels->size()));
    for (const auto& [key, value] : *labels) Add(key).Add(value);
    return *this;
  }

  Content& AddFlag(const std::optional<bool>& flag) {
    if (!flag.has_value()) return Add("unset");
    return Add(*flag ? "1" : "0");
  }
  // For fields that came later: a change that leaves them at their defaults keeps the fingerprint
  // that an earlier version stored.
  Content& AddNewFlag(absl::string_view name, const std::optional<bool>& flag) {
    return flag.value_or(false) ? Add(name) : *this;
  }
  Content& AddNewNumber(absl::string_view name, const std::optional<int32_t>& number) {
    return number.value_or(0) != 0 ? Add(name).Add(absl::StrCat(*number)) : *this;
  }
  Content& AddZoneCidrs(const std::optional<std::vector<ZoneCidr>>& cidrs) {
    if (!cidrs.has_value()) return Add("unset");
    Add(absl::StrCat(cidrs->size()));
    for (const ZoneCidr& cidr : *cidrs) Add(cidr.cidr).Add(cidr.zone);
    return *this;
  }

  uint64_t Hash() const { return StableHash(text_); }

 private:
  std::string text_;
};

}  // namespace

uint64_t Fingerprint(const VirtualClusterFields& fields, absl::string_view etag) {
  absl::string_view strategy = "unset";
  if (fields.default_strategy.has_value()) {
    strategy = fields.default_strategy->has_value() ? StrategyName(**fields.default_strategy) : "";
  }
  return Content()
      .AddText(fields.display_name)
      .AddText(fields.agent_pool_id)
      .Add(strategy)
      .AddFlag(fields.deletion_protection)
      .AddLabels(fields.labels)
      .AddFlag(fields.single_agent_sticky)
      .AddZoneCidrs(fields.zone_cidrs)
      .AddNewFlag("agent_group_fallback", fields.agent_group_fallback)
      .AddNewNumber("max_listed_brokers", fields.max_listed_brokers)
      .Add(etag)
      .Hash();
}

uint64_t Fingerprint(const AgentPoolFields& fields, absl::string_view etag) {
  return Content()
      .AddText(fields.display_name)
      .AddLabels(fields.labels)
      .AddNewFlag("redirects_disabled", fields.redirects_disabled)
      .Add(etag)
      .Hash();
}

uint64_t Fingerprint(const CredentialFields& fields, const Grant& grant) {
  const auto* admin = std::get_if<AdminGrant>(&grant);
  return Content()
      .Add(fields.display_name)
      .AddLabels(fields.labels)
      .Add(fields.expire_time.has_value()
               ? absl::FormatTime(absl::RFC3339_full, *fields.expire_time, absl::UTCTimeZone())
               : "never")
      .Add(admin == nullptr ? "" : AdminRoleName(admin->role))
      .Hash();
}

uint64_t Fingerprint(bool force, absl::string_view etag) {
  return Content().Add(force ? "force" : "").Add(etag).Hash();
}

}  // namespace bellwether
