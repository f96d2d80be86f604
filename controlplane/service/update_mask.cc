#include "controlplane/service/update_mask.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Invalid(absl::string_view problem, const std::set<std::string>& updatable) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidFieldMask,
                   absl::StrCat(problem, "; the fields that can be updated are ",
                                absl::StrJoin(updatable, ", ")),
                   {{"field", "update_mask"}});
}

bool IsSet(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.FieldSize(message, field) > 0
                              : reflection.HasField(message, field);
}

}  // namespace

absl::StatusOr<std::set<std::string>> FieldsToUpdate(const google::protobuf::FieldMask& mask,
                                                     const Message& wanted,
                                                     absl::Span<const char* const> updatable) {
  const std::set<std::string> all(updatable.begin(), updatable.end());
  if (mask.paths_size() == 1 && mask.paths(0) == "*") return all;
  std::set<std::string> fields;
  for (const std::string& path : mask.paths()) {
    if (all.count(path) == 0) {
      return Invalid(absl::StrCat("update_mask names \"", Excerpt(path), "\""), all);
    }
    fields.insert(path);
  }
  if (!fields.empty()) return fields;
  for (const std::string& field : all) {
    if (IsSet(wanted, field)) fields.insert(field);
  }
  if (!fields.empty()) return fields;
  return Invalid(
      "there is nothing to update: without update_mask the fields that the request sets are "
      "changed, and it sets none; to set a field to its default (false, 0, empty), name it in "
      "update_mask",
      all);
}

}  // namespace bellwether
