#pragma once
#include <stddef.h>
#include <stdint.h>

/// A file compiled into the program; its bytes live as long as the process.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} CAsset;

CAsset casset_redis_lib_room(void);
CAsset casset_redis_room_enter(void);
CAsset casset_redis_room_status(void);
CAsset casset_redis_room_recall(void);
CAsset casset_redis_room_leave(void);
CAsset casset_redis_room_done(void);
CAsset casset_redis_room_tick(void);
CAsset casset_redis_room_configure(void);
CAsset casset_redis_room_report(void);
CAsset casset_redis_room_recover(void);
CAsset casset_redis_room_audit(void);
CAsset casset_redis_room_restore(void);
CAsset casset_redis_lib_seats(void);
CAsset casset_redis_lib_stock(void);
CAsset casset_redis_seats_load(void);
CAsset casset_redis_seats_stage(void);
CAsset casset_redis_seats_hold(void);
CAsset casset_redis_seats_release(void);
CAsset casset_redis_seats_fence(void);
CAsset casset_redis_seats_unfence(void);
CAsset casset_redis_seats_settle(void);
CAsset casset_redis_seats_free(void);
CAsset casset_redis_seats_apply(void);
CAsset casset_redis_seats_map(void);
CAsset casset_redis_seats_configure(void);
CAsset casset_redis_seats_drop(void);
CAsset casset_redis_seats_report(void);
CAsset casset_sql_0001_ledger(void);
CAsset casset_sql_0002_shop_and_coupons(void);
CAsset casset_web_index_html(void);
CAsset casset_web_index_performance_html(void);
CAsset casset_web_index_room_html(void);
CAsset casset_web_openapi_json(void);
CAsset casset_web_room_html(void);
CAsset casset_web_room_js(void);
CAsset casset_web_room_view_js(void);
CAsset casset_web_seats_css(void);
CAsset casset_web_seats_html(void);
CAsset casset_web_seats_js(void);
CAsset casset_web_seats_calls_js(void);
CAsset casset_web_seats_map_js(void);
CAsset casset_web_seats_rules_js(void);
CAsset casset_web_seats_view_js(void);
CAsset casset_web_style_css(void);
CAsset casset_web_trouble_html(void);
CAsset casset_web_words_js(void);
