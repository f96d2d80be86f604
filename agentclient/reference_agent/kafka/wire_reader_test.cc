#include "agentclient/reference_agent/kafka/wire_reader.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace bellwether::kafka {
namespace {

using namespace std::string_literals;

TEST(WireReaderTest, IntegersAreBigEndianAndSigned) {
  const std::string bytes = "\xFE\x01\x02\xFF\xFF\xFF\xFD\x01\x02\x03\x04\x05\x06\x07\x08"s;
  WireReader reader(bytes);
  EXPECT_EQ(reader.Int8(), -2);
  EXPECT_EQ(reader.Int16(), 0x0102);
  EXPECT_EQ(reader.Int32(), -3);
  EXPECT_EQ(reader.Int64(), 0x0102030405060708);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0u);
}

TEST(WireReaderTest, ErrorIsSticky) {
  const std::string bytes = "\x01\x02\x03"s;
  WireReader reader(bytes);
  EXPECT_EQ(reader.Int32(), 0);
  EXPECT_FALSE(reader.ok());
  // The three bytes would have sufficed for these.
  EXPECT_EQ(reader.Int8(), 0);
  EXPECT_EQ(reader.String(), "");
  EXPECT_EQ(reader.Array(1), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, VarintsOfUpTo32Bits) {
  const std::string bytes = "\x00\x7F\x80\x01\xFF\xFF\xFF\xFF\x0F"s;
  WireReader reader(bytes);
  EXPECT_EQ(reader.UnsignedVarint(), 0u);
  EXPECT_EQ(reader.UnsignedVarint(), 127u);
  EXPECT_EQ(reader.UnsignedVarint(), 128u);
  EXPECT_EQ(reader.UnsignedVarint(), 0xFFFFFFFFu);
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, VarintsOfMoreThan32BitsAreMalformed) {
  for (const std::string& bytes : {"\xFF\xFF\xFF\xFF\x10"s, "\x80\x80\x80\x80\x80\x00"s}) {
    WireReader reader(bytes);
    reader.UnsignedVarint();
    EXPECT_FALSE(reader.ok());
  }
}

TEST(WireReaderTest, NullAndEmptyStringsDiffer) {
  const std::string plain = "\xFF\xFF\x00\x00"s;
  WireReader reader(plain);
  EXPECT_EQ(reader.NullableString(), std::nullopt);
  EXPECT_EQ(reader.NullableString(), "");
  const std::string compact = "\x00\x01"s;
  WireReader flexible(compact, Encoding::kFlexible);
  EXPECT_EQ(flexible.NullableString(), std::nullopt);
  EXPECT_EQ(flexible.NullableString(), "");
  EXPECT_TRUE(reader.ok() && flexible.ok());
}

TEST(WireReaderTest, NullIsMalformedWhereSomethingMustStand) {
  const std::string string = "\xFF\xFF"s;
  WireReader reader(string);
  reader.String();
  EXPECT_FALSE(reader.ok());
  const std::string array = "\xFF\xFF\xFF\xFF"s;
  WireReader other(array);
  other.Array(1);
  EXPECT_FALSE(other.ok());
}

TEST(WireReaderTest, NegativeLengthsAreMalformed) {
  const std::string bytes = "\xFF\xFE\x00\x00"s;
  WireReader reader(bytes);
  EXPECT_EQ(reader.NullableString(), std::nullopt);
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, ForgedCountsPromiseNoElements) {
  const std::string plain = "\x7F\xFF\xFF\xFF" + std::string(100, '\0');
  WireReader reader(plain);
  EXPECT_EQ(reader.Array(1), 0);
  EXPECT_FALSE(reader.ok());
  const std::string compact = "\xFF\xFF\xFF\xFF\x0F" + std::string(100, '\0');
  WireReader flexible(compact, Encoding::kFlexible);
  EXPECT_EQ(flexible.NullableArray(1), 0);
  EXPECT_FALSE(flexible.ok());
}

TEST(WireReaderTest, CountsFitTheBytesLeft) {
  const std::string bytes = "\x00\x00\x00\x03"s + std::string(12, '\0');
  EXPECT_EQ(WireReader(bytes).Array(4), 3);
  WireReader reader(bytes);
  EXPECT_EQ(reader.Array(5), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, ElementsOfOneMessageAreLimitedTogether) {
  // Half as many twice, then one more.
  const std::string count = "\x00\x01\x86\xA0"s;
  ASSERT_EQ(WireReader(count).Int32(), WireReader::kMaxElements / 2);
  const std::string bytes =
      count + count + "\x00\x00\x00\x01"s + std::string(WireReader::kMaxElements, '\0');
  WireReader reader(bytes);
  EXPECT_EQ(reader.Array(1), WireReader::kMaxElements / 2);
  EXPECT_EQ(reader.Array(1), WireReader::kMaxElements / 2);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.Array(1), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, TagsArePassedOver) {
  // Two fields: number 0 with two bytes, number 1 with none; then another byte.
  const std::string bytes = "\x02\x00\x02\xAA\xBB\x01\x00\x07"s;
  WireReader reader(bytes, Encoding::kFlexible);
  reader.SkipTags();
  EXPECT_EQ(reader.Int8(), 7);
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, ForgedTagsEndQuickly) {
  const std::string bytes = "\xFF\xFF\xFF\xFF\x0F\x00"s;
  WireReader reader(bytes, Encoding::kFlexible);
  reader.SkipTags();
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace bellwether::kafka
