#pragma once
// What Swift cannot call (variadic functions, macros) or must not do (signal handlers), a file per
// library, each name prefixed `cshim_`.
#include "mhd.h"
#include "redis.h"
#include "curl.h"
#include "crash.h"
