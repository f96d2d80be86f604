#include "agentclient/reference_agent/kafka/topics.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether::kafka {
namespace {

constexpr size_t kMaxNameLength = 249;

// Version 8 of RFC 9562: the 122 bits that version and variant leave are ours to choose.
Uuid IdOf(absl::string_view name) {
  const uint64_t hash = StableHash(name);
  Uuid id;
  id.high = (hash & ~uint64_t{0xF000}) | 0x8000;
  id.low = (Mix64(hash) >> 2) | uint64_t{1} << 63;
  return id;
}

absl::Status BadPart(absl::string_view part, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(
      "topic \"", part, "\": ", problem,
      "; topics are given as name:partitions, separated by commas, such as orders:12,clicks:64"));
}

}  // namespace

bool IsValidTopicName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

absl::StatusOr<Topics> Topics::Parse(absl::string_view text) {
  Topics topics;
  if (absl::StripAsciiWhitespace(text).empty()) return topics;
  int64_t partitions = 0;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    part = absl::StripAsciiWhitespace(part);
    const size_t colon = part.rfind(':');
    if (colon == absl::string_view::npos)
      return BadPart(part, "the number of partitions is missing");
    Topic topic;
    topic.name = std::string(part.substr(0, colon));
    if (!IsValidTopicName(topic.name)) {
      return BadPart(part, "a name is 1 to 249 letters, digits, dots, underscores or hyphens");
    }
    if (!absl::SimpleAtoi(part.substr(colon + 1), &topic.partition_count) ||
        topic.partition_count < 1) {
      return BadPart(part, "the number of partitions must be a whole number above 0");
    }
    partitions += topic.partition_count;
    if (partitions > kMaxPartitions) {
      return BadPart(part, absl::StrCat("all topics together may have at most ", kMaxPartitions,
                                        " partitions"));
    }
    topic.id = IdOf(topic.name);
    topic.index = topics.topics_.size();
    if (!topics.by_name_.emplace(topic.name, topic.index).second) {
      return BadPart(part, "this topic is given twice");
    }
    if (!topics.by_id_.emplace(topic.id, topic.index).second) {
      return BadPart(part, "its id collides with another topic's; choose another name");
    }
    topics.topics_.push_back(std::move(topic));
  }
  return topics;
}

const Topic* Topics::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &topics_[found->second];
}

const Topic* Topics::FindById(const Uuid& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &topics_[found->second];
}

}  // namespace bellwether::kafka
