#include "agentclient/reference_agent/kafka/wire_writer.h"

#include <utility>

namespace bellwether::kafka {

void WireWriter::BigEndian(uint64_t value, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    frame_.push_back(static_cast<char>(value >> shift));
  }
}

void WireWriter::WriteUuid(const Uuid& uuid) {
  BigEndian(uuid.high, 8);
  BigEndian(uuid.low, 8);
}

void WireWriter::UnsignedVarint(uint32_t value) {
  while (value >= 0x80) {
    frame_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  frame_.push_back(static_cast<char>(value));
}

void WireWriter::Length(std::optional<size_t> length, int width) {
  if (encoding_ == Encoding::kFlexible) {
    UnsignedVarint(length.has_value() ? static_cast<uint32_t>(*length + 1) : 0);
  } else {
    BigEndian(length.has_value() ? *length : ~uint64_t{0}, width);
  }
}

void WireWriter::String(absl::string_view text) {
  Length(text.size(), 2);
  frame_.append(text.data(), text.size());
}

void WireWriter::NullableString(const std::optional<std::string>& text) {
  if (text.has_value()) {
    String(*text);
  } else {
    Length(std::nullopt, 2);
  }
}

void WireWriter::Bytes(absl::string_view bytes) {
  Length(bytes.size(), 4);
  frame_.append(bytes.data(), bytes.size());
}

void WireWriter::Array(size_t count) { Length(count, 4); }

void WireWriter::Tags() {
  if (encoding_ == Encoding::kFlexible) UnsignedVarint(0);
}

std::string WireWriter::TakeFrame() {
  const size_t length = frame_.size() - 4;
  for (int i = 0; i < 4; ++i) frame_[i] = static_cast<char>(length >> (24 - 8 * i));
  std::string frame = std::move(frame_);
  frame_.assign(4, '\0');
  return frame;
}

}  // namespace bellwether::kafka
