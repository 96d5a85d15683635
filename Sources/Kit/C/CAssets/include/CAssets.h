#pragma once
#include <stddef.h>
#include <stdint.h>

/// A file compiled into the program; its bytes live as long as the process.
typedef struct {
    const uint8_t *bytes;
    size_t count;
} CAsset;

/// The file of that path under Sources, as in "Coupons/redis/claim.lua". A path that is not in the
/// table ends the process: to be asked at the start, or under a test.
CAsset casset(const char *path);
