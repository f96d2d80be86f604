#include "controlplane/store/stored_record.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bellwether {
namespace {

constexpr char kUserSpace = 'u';
constexpr char kEnvelopeVersion = 1;
constexpr size_t kEnvelopeSize = 1 + sizeof(uint64_t);
constexpr absl::string_view kFormatMagic = "bellwether-metadata-store ";

}  // namespace

std::string RecordKey(absl::string_view key) {
  return absl::StrCat(absl::string_view(&kUserSpace, 1), key);
}

std::optional<std::string> UserKey(absl::string_view record_key) {
  if (record_key.empty() || record_key.front() != kUserSpace) return std::nullopt;
  return std::string(record_key.substr(1));
}

std::string EncodeRecord(const Record& record) {
  std::string encoded(1, kEnvelopeVersion);
  encoded.reserve(kEnvelopeSize + record.value.size());
  for (int shift = 56; shift >= 0; shift -= 8) {
    encoded.push_back(static_cast<char>(static_cast<uint64_t>(record.revision) >> shift));
  }
  absl::StrAppend(&encoded, record.value);
  return encoded;
}

std::optional<Record> DecodeRecord(absl::string_view encoded) {
  if (encoded.size() < kEnvelopeSize || encoded.front() != kEnvelopeVersion) return std::nullopt;
  uint64_t revision = 0;
  for (size_t i = 1; i < kEnvelopeSize; ++i) {
    revision = revision << 8 | static_cast<unsigned char>(encoded[i]);
  }
  return Record{static_cast<Revision>(revision), encoded.substr(kEnvelopeSize)};
}

std::string EncodeFormat(int format) { return absl::StrCat(kFormatMagic, format); }

std::optional<int> DecodeFormat(absl::string_view encoded) {
  int format = 0;
  if (!absl::ConsumePrefix(&encoded, kFormatMagic) || !absl::SimpleAtoi(encoded, &format)) {
    return std::nullopt;
  }
  return format;
}

}  // namespace bellwether
