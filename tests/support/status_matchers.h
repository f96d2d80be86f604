#ifndef TESTS_SUPPORT_STATUS_MATCHERS_H_
#define TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <grpcpp/support/status.h>

#include <map>
#include <string>
#include <tuple>

#include "gtest/gtest.h"

namespace bellwether {

// The reason of the one google.rpc.ErrorInfo that an error of ours carries. Fails the test if there
// is not exactly one, or if its domain is not ours.
std::string ErrorReason(const grpc::Status& status);

// The metadata of that ErrorInfo.
std::map<std::string, std::string> ErrorMetadata(const grpc::Status& status);

// All fields of an error of ours, to be compared with those of another one: code and message of the
// call, code and message of the google.rpc.Status in its details, reason and metadata of the one
// ErrorInfo that is in there and nothing else.
using ErrorFields =
    std::tuple<int, std::string, int, std::string, std::string, std::map<std::string, std::string>>;
ErrorFields FieldsOfError(const grpc::Status& status);

#define EXPECT_GRPC_OK(expression)                                                \
  do {                                                                            \
    const grpc::Status& grpc_ok_status = (expression);                            \
    EXPECT_TRUE(grpc_ok_status.ok())                                              \
        << grpc_ok_status.error_code() << ": " << grpc_ok_status.error_message(); \
  } while (false)

#define ASSERT_GRPC_OK(expression)                                                \
  do {                                                                            \
    const grpc::Status& grpc_ok_status = (expression);                            \
    ASSERT_TRUE(grpc_ok_status.ok())                                              \
        << grpc_ok_status.error_code() << ": " << grpc_ok_status.error_message(); \
  } while (false)

// Expects an error with that code and reason.
#define EXPECT_GRPC_ERROR(expression, code, reason)                                       \
  do {                                                                                    \
    const grpc::Status& grpc_error_status = (expression);                                 \
    EXPECT_EQ(grpc_error_status.error_code(), code) << grpc_error_status.error_message(); \
    EXPECT_EQ(::bellwether::ErrorReason(grpc_error_status), reason)                       \
        << grpc_error_status.error_message();                                             \
  } while (false)

}  // namespace bellwether

#endif  // TESTS_SUPPORT_STATUS_MATCHERS_H_
