#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"

#define ASSET(name) \
  CAsset casset_##name(void) { return (CAsset){name, sizeof name}; }

static const uint8_t redis_lib_room[] = {
#embed "redis/lib/room.lua"
};
ASSET(redis_lib_room)

static const uint8_t redis_room_enter[] = {
#embed "redis/room_enter.lua"
};
ASSET(redis_room_enter)

static const uint8_t redis_room_status[] = {
#embed "redis/room_status.lua"
};
ASSET(redis_room_status)

static const uint8_t redis_room_leave[] = {
#embed "redis/room_leave.lua"
};
ASSET(redis_room_leave)

static const uint8_t redis_room_done[] = {
#embed "redis/room_done.lua"
};
ASSET(redis_room_done)

static const uint8_t redis_room_tick[] = {
#embed "redis/room_tick.lua"
};
ASSET(redis_room_tick)

static const uint8_t redis_room_configure[] = {
#embed "redis/room_configure.lua"
};
ASSET(redis_room_configure)

static const uint8_t redis_room_report[] = {
#embed "redis/room_report.lua"
};
ASSET(redis_room_report)

static const uint8_t redis_room_recover[] = {
#embed "redis/room_recover.lua"
};
ASSET(redis_room_recover)

static const uint8_t redis_room_restore[] = {
#embed "redis/room_restore.lua"
};
ASSET(redis_room_restore)
