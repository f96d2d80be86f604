#ifndef CONTROLPLANE_SERVER_CONNECTION_GUARD_H_
#define CONTROLPLANE_SERVER_CONNECTION_GUARD_H_

#include "absl/status/status.h"
#include "controlplane/server/accepted_connection.h"

namespace bellwether {

// Reads what comes over accepted connections before gRPC does (FrameCheck), and cuts off those that
// FrameCheck refuses: gRPC is told that the peer has reset the connection.
//
// gRPC 1.51 has no hook for that. So the file defines recvmsg, close and SSL_read, by which gRPC
// reads; they call those of the system and of OpenSSL. The linker prefers the definitions of the
// program to those of a shared library, for all libraries that the program loads.

// The connection behind `descriptor` is read from now on, until it is closed. Before gRPC has it;
// thread-safe.
void GuardConnection(const AcceptedConnection& connection, int descriptor);

// TLS connections that are made while an AcceptedConnection lives are read too, once they are
// decrypted. A switch of the process; safe to repeat. Thread-safe. An error if OpenSSL refuses: no
// TLS connection may be accepted then.
absl::Status GuardTlsConnections();

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONNECTION_GUARD_H_
