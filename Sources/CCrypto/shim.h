#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdint.h>

// What takes parameter lists built from macros, prefixed.

/// A keyed HMAC-SHA-256 context, or NULL without memory.
static inline EVP_MAC_CTX *ccrypto_hmac_sha256_new(const uint8_t *key, size_t count) {
  char digest[] = "SHA256";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
  EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
  EVP_MAC_free(mac);
  if (context != NULL && EVP_MAC_init(context, key, count, params) != 1) {
    EVP_MAC_CTX_free(context);
    return NULL;
  }
  return context;
}
