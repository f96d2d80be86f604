#include "controlplane/service/access_proto.h"

#include <variant>

#include "controlplane/model/error.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {
namespace {

v1::AdminToken::Role RoleToProto(AdminRole role) {
  switch (role) {
    case AdminRole::kViewer:
      return v1::AdminToken::ROLE_VIEWER;
    case AdminRole::kOperator:
      return v1::AdminToken::ROLE_OPERATOR;
    case AdminRole::kAdmin:
      return v1::AdminToken::ROLE_ADMIN;
  }
  return v1::AdminToken::ROLE_UNSPECIFIED;
}

// What both kinds have.
template <typename Proto>
Proto Common(const Credential& credential) {
  Proto proto;
  proto.set_name(FormatCredentialName(credential));
  proto.set_display_name(credential.display_name);
  proto.mutable_labels()->insert(credential.labels.begin(), credential.labels.end());
  *proto.mutable_create_time() = ToProto(credential.create_time);
  if (credential.expire_time.has_value()) {
    *proto.mutable_expire_time() = ToProto(*credential.expire_time);
  }
  return proto;
}

template <typename Proto>
CredentialFields FieldsOf(const Proto& proto) {
  CredentialFields fields;
  fields.display_name = proto.display_name();
  fields.labels = Labels(proto.labels().begin(), proto.labels().end());
  if (proto.has_expire_time()) {
    fields.expire_time = absl::FromUnixSeconds(proto.expire_time().seconds()) +
                         absl::Nanoseconds(proto.expire_time().nanos());
  }
  return fields;
}

}  // namespace

v1::AgentKey ToAgentKeyProto(const Credential& credential) {
  return Common<v1::AgentKey>(credential);
}

v1::AdminToken ToAdminTokenProto(const Credential& credential) {
  v1::AdminToken proto = Common<v1::AdminToken>(credential);
  proto.set_role(RoleToProto(std::get<AdminGrant>(credential.grant).role));
  return proto;
}

CredentialFields FromProto(const v1::AgentKey& key) { return FieldsOf(key); }

CredentialFields FromProto(const v1::AdminToken& token) { return FieldsOf(token); }

absl::StatusOr<AdminRole> RoleFromProto(v1::AdminToken::Role role) {
  switch (role) {
    case v1::AdminToken::ROLE_VIEWER:
      return AdminRole::kViewer;
    case v1::AdminToken::ROLE_OPERATOR:
      return AdminRole::kOperator;
    case v1::AdminToken::ROLE_ADMIN:
      return AdminRole::kAdmin;
    default:
      return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                       "admin_token.role is not known; give ROLE_VIEWER, ROLE_OPERATOR or "
                       "ROLE_ADMIN",
                       {{"field", "admin_token.role"}});
  }
}

}  // namespace bellwether
