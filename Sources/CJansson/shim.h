#include <jansson.h>
#include <stdint.h>

// Macros and fixed char arrays that Swift cannot reach, prefixed.

/// Strict RFC 8259: any value at the top, no duplicate names, no NUL inside strings.
///
/// An integer outside int64_t is a failure to jansson; the second time it is read as a double, so
/// that it can be refused as a number.
static inline json_t *cjansson_load(const uint8_t *bytes, size_t count, json_error_t *error) {
  const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
  json_t *json = json_loadb((const char *)bytes, count, flags, error);
  if (json == NULL && json_error_code(error) == json_error_numeric_overflow)
    json = json_loadb((const char *)bytes, count, flags | JSON_DECODE_INT_AS_REAL, error);
  return json;
}
static inline json_type cjansson_typeof(const json_t *json) { return json_typeof(json); }
static inline void cjansson_decref(json_t *json) { json_decref(json); }
static inline const char *cjansson_error_text(const json_error_t *error) { return error->text; }
