// Loaded before libc (LD_PRELOAD), makes the disk of a real process fail as the file named by the
// variable FAILING_DISK says. "full": there is no room left, and no file accepts another byte.
// "sync": no file can be synced. Pipes and sockets continue to work.

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace {

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Whether the file contains `how`.
bool Fails(const char* how) {
  const char* path = getenv("FAILING_DISK");
  if (path == nullptr) return false;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char said[8] = {};
  const ssize_t size = read(fd, said, sizeof(said) - 1);
  close(fd);
  return size > 0 && strcmp(said, how) == 0;
}

bool IsFull(int fd) {
  struct stat file = {};
  return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && Fails("full");
}

int Fail(int error) {
  errno = error;
  return -1;
}

// Sets the free space in the result to 0 if the disk is full.
template <typename Room>
int TakeRoom(int result, Room* room) {
  if (result == 0 && Fails("full")) room->f_bavail = 0;
  return result;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  static auto* const kNext = Next<decltype(write)>("write");
  return IsFull(fd) ? Fail(ENOSPC) : kNext(fd, data, size);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  static auto* const kNext = Next<decltype(pwrite64)>("pwrite64");
  return IsFull(fd) ? Fail(ENOSPC) : kNext(fd, data, size, offset);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
  static auto* const kNext = Next<decltype(fallocate64)>("fallocate64");
  return IsFull(fd) ? Fail(ENOSPC) : kNext(fd, mode, offset, size);
}

int statvfs(const char* path, struct statvfs* room) {
  static auto* const kNext = Next<int(const char*, struct statvfs*)>("statvfs");
  return TakeRoom(kNext(path, room), room);
}

int statvfs64(const char* path, struct statvfs64* room) {
  static auto* const kNext = Next<int(const char*, struct statvfs64*)>("statvfs64");
  return TakeRoom(kNext(path, room), room);
}

int fsync(int fd) {
  static auto* const kNext = Next<decltype(fsync)>("fsync");
  return Fails("sync") ? Fail(EIO) : kNext(fd);
}

int fdatasync(int fd) {
  static auto* const kNext = Next<decltype(fdatasync)>("fdatasync");
  return Fails("sync") ? Fail(EIO) : kNext(fd);
}

}  // extern "C"
