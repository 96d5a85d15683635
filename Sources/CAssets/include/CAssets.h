#pragma once
#include <stddef.h>
#include <stdint.h>

/// A file compiled into the program; its bytes live as long as the process.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} CAsset;
