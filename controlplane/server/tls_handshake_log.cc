#include "controlplane/server/tls_handshake_log.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"
#include "controlplane/server/accepted_connection.h"

namespace bellwether {
namespace {

// What is remembered of a TLS connection for as long as OpenSSL has it.
struct TlsPeer {
  std::string listener;
  std::string host;
  std::string peer;
  bool logged = false;
};

void LogFailure(TlsPeer& peer, absl::string_view reason) {
  if (peer.logged) return;
  peer.logged = true;
  std::vector<LogField> fields = {
      {"listener", peer.listener}, {"peer", peer.peer}, {"reason", reason}};
  // "certificate has expired", "peer did not return a certificate" and so on.
  if (absl::StrContains(reason, "certificate")) {
    fields.emplace_back("remedy",
                        absl::StrCat("give the client a valid certificate that comes from "
                                     "an authority in --",
                                     peer.listener, "_tls_client_ca"));
  }
  ProcessLimitedLog().Write(absl::StrCat("tls ", peer.listener, " ", peer.host, " ", reason),
                            LogLevel::kWarning, "TLS handshake failed", fields);
}

// The reason for a fatal alert of ours: the defect of the peer's certificate, else OpenSSL's last
// error.
std::string OwnReason(const SSL* ssl) {
  const int64_t verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "unknown" : reason;
}

void OnMessage(int sent, int /*version*/, int content_type, const void* bytes, size_t size,
               SSL* ssl, void* tls_peer) {
  if (content_type != SSL3_RT_ALERT || size != 2) return;
  const auto* const alert = static_cast<const uint8_t*>(bytes);
  if (alert[0] != SSL3_AL_FATAL) return;
  LogFailure(*static_cast<TlsPeer*>(tls_peer),
             sent != 0 ? OwnReason(ssl)
                       : absl::StrCat("the peer sent the alert \"",
                                      SSL_alert_desc_string_long(alert[1]), "\""));
}

void OnNew(void* parent, void* /*value*/, CRYPTO_EX_DATA* data, int index, long /*number*/,
           void* /*unused*/) {
  // Connections that this process opens itself are none of ours.
  const AcceptedConnection* const accepted = AcceptedConnection::Current();
  if (accepted == nullptr) return;
  const AcceptedPeer& of = accepted->peer();
  auto* const peer = new TlsPeer{of.listener, of.host, of.peer, /*logged=*/false};
  CRYPTO_set_ex_data(data, index, peer);
  auto* const ssl = static_cast<SSL*>(parent);
  SSL_set_msg_callback(ssl, OnMessage);
  SSL_set_msg_callback_arg(ssl, peer);
}

void OnFree(void* parent, void* value, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*number*/,
            void* /*unused*/) {
  auto* const peer = static_cast<TlsPeer*>(value);
  if (peer == nullptr) return;
  const auto* const ssl = static_cast<const SSL*>(parent);
  // A peer that connects and sends nothing may be a probe.
  if (SSL_is_init_finished(ssl) == 0 && BIO_number_read(SSL_get_rbio(ssl)) > 0) {
    LogFailure(*peer, "the peer does not speak TLS, or closed the connection");
  }
  delete peer;
}

}  // namespace

void LogFailedHandshakes() {
  [[maybe_unused]] static const int kIndex =
      SSL_get_ex_new_index(0, nullptr, OnNew, nullptr, OnFree);
}

}  // namespace bellwether
