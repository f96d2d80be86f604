#include "controlplane/base/text_problem.h"

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

// White space beyond ASCII and invisible characters without a width. In UTF-8.
constexpr absl::string_view kInvisible[] = {
    "\xC2\xA0",      // No-break space.
    "\xC2\x85",      // Next line.
    "\xE2\x80\x8B",  // Zero width space.
    "\xE2\x80\xA8",  // Line separator.
    "\xE2\x80\xAF",  // Narrow no-break space.
    "\xE3\x80\x80",  // Ideographic space.
    "\xEF\xBB\xBF",  // Byte order mark.
};

constexpr absl::string_view kQuotes[] = {
    "\"", "'", "`", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D",
};

std::string ControlName(char c) {
  switch (c) {
    case '\n':
      return "a line feed";
    case '\r':
      return "a carriage return, as of a file with Windows line ends";
    case '\t':
      return "a tab";
    default:
      char name[sizeof("control character 0xFF")];
      std::snprintf(name, sizeof(name), "control character 0x%02X", static_cast<unsigned char>(c));
      return name;
  }
}

template <typename Texts>
bool StartsWithAny(absl::string_view text, const Texts& beginnings) {
  for (const absl::string_view beginning : beginnings) {
    if (absl::StartsWith(text, beginning)) return true;
  }
  return false;
}

template <typename Texts>
bool EndsWithAny(absl::string_view text, const Texts& endings) {
  for (const absl::string_view ending : endings) {
    if (absl::EndsWith(text, ending)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> FindTextProblem(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!absl::ascii_iscntrl(text[i])) continue;
    return absl::StrCat(i + 1 == text.size() ? "ends with " : "contains ", ControlName(text[i]),
                        "; remove it");
  }
  if (text.front() == ' ') return "begins with a space; remove it";
  if (text.back() == ' ') return "ends with a space; remove it";
  if (StartsWithAny(text, kInvisible)) return "begins with an invisible character; type it anew";
  if (EndsWithAny(text, kInvisible)) return "ends with an invisible character; type it anew";
  if (StartsWithAny(text, kQuotes) || EndsWithAny(text, kQuotes)) {
    return "begins or ends with a quote, which is taken as part of it; write it without quotes";
  }
  return std::nullopt;
}

absl::string_view TrimSecret(absl::string_view text) {
  const auto is_space = [](char c) { return absl::ascii_isspace(c) || absl::ascii_iscntrl(c); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace bellwether
