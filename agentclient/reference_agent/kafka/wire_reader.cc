#include "agentclient/reference_agent/kafka/wire_reader.h"

namespace bellwether::kafka {

void WireReader::Fail() {
  ok_ = false;
  rest_ = {};
}

absl::string_view WireReader::Take(size_t length) {
  if (length > rest_.size()) {
    Fail();
    return {};
  }
  const absl::string_view taken = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return taken;
}

uint64_t WireReader::BigEndian(size_t width) {
  uint64_t value = 0;
  for (const char c : Take(width)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Uuid WireReader::ReadUuid() {
  Uuid uuid;
  uuid.high = BigEndian(8);
  uuid.low = BigEndian(8);
  return uuid;
}

uint32_t WireReader::UnsignedVarint() {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint32_t byte = static_cast<uint8_t>(Int8());
    // The fifth byte has room for the last 4 of the 32 bits.
    if (shift == 28 && byte > 0x0F) break;
    value |= (byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  Fail();
  return 0;
}

std::optional<uint32_t> WireReader::Length(size_t width) {
  if (encoding_ == Encoding::kFlexible) {
    const uint32_t length_plus_one = UnsignedVarint();
    if (length_plus_one == 0) return std::nullopt;
    return length_plus_one - 1;
  }
  const int32_t length = width == 2 ? Int16() : Int32();
  if (length == -1 || !ok_) return std::nullopt;
  if (length < 0) {
    Fail();
    return std::nullopt;
  }
  return static_cast<uint32_t>(length);
}

std::optional<absl::string_view> WireReader::NullableString() {
  const std::optional<uint32_t> length = Length(2);
  if (!length.has_value()) return std::nullopt;
  return Take(*length);
}

std::optional<absl::string_view> WireReader::NullableBytes() {
  const std::optional<uint32_t> length = Length(4);
  if (!length.has_value()) return std::nullopt;
  return Take(*length);
}

absl::string_view WireReader::String() {
  const std::optional<absl::string_view> text = NullableString();
  if (!text.has_value()) Fail();
  return text.value_or(absl::string_view());
}

std::optional<int32_t> WireReader::NullableArray(size_t least_element_bytes) {
  const std::optional<uint32_t> count = Length(4);
  if (!count.has_value()) return std::nullopt;
  if (*count > rest_.size() / least_element_bytes ||
      *count > static_cast<uint32_t>(elements_left_)) {
    Fail();
    return 0;
  }
  elements_left_ -= static_cast<int32_t>(*count);
  return static_cast<int32_t>(*count);
}

int32_t WireReader::Array(size_t least_element_bytes) {
  const std::optional<int32_t> count = NullableArray(least_element_bytes);
  if (!count.has_value()) Fail();
  return count.value_or(0);
}

void WireReader::SkipTags() {
  if (encoding_ == Encoding::kPlain) return;
  const uint32_t count = UnsignedVarint();
  for (uint32_t i = 0; i < count && ok_; ++i) {
    UnsignedVarint();
    Take(UnsignedVarint());
  }
}

}  // namespace bellwether::kafka
