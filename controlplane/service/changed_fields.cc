#include "controlplane/service/changed_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of a list, at most so many elements are shown as removed, and as added.
constexpr size_t kMaxElements = 8;
constexpr size_t kMaxText = 2'000;
constexpr char kNone[] = "(none)";

// One value, of a list if `index` is 0 or above, on one line.
std::string ValueText(const Message& message, const FieldDescriptor* field, int index) {
  const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseShortRepeatedPrimitives(true);
  printer.PrintFieldValueToString(message, field, index, &text);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  // Text values are quoted and escaped already.
  return is_message ? absl::StrCat("{", Excerpt(text), "}") : text.substr(0, 82);
}

bool FollowsFromTheChange(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated() &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

std::map<std::string, std::string> Entries(const Message& message, const FieldDescriptor* map) {
  std::map<std::string, std::string> entries;
  const auto* const reflection = message.GetReflection();
  for (int i = 0; i < reflection->FieldSize(message, map); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, map, i);
    const std::string key = entry.GetReflection()->GetString(entry, map->message_type()->map_key());
    entries[Excerpt(key)] = ValueText(entry, map->message_type()->map_value(), -1);
  }
  return entries;
}

void DiffMap(const Message& before, const Message& after, const FieldDescriptor* field,
             std::vector<std::string>& changes) {
  const std::map<std::string, std::string> old_entries = Entries(before, field);
  const std::map<std::string, std::string> new_entries = Entries(after, field);
  std::map<std::string, std::string> all = old_entries;
  all.insert(new_entries.begin(), new_entries.end());
  for (const auto& [key, unused] : all) {
    const auto was = old_entries.find(key);
    const auto is = new_entries.find(key);
    const std::string from = was == old_entries.end() ? kNone : was->second;
    const std::string to = is == new_entries.end() ? kNone : is->second;
    if (from != to)
      changes.push_back(absl::StrCat(field->name(), ".", key, ": ", from, " -> ", to));
  }
}

std::set<std::string> Elements(const Message& message, const FieldDescriptor* field) {
  std::set<std::string> elements;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    elements.insert(ValueText(message, field, i));
  }
  return elements;
}

// The elements of `these` that `those` does not have.
std::string Missing(const std::set<std::string>& these, const std::set<std::string>& those) {
  std::vector<std::string> missing;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(),
                      std::back_inserter(missing));
  if (missing.empty()) return kNone;
  const size_t count = missing.size();
  missing.resize(std::min(count, kMaxElements));
  return absl::StrCat(
      absl::StrJoin(missing, ", "),
      count > missing.size() ? absl::StrCat(", ", count - missing.size(), " more") : "");
}

void DiffList(const Message& before, const Message& after, const FieldDescriptor* field,
              std::vector<std::string>& changes) {
  const std::set<std::string> old_elements = Elements(before, field);
  const std::set<std::string> new_elements = Elements(after, field);
  if (old_elements == new_elements) return;
  changes.push_back(absl::StrCat(field->name(), ": removed ", Missing(old_elements, new_elements),
                                 ", added ", Missing(new_elements, old_elements)));
}

}  // namespace

std::string ChangedFields(const Message& before, const Message& after) {
  std::vector<std::string> changes;
  for (int i = 0; i < after.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = after.GetDescriptor()->field(i);
    if (FollowsFromTheChange(field)) continue;
    if (field->is_map()) {
      DiffMap(before, after, field, changes);
    } else if (field->is_repeated()) {
      DiffList(before, after, field, changes);
    } else {
      const std::string from = ValueText(before, field, -1);
      const std::string to = ValueText(after, field, -1);
      if (from != to) changes.push_back(absl::StrCat(field->name(), ": ", from, " -> ", to));
    }
  }
  std::string text = absl::StrJoin(changes, "; ");
  if (text.size() > kMaxText) text = absl::StrCat(text.substr(0, kMaxText), "...");
  return text;
}

}  // namespace bellwether
