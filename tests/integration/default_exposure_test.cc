// What a port scan finds of a control plane that was started without a word about addresses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using ::testing::Each;
using ::testing::SizeIs;
using ::testing::Truly;

// Inodes of the sockets that a process has open.
std::set<std::string> Sockets(pid_t pid) {
  std::set<std::string> inodes;
  for (const auto& fd :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(fd.path(), gone);
    const std::string prefix = "socket:[";
    if (target.rfind(prefix, 0) == 0) {
      inodes.insert(target.substr(prefix.size(), target.size() - prefix.size() - 1));
    }
  }
  return inodes;
}

// "address:port" in the kernel's hexadecimal of everything that a process listens on.
std::vector<std::string> Listening(pid_t pid, const std::string& protocol) {
  const std::set<std::string> sockets = Sockets(pid);
  std::ifstream table("/proc/" + std::to_string(pid) + "/net/" + protocol);
  std::vector<std::string> addresses;
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    const bool listens = state == "0A";
    if (listens && sockets.contains(inode)) addresses.push_back(local);
  }
  return addresses;
}

// Whether an address is 127.0.0.1 or ::1, as the kernel writes them on a little-endian machine; an
// IPv6 socket has the former behind a prefix.
bool IsLoopback(const std::string& address) {
  const std::string host = address.substr(0, address.find(':'));
  return host == "0100007F" || host == "0000000000000000FFFF00000100007F" ||
         host == "00000000000000000000000001000000";
}

TEST(DefaultExposureTest, NothingListensBeyondLoopback) {
  const TempDir directory;
  Process plane({ProgramFromEnvironment("BELLWETHER"), "--data_dir=" + directory.path() + "/data"});
  ASSERT_FALSE(plane.WaitForLine("the control plane is ready").empty());
  std::vector<std::string> addresses = Listening(plane.pid(), "tcp");
  for (std::string& address : Listening(plane.pid(), "tcp6")) addresses.push_back(address);
  // Agents, admins, metrics.
  EXPECT_THAT(addresses, SizeIs(3));
  EXPECT_THAT(addresses, Each(Truly(IsLoopback)));
  EXPECT_THAT(Listening(plane.pid(), "udp"), SizeIs(0));
}

}  // namespace
}  // namespace bellwether
