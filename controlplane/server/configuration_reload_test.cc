#include "controlplane/server/configuration_reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ConfigurationReloadTest, ReadsWhatWasPrinted) {
  EXPECT_THAT(ParseConfiguration("# default\n--backup_dir=\n# command line\n--data_dir=/a=b c\n"),
              ElementsAre(Pair("backup_dir", ""), Pair("data_dir", "/a=b c")));
  EXPECT_THAT(ParseConfiguration(""), IsEmpty());
}

TEST(ConfigurationReloadTest, FindsWhatIsOtherwise) {
  const Configuration before = {{"a", "1"}, {"b", "2"}, {"gone", "3"}};
  EXPECT_THAT(ChangedFlags(before, before), IsEmpty());
  EXPECT_THAT(ChangedFlags(before, {{"a", "1"}, {"b", "3"}, {"new", "4"}}),
              ElementsAre("b", "new"));
}

}  // namespace
}  // namespace bellwether
