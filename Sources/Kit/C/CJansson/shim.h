#include <jansson.h>
#include <stdint.h>

// Macros and fixed char arrays that Swift cannot reach, prefixed.

/// Strict RFC 8259: any value at the top, no duplicate names, no NUL inside strings.
///
/// All numbers are doubles: an integer outside int64_t would be a failure. What is exact is read
/// from the text.
static inline json_t *cjansson_load(const uint8_t *bytes, size_t count, json_error_t *error) {
  const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL;
  return json_loadb((const char *)bytes, count, flags, error);
}
static inline json_type cjansson_typeof(const json_t *json) { return json_typeof(json); }
static inline void cjansson_decref(json_t *json) { json_decref(json); }
static inline const char *cjansson_error_text(const json_error_t *error) { return error->text; }
