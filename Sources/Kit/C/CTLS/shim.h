#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/// No key's password is asked for on a terminal: a key that has one cannot be read.
static inline int ctls_no_password(char *buffer, int size, int writing, void *data) {
  (void)buffer, (void)size, (void)writing, (void)data;
  return 0;
}

/// A client's context that verifies the server's certificate. NULL: no memory.
static inline SSL_CTX *ctls_client(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL) return NULL;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_default_passwd_cb(context, ctls_no_password);
  // A write may be tried again from another address, and ends with each record. A read takes what
  // the socket has, not the five bytes of a record's head.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  return context;
}

/// The name that the server's certificate must have: that of a host, which is also said to the
/// server, or an address. 0: no memory.
static inline int ctls_expect(SSL *session, const char *name, int is_address) {
  if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name);
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, name) && (int)SSL_set_tlsext_host_name(session, name);
}

