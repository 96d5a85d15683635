#include <jansson.h>
#include <stdint.h>

// Macros and fixed char arrays that Swift cannot reach, prefixed.

/// Strict RFC 8259: any value at the top, no duplicate names, no NUL inside strings.
static inline json_t *cjansson_load(const uint8_t *bytes, size_t count, json_error_t *error) {
  return json_loadb((const char *)bytes, count, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
}
static inline json_type cjansson_typeof(const json_t *json) { return json_typeof(json); }
static inline void cjansson_decref(json_t *json) { json_decref(json); }
static inline const char *cjansson_error_text(const json_error_t *error) { return error->text; }
