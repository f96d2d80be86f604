// What ThreadSanitizer is to keep quiet about in every test; without it, an unused function.
//
// In libstdc++ 12, std::atomic<std::shared_ptr>::load gives its internal lock back with relaxed
// order. The processors we run on order it all the same, and later versions of the library do too.
// NOLINTNEXTLINE(readability-identifier-naming): the name that the sanitizer looks for.
extern "C" const char* __tsan_default_suppressions() { return "race:std::_Sp_atomic\n"; }
