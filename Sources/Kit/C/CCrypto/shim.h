// The plain functions of SHA-256 are there in all of OpenSSL 3, and marked for whoever would do
// without them one day.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>

/// A macro that Swift does not see.
static const int ccrypto_public_key = EVP_PKEY_PUBLIC_KEY;

/// HMAC-SHA-256 under one key: the hash as it stands after each of the two padded keys (RFC 2104,
/// section 4). Never written to again.
struct ccrypto_hmac_sha256 {
  SHA256_CTX inner, outer;
};

static inline struct ccrypto_hmac_sha256 ccrypto_hmac_sha256_keyed(const uint8_t *key,
                                                                   size_t count) {
  struct ccrypto_hmac_sha256 keyed;
  uint8_t block[SHA256_CBLOCK] = {0};
  if (count > sizeof block)
    SHA256(key, count, block);
  else
    memcpy(block, key, count);
  for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36;
  SHA256_Init(&keyed.inner);
  SHA256_Update(&keyed.inner, block, sizeof block);
  for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36 ^ 0x5C;
  SHA256_Init(&keyed.outer);
  SHA256_Update(&keyed.outer, block, sizeof block);
  OPENSSL_cleanse(block, sizeof block);
  return keyed;
}

/// `code` takes 32 bytes.
static inline void ccrypto_hmac_sha256_code(const struct ccrypto_hmac_sha256 *keyed,
                                            const uint8_t *bytes, size_t count, uint8_t *code) {
  SHA256_CTX hash = keyed->inner;
  SHA256_Update(&hash, bytes, count);
  SHA256_Final(code, &hash);
  hash = keyed->outer;
  SHA256_Update(&hash, code, SHA256_DIGEST_LENGTH);
  SHA256_Final(code, &hash);
}
