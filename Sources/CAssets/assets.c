// Files compiled into the program. Add one: ASSET, its #embed and END here, and its function in
// CAssets.h. A changed file is compiled in again by itself.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"

// END stays out of `#embed ... suffix(END)`: clang 21 crashes when a macro stands there.
#define ASSET(name) CAsset casset_##name(void) { static const uint8_t bytes[] = {
#define END }; return (CAsset){bytes, sizeof bytes}; }

ASSET(redis_lib_lifetime)
#embed "redis/lib/lifetime.lua"
END
ASSET(redis_lib_room)
#embed "redis/lib/room.lua"
END
ASSET(redis_room_enter)
#embed "redis/room_enter.lua"
END
ASSET(redis_room_line)
#embed "redis/room_line.lua"
END
ASSET(redis_room_status)
#embed "redis/room_status.lua"
END
ASSET(redis_room_seen)
#embed "redis/room_seen.lua"
END
ASSET(redis_room_recall)
#embed "redis/room_recall.lua"
END
ASSET(redis_room_leave)
#embed "redis/room_leave.lua"
END
ASSET(redis_room_done)
#embed "redis/room_done.lua"
END
ASSET(redis_room_rest)
#embed "redis/room_rest.lua"
END
ASSET(redis_room_tick)
#embed "redis/room_tick.lua"
END
ASSET(redis_room_configure)
#embed "redis/room_configure.lua"
END
ASSET(redis_room_report)
#embed "redis/room_report.lua"
END
ASSET(redis_room_recover)
#embed "redis/room_recover.lua"
END
ASSET(redis_room_audit)
#embed "redis/room_audit.lua"
END
ASSET(redis_lib_lanes)
#embed "redis/lib/lanes.lua"
END
ASSET(redis_room_lanes)
#embed "redis/room_lanes.lua"
END
ASSET(redis_room_restore)
#embed "redis/room_restore.lua"
END
ASSET(redis_room_entrants)
#embed "redis/room_entrants.lua"
END
ASSET(redis_room_draw)
#embed "redis/room_draw.lua"
END
ASSET(redis_lib_seats)
#embed "redis/lib/seats.lua"
END
ASSET(redis_lib_stock)
#embed "redis/lib/stock.lua"
END
ASSET(redis_seats_load)
#embed "redis/seats_load.lua"
END
ASSET(redis_seats_stage)
#embed "redis/seats_stage.lua"
END
ASSET(redis_seats_hold)
#embed "redis/seats_hold.lua"
END
ASSET(redis_seats_release)
#embed "redis/seats_release.lua"
END
ASSET(redis_seats_fence)
#embed "redis/seats_fence.lua"
END
ASSET(redis_seats_unfence)
#embed "redis/seats_unfence.lua"
END
ASSET(redis_seats_settle)
#embed "redis/seats_settle.lua"
END
ASSET(redis_seats_free)
#embed "redis/seats_free.lua"
END
ASSET(redis_seats_apply)
#embed "redis/seats_apply.lua"
END
ASSET(redis_seats_map)
#embed "redis/seats_map.lua"
END
ASSET(redis_seats_configure)
#embed "redis/seats_configure.lua"
END
ASSET(redis_seats_drop)
#embed "redis/seats_drop.lua"
END
ASSET(redis_seats_report)
#embed "redis/seats_report.lua"
END
ASSET(redis_seats_look)
#embed "redis/seats_look.lua"
END
ASSET(redis_seats_behind)
#embed "redis/seats_behind.lua"
END
ASSET(redis_lib_coupon)
#embed "redis/lib/coupon.lua"
END
ASSET(redis_coupon_claim)
#embed "redis/coupon_claim.lua"
END
ASSET(redis_coupon_settle)
#embed "redis/coupon_settle.lua"
END
ASSET(redis_coupon_overdue)
#embed "redis/coupon_overdue.lua"
END
ASSET(redis_coupon_look)
#embed "redis/coupon_look.lua"
END
ASSET(redis_coupon_configure)
#embed "redis/coupon_configure.lua"
END
ASSET(redis_coupon_stage)
#embed "redis/coupon_stage.lua"
END
ASSET(redis_coupon_load)
#embed "redis/coupon_load.lua"
END
ASSET(redis_coupon_audit)
#embed "redis/coupon_audit.lua"
END
ASSET(redis_fitness_look)
#embed "redis/fitness_look.lua"
END
ASSET(redis_lib_board)
#embed "redis/lib/board.lua"
END
ASSET(redis_board_apply)
#embed "redis/board_apply.lua"
END
ASSET(redis_board_page)
#embed "redis/board_page.lua"
END
ASSET(redis_board_place)
#embed "redis/board_place.lua"
END
ASSET(redis_board_ranks)
#embed "redis/board_ranks.lua"
END
ASSET(redis_board_scan)
#embed "redis/board_scan.lua"
END
ASSET(redis_board_sweep)
#embed "redis/board_sweep.lua"
END
ASSET(redis_board_begin)
#embed "redis/board_begin.lua"
END
ASSET(redis_board_load)
#embed "redis/board_load.lua"
END
ASSET(redis_board_forget)
#embed "redis/board_forget.lua"
END
ASSET(redis_popular_look)
#embed "redis/popular_look.lua"
END
ASSET(redis_popular_due)
#embed "redis/popular_due.lua"
END
ASSET(redis_popular_keep)
#embed "redis/popular_keep.lua"
END
ASSET(sql_0001_ledger)
#embed "sql/0001_ledger.sql"
END
ASSET(sql_0002_shop_and_coupons)
#embed "sql/0002_shop_and_coupons.sql"
END
ASSET(sql_0003_rankings)
#embed "sql/0003_rankings.sql"
END
ASSET(sql_0004_boards_served)
#embed "sql/0004_boards_served.sql"
END
ASSET(sql_0005_fair_openings)
#embed "sql/0005_fair_openings.sql"
END
ASSET(sql_0006_charge_references)
#embed "sql/0006_charge_references.sql"
END
ASSET(sql_0007_deliveries)
#embed "sql/0007_deliveries.sql"
END
ASSET(sql_0008_lane_uses)
#embed "sql/0008_lane_uses.sql"
END
ASSET(sql_0009_cancels)
#embed "sql/0009_cancels.sql"
END
ASSET(sql_0010_revisions)
#embed "sql/0010_revisions.sql"
END
ASSET(sql_0011_unheard)
#embed "sql/0011_unheard.sql"
END
ASSET(web_calls_js)
#embed "web/calls.js"
END
ASSET(web_calls_rules_js)
#embed "web/calls-rules.js"
END
ASSET(web_coupon_html)
#embed "web/coupon.html"
END
ASSET(web_coupon_js)
#embed "web/coupon.js"
END
ASSET(web_coupon_rules_js)
#embed "web/coupon-rules.js"
END
ASSET(web_head_html)
#embed "web/head.html"
END
ASSET(web_index_html)
#embed "web/index.html"
END
ASSET(web_index_link_html)
#embed "web/index-link.html"
END
ASSET(web_index_performance_html)
#embed "web/index-performance.html"
END
ASSET(web_index_room_html)
#embed "web/index-room.html"
END
ASSET(web_openapi_json)
#embed "web/openapi.json"
END
ASSET(web_parts_js)
#embed "web/parts.js"
END
ASSET(web_rankings_css)
#embed "web/rankings.css"
END
ASSET(web_rankings_feed_js)
#embed "web/rankings-feed.js"
END
ASSET(web_rankings_html)
#embed "web/rankings.html"
END
ASSET(web_rankings_js)
#embed "web/rankings.js"
END
ASSET(web_rankings_plot_js)
#embed "web/rankings-plot.js"
END
ASSET(web_rankings_row_html)
#embed "web/rankings-row.html"
END
ASSET(web_rankings_rules_js)
#embed "web/rankings-rules.js"
END
ASSET(web_rankings_view_js)
#embed "web/rankings-view.js"
END
ASSET(web_room_feed_js)
#embed "web/room-feed.js"
END
ASSET(web_room_html)
#embed "web/room.html"
END
ASSET(web_room_js)
#embed "web/room.js"
END
ASSET(web_room_view_js)
#embed "web/room-view.js"
END
ASSET(web_seats_css)
#embed "web/seats.css"
END
ASSET(web_seats_html)
#embed "web/seats.html"
END
ASSET(web_seats_js)
#embed "web/seats.js"
END
ASSET(web_seats_calls_js)
#embed "web/seats-calls.js"
END
ASSET(web_seats_map_js)
#embed "web/seats-map.js"
END
ASSET(web_seats_rules_js)
#embed "web/seats-rules.js"
END
ASSET(web_seats_view_js)
#embed "web/seats-view.js"
END
ASSET(web_shop_css)
#embed "web/shop.css"
END
ASSET(web_shop_html)
#embed "web/shop.html"
END
ASSET(web_shop_js)
#embed "web/shop.js"
END
ASSET(web_shop_coupon_html)
#embed "web/shop-coupon.html"
END
ASSET(web_shop_product_html)
#embed "web/shop-product.html"
END
ASSET(web_shop_rules_js)
#embed "web/shop-rules.js"
END
ASSET(web_style_css)
#embed "web/style.css"
END
ASSET(web_trouble_html)
#embed "web/trouble.html"
END
ASSET(web_words_js)
#embed "web/words.js"
END
