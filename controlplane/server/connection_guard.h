#ifndef CONTROLPLANE_SERVER_CONNECTION_GUARD_H_
#define CONTROLPLANE_SERVER_CONNECTION_GUARD_H_

#include "absl/status/status.h"
#include "controlplane/server/accepted_connection.h"

namespace bellwether {

// Reads the bytes of accepted connections before gRPC does (FrameCheck), and cuts off connections
// that FrameCheck refuses: gRPC sees a connection that the peer has reset.
//
// gRPC 1.51 has no hook for that. Therefore the file defines recvmsg, close and SSL_read, which
// gRPC reads with; they call the functions of the system and of OpenSSL. The linker prefers the
// definitions of the program to those of a shared library, for all libraries that the program
// loads.

// Checks the connection of `descriptor` from now until it is closed. Call it before gRPC has the
// connection; thread-safe.
void GuardConnection(const AcceptedConnection& connection, int descriptor);

// Also checks, after decryption, TLS connections that are created while an AcceptedConnection
// lives. Affects the whole process; may be called again. Thread-safe. Returns an error if OpenSSL
// refuses: no TLS connection may be accepted then.
absl::Status GuardTlsConnections();

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONNECTION_GUARD_H_
