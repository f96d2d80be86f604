#include "controlplane/service/request_scope.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsText(const FieldDescriptor* field) {
  return field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         !field->is_repeated();
}

// The text of a field; REQUIRES: IsText(field).
absl::string_view Text(const Message& message, const FieldDescriptor* field) {
  std::string unused;
  return message.GetReflection()->GetStringReference(message, field, &unused);
}

// The text of the field of that name; empty if there is none.
absl::string_view Text(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return IsText(field) ? Text(message, field) : absl::string_view();
}

// The name of a resource that is a field of the request, as in an update.
absl::string_view NameInside(const Message& request) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) continue;
    const absl::string_view name =
        Text(request.GetReflection()->GetMessage(request, field), "name");
    if (!name.empty()) return name;
  }
  return {};
}

// An id that is asked for, as in a creation.
absl::string_view IdAskedFor(const Message& request) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (IsText(field) && absl::EndsWith(field->name(), "_id") && field->name() != "request_id") {
      return Text(request, field);
    }
  }
  return {};
}

}  // namespace

AccessScope ScopeOf(const Message& request) {
  AccessScope scope = {Text(request, "agent_pool"), Text(request, "virtual_cluster")};
  // An agent that names no pool means the default one.
  if (scope.agent_pool.empty() &&
      request.GetDescriptor() == v1::RegisterAgentRequest::descriptor()) {
    scope.agent_pool = kDefaultAgentPoolId;
  }
  return scope;
}

absl::string_view ClusterUidOf(const Message& request) { return Text(request, "cluster_uid"); }

std::string ResourceOf(const Message& request) {
  const AccessScope scope = ScopeOf(request);
  for (const absl::string_view found :
       {Text(request, "name"), NameInside(request), Text(request, "parent"), scope.agent_pool,
        scope.virtual_cluster, IdAskedFor(request)}) {
    if (!found.empty()) return Excerpt(found);
  }
  return "";
}

std::string RequestIdOf(const Message& request) { return Excerpt(Text(request, "request_id")); }

bool IsOnlyValidated(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("validate_only");
  return field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL &&
         request.GetReflection()->GetBool(request, field);
}

}  // namespace bellwether
