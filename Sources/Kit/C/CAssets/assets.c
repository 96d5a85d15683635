// Files compiled into the program, by their path under Sources. To add one, add its three lines. A
// changed file is compiled in again by itself.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *path;
    const uint8_t *bytes;
};

// A file is text: its bytes end before the NUL that is put after them.
#define FILE_BEGIN(path) {path, (const uint8_t[]){
#define FILE_END , 0}},

static const struct entry entries[] = {
FILE_BEGIN("Coupons/openapi.json")
#embed "../../../Coupons/openapi.json"
FILE_END
FILE_BEGIN("Coupons/pages/coupon-rules.js")
#embed "../../../Coupons/pages/coupon-rules.js"
FILE_END
FILE_BEGIN("Coupons/pages/coupon.html")
#embed "../../../Coupons/pages/coupon.html"
FILE_END
FILE_BEGIN("Coupons/pages/coupon.js")
#embed "../../../Coupons/pages/coupon.js"
FILE_END
FILE_BEGIN("Coupons/pages/words.en.json")
#embed "../../../Coupons/pages/words.en.json"
FILE_END
FILE_BEGIN("Coupons/pages/words.ja.json")
#embed "../../../Coupons/pages/words.ja.json"
FILE_END
FILE_BEGIN("Coupons/pages/words.ko.json")
#embed "../../../Coupons/pages/words.ko.json"
FILE_END
FILE_BEGIN("Coupons/redis/audit.lua")
#embed "../../../Coupons/redis/audit.lua"
FILE_END
FILE_BEGIN("Coupons/redis/claim.lua")
#embed "../../../Coupons/redis/claim.lua"
FILE_END
FILE_BEGIN("Coupons/redis/configure.lua")
#embed "../../../Coupons/redis/configure.lua"
FILE_END
FILE_BEGIN("Coupons/redis/lib/coupon.lua")
#embed "../../../Coupons/redis/lib/coupon.lua"
FILE_END
FILE_BEGIN("Coupons/redis/load.lua")
#embed "../../../Coupons/redis/load.lua"
FILE_END
FILE_BEGIN("Coupons/redis/look.lua")
#embed "../../../Coupons/redis/look.lua"
FILE_END
FILE_BEGIN("Coupons/redis/overdue.lua")
#embed "../../../Coupons/redis/overdue.lua"
FILE_END
FILE_BEGIN("Coupons/redis/settle.lua")
#embed "../../../Coupons/redis/settle.lua"
FILE_END
FILE_BEGIN("Coupons/redis/stage.lua")
#embed "../../../Coupons/redis/stage.lua"
FILE_END
FILE_BEGIN("Events/openapi.json")
#embed "../../../Events/openapi.json"
FILE_END
FILE_BEGIN("Kit/Engines/redis/fitness_look.lua")
#embed "../../../Kit/Engines/redis/fitness_look.lua"
FILE_END
FILE_BEGIN("Kit/Engines/redis/lib/lifetime.lua")
#embed "../../../Kit/Engines/redis/lib/lifetime.lua"
FILE_END
FILE_BEGIN("Ledger/sql/0001_ledger.sql")
#embed "../../../Ledger/sql/0001_ledger.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0002_shop_and_coupons.sql")
#embed "../../../Ledger/sql/0002_shop_and_coupons.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0003_rankings.sql")
#embed "../../../Ledger/sql/0003_rankings.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0004_boards_served.sql")
#embed "../../../Ledger/sql/0004_boards_served.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0005_fair_openings.sql")
#embed "../../../Ledger/sql/0005_fair_openings.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0006_charge_references.sql")
#embed "../../../Ledger/sql/0006_charge_references.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0007_deliveries.sql")
#embed "../../../Ledger/sql/0007_deliveries.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0008_lane_uses.sql")
#embed "../../../Ledger/sql/0008_lane_uses.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0009_cancels.sql")
#embed "../../../Ledger/sql/0009_cancels.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0010_revisions.sql")
#embed "../../../Ledger/sql/0010_revisions.sql"
FILE_END
FILE_BEGIN("Ledger/sql/0011_unheard.sql")
#embed "../../../Ledger/sql/0011_unheard.sql"
FILE_END
FILE_BEGIN("Operating/openapi.json")
#embed "../../../Operating/openapi.json"
FILE_END
FILE_BEGIN("Operating/pages/index-link.html")
#embed "../../../Operating/pages/index-link.html"
FILE_END
FILE_BEGIN("Operating/pages/index-performance.html")
#embed "../../../Operating/pages/index-performance.html"
FILE_END
FILE_BEGIN("Operating/pages/index-room.html")
#embed "../../../Operating/pages/index-room.html"
FILE_END
FILE_BEGIN("Operating/pages/index.html")
#embed "../../../Operating/pages/index.html"
FILE_END
FILE_BEGIN("Operating/pages/words.en.json")
#embed "../../../Operating/pages/words.en.json"
FILE_END
FILE_BEGIN("Operating/pages/words.ja.json")
#embed "../../../Operating/pages/words.ja.json"
FILE_END
FILE_BEGIN("Operating/pages/words.ko.json")
#embed "../../../Operating/pages/words.ko.json"
FILE_END
FILE_BEGIN("Payments/openapi.json")
#embed "../../../Payments/openapi.json"
FILE_END
FILE_BEGIN("Points/openapi.json")
#embed "../../../Points/openapi.json"
FILE_END
FILE_BEGIN("Rankings/openapi.json")
#embed "../../../Rankings/openapi.json"
FILE_END
FILE_BEGIN("Rankings/pages/rankings-feed.js")
#embed "../../../Rankings/pages/rankings-feed.js"
FILE_END
FILE_BEGIN("Rankings/pages/rankings-plot.js")
#embed "../../../Rankings/pages/rankings-plot.js"
FILE_END
FILE_BEGIN("Rankings/pages/rankings-row.html")
#embed "../../../Rankings/pages/rankings-row.html"
FILE_END
FILE_BEGIN("Rankings/pages/rankings-rules.js")
#embed "../../../Rankings/pages/rankings-rules.js"
FILE_END
FILE_BEGIN("Rankings/pages/rankings-view.js")
#embed "../../../Rankings/pages/rankings-view.js"
FILE_END
FILE_BEGIN("Rankings/pages/rankings.css")
#embed "../../../Rankings/pages/rankings.css"
FILE_END
FILE_BEGIN("Rankings/pages/rankings.html")
#embed "../../../Rankings/pages/rankings.html"
FILE_END
FILE_BEGIN("Rankings/pages/rankings.js")
#embed "../../../Rankings/pages/rankings.js"
FILE_END
FILE_BEGIN("Rankings/pages/words.en.json")
#embed "../../../Rankings/pages/words.en.json"
FILE_END
FILE_BEGIN("Rankings/pages/words.ja.json")
#embed "../../../Rankings/pages/words.ja.json"
FILE_END
FILE_BEGIN("Rankings/pages/words.ko.json")
#embed "../../../Rankings/pages/words.ko.json"
FILE_END
FILE_BEGIN("Rankings/redis/board_apply.lua")
#embed "../../../Rankings/redis/board_apply.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_begin.lua")
#embed "../../../Rankings/redis/board_begin.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_forget.lua")
#embed "../../../Rankings/redis/board_forget.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_load.lua")
#embed "../../../Rankings/redis/board_load.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_page.lua")
#embed "../../../Rankings/redis/board_page.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_place.lua")
#embed "../../../Rankings/redis/board_place.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_ranks.lua")
#embed "../../../Rankings/redis/board_ranks.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_scan.lua")
#embed "../../../Rankings/redis/board_scan.lua"
FILE_END
FILE_BEGIN("Rankings/redis/board_sweep.lua")
#embed "../../../Rankings/redis/board_sweep.lua"
FILE_END
FILE_BEGIN("Rankings/redis/lib/board.lua")
#embed "../../../Rankings/redis/lib/board.lua"
FILE_END
FILE_BEGIN("Rankings/redis/popular_due.lua")
#embed "../../../Rankings/redis/popular_due.lua"
FILE_END
FILE_BEGIN("Rankings/redis/popular_keep.lua")
#embed "../../../Rankings/redis/popular_keep.lua"
FILE_END
FILE_BEGIN("Rankings/redis/popular_look.lua")
#embed "../../../Rankings/redis/popular_look.lua"
FILE_END
FILE_BEGIN("Rooms/openapi.json")
#embed "../../../Rooms/openapi.json"
FILE_END
FILE_BEGIN("Rooms/pages/room-feed.js")
#embed "../../../Rooms/pages/room-feed.js"
FILE_END
FILE_BEGIN("Rooms/pages/room-view.js")
#embed "../../../Rooms/pages/room-view.js"
FILE_END
FILE_BEGIN("Rooms/pages/room.html")
#embed "../../../Rooms/pages/room.html"
FILE_END
FILE_BEGIN("Rooms/pages/room.js")
#embed "../../../Rooms/pages/room.js"
FILE_END
FILE_BEGIN("Rooms/pages/words.en.json")
#embed "../../../Rooms/pages/words.en.json"
FILE_END
FILE_BEGIN("Rooms/pages/words.ja.json")
#embed "../../../Rooms/pages/words.ja.json"
FILE_END
FILE_BEGIN("Rooms/pages/words.ko.json")
#embed "../../../Rooms/pages/words.ko.json"
FILE_END
FILE_BEGIN("Rooms/redis/audit.lua")
#embed "../../../Rooms/redis/audit.lua"
FILE_END
FILE_BEGIN("Rooms/redis/configure.lua")
#embed "../../../Rooms/redis/configure.lua"
FILE_END
FILE_BEGIN("Rooms/redis/done.lua")
#embed "../../../Rooms/redis/done.lua"
FILE_END
FILE_BEGIN("Rooms/redis/draw.lua")
#embed "../../../Rooms/redis/draw.lua"
FILE_END
FILE_BEGIN("Rooms/redis/enter.lua")
#embed "../../../Rooms/redis/enter.lua"
FILE_END
FILE_BEGIN("Rooms/redis/entrants.lua")
#embed "../../../Rooms/redis/entrants.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lanes.lua")
#embed "../../../Rooms/redis/lanes.lua"
FILE_END
FILE_BEGIN("Rooms/redis/leave.lua")
#embed "../../../Rooms/redis/leave.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lib/admit.lua")
#embed "../../../Rooms/redis/lib/admit.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lib/lanes.lua")
#embed "../../../Rooms/redis/lib/lanes.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lib/room.lua")
#embed "../../../Rooms/redis/lib/room.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lib/stock.lua")
#embed "../../../Rooms/redis/lib/stock.lua"
FILE_END
FILE_BEGIN("Rooms/redis/lib/visit.lua")
#embed "../../../Rooms/redis/lib/visit.lua"
FILE_END
FILE_BEGIN("Rooms/redis/line.lua")
#embed "../../../Rooms/redis/line.lua"
FILE_END
FILE_BEGIN("Rooms/redis/recall.lua")
#embed "../../../Rooms/redis/recall.lua"
FILE_END
FILE_BEGIN("Rooms/redis/recover.lua")
#embed "../../../Rooms/redis/recover.lua"
FILE_END
FILE_BEGIN("Rooms/redis/report.lua")
#embed "../../../Rooms/redis/report.lua"
FILE_END
FILE_BEGIN("Rooms/redis/rest.lua")
#embed "../../../Rooms/redis/rest.lua"
FILE_END
FILE_BEGIN("Rooms/redis/restore.lua")
#embed "../../../Rooms/redis/restore.lua"
FILE_END
FILE_BEGIN("Rooms/redis/seen.lua")
#embed "../../../Rooms/redis/seen.lua"
FILE_END
FILE_BEGIN("Rooms/redis/status.lua")
#embed "../../../Rooms/redis/status.lua"
FILE_END
FILE_BEGIN("Rooms/redis/tick.lua")
#embed "../../../Rooms/redis/tick.lua"
FILE_END
FILE_BEGIN("Seats/openapi.json")
#embed "../../../Seats/openapi.json"
FILE_END
FILE_BEGIN("Seats/pages/seats-calls.js")
#embed "../../../Seats/pages/seats-calls.js"
FILE_END
FILE_BEGIN("Seats/pages/seats-map.js")
#embed "../../../Seats/pages/seats-map.js"
FILE_END
FILE_BEGIN("Seats/pages/seats-rules.js")
#embed "../../../Seats/pages/seats-rules.js"
FILE_END
FILE_BEGIN("Seats/pages/seats-view.js")
#embed "../../../Seats/pages/seats-view.js"
FILE_END
FILE_BEGIN("Seats/pages/seats.css")
#embed "../../../Seats/pages/seats.css"
FILE_END
FILE_BEGIN("Seats/pages/seats.html")
#embed "../../../Seats/pages/seats.html"
FILE_END
FILE_BEGIN("Seats/pages/seats.js")
#embed "../../../Seats/pages/seats.js"
FILE_END
FILE_BEGIN("Seats/pages/words.en.json")
#embed "../../../Seats/pages/words.en.json"
FILE_END
FILE_BEGIN("Seats/pages/words.ja.json")
#embed "../../../Seats/pages/words.ja.json"
FILE_END
FILE_BEGIN("Seats/pages/words.ko.json")
#embed "../../../Seats/pages/words.ko.json"
FILE_END
FILE_BEGIN("Seats/redis/apply.lua")
#embed "../../../Seats/redis/apply.lua"
FILE_END
FILE_BEGIN("Seats/redis/behind.lua")
#embed "../../../Seats/redis/behind.lua"
FILE_END
FILE_BEGIN("Seats/redis/configure.lua")
#embed "../../../Seats/redis/configure.lua"
FILE_END
FILE_BEGIN("Seats/redis/drop.lua")
#embed "../../../Seats/redis/drop.lua"
FILE_END
FILE_BEGIN("Seats/redis/fence.lua")
#embed "../../../Seats/redis/fence.lua"
FILE_END
FILE_BEGIN("Seats/redis/free.lua")
#embed "../../../Seats/redis/free.lua"
FILE_END
FILE_BEGIN("Seats/redis/hold.lua")
#embed "../../../Seats/redis/hold.lua"
FILE_END
FILE_BEGIN("Seats/redis/lib/end-hold.lua")
#embed "../../../Seats/redis/lib/end-hold.lua"
FILE_END
FILE_BEGIN("Seats/redis/lib/seats.lua")
#embed "../../../Seats/redis/lib/seats.lua"
FILE_END
FILE_BEGIN("Seats/redis/lib/sell.lua")
#embed "../../../Seats/redis/lib/sell.lua"
FILE_END
FILE_BEGIN("Seats/redis/load.lua")
#embed "../../../Seats/redis/load.lua"
FILE_END
FILE_BEGIN("Seats/redis/look.lua")
#embed "../../../Seats/redis/look.lua"
FILE_END
FILE_BEGIN("Seats/redis/map.lua")
#embed "../../../Seats/redis/map.lua"
FILE_END
FILE_BEGIN("Seats/redis/release.lua")
#embed "../../../Seats/redis/release.lua"
FILE_END
FILE_BEGIN("Seats/redis/report.lua")
#embed "../../../Seats/redis/report.lua"
FILE_END
FILE_BEGIN("Seats/redis/settle.lua")
#embed "../../../Seats/redis/settle.lua"
FILE_END
FILE_BEGIN("Seats/redis/stage.lua")
#embed "../../../Seats/redis/stage.lua"
FILE_END
FILE_BEGIN("Seats/redis/unfence.lua")
#embed "../../../Seats/redis/unfence.lua"
FILE_END
FILE_BEGIN("Shop/openapi.json")
#embed "../../../Shop/openapi.json"
FILE_END
FILE_BEGIN("Shop/pages/shop-coupon.html")
#embed "../../../Shop/pages/shop-coupon.html"
FILE_END
FILE_BEGIN("Shop/pages/shop-product.html")
#embed "../../../Shop/pages/shop-product.html"
FILE_END
FILE_BEGIN("Shop/pages/shop-rules.js")
#embed "../../../Shop/pages/shop-rules.js"
FILE_END
FILE_BEGIN("Shop/pages/shop.css")
#embed "../../../Shop/pages/shop.css"
FILE_END
FILE_BEGIN("Shop/pages/shop.html")
#embed "../../../Shop/pages/shop.html"
FILE_END
FILE_BEGIN("Shop/pages/shop.js")
#embed "../../../Shop/pages/shop.js"
FILE_END
FILE_BEGIN("Shop/pages/words.en.json")
#embed "../../../Shop/pages/words.en.json"
FILE_END
FILE_BEGIN("Shop/pages/words.ja.json")
#embed "../../../Shop/pages/words.ja.json"
FILE_END
FILE_BEGIN("Shop/pages/words.ko.json")
#embed "../../../Shop/pages/words.ko.json"
FILE_END
FILE_BEGIN("Site/openapi.json")
#embed "../../../Site/openapi.json"
FILE_END
FILE_BEGIN("Site/pages/calls-rules.js")
#embed "../../../Site/pages/calls-rules.js"
FILE_END
FILE_BEGIN("Site/pages/calls.js")
#embed "../../../Site/pages/calls.js"
FILE_END
FILE_BEGIN("Site/pages/head.html")
#embed "../../../Site/pages/head.html"
FILE_END
FILE_BEGIN("Site/pages/parts.js")
#embed "../../../Site/pages/parts.js"
FILE_END
FILE_BEGIN("Site/pages/style.css")
#embed "../../../Site/pages/style.css"
FILE_END
FILE_BEGIN("Site/pages/trouble.html")
#embed "../../../Site/pages/trouble.html"
FILE_END
FILE_BEGIN("Site/pages/words.en.json")
#embed "../../../Site/pages/words.en.json"
FILE_END
FILE_BEGIN("Site/pages/words.ja.json")
#embed "../../../Site/pages/words.ja.json"
FILE_END
FILE_BEGIN("Site/pages/words.js")
#embed "../../../Site/pages/words.js"
FILE_END
FILE_BEGIN("Site/pages/words.ko.json")
#embed "../../../Site/pages/words.ko.json"
FILE_END
};

CAsset casset(const char *path) {
    for (size_t index = 0; index < sizeof entries / sizeof *entries; index++)
        if (strcmp(entries[index].path, path) == 0)
            return (CAsset){entries[index].bytes, strlen((const char *)entries[index].bytes)};
    fprintf(stderr, "there is no file %s in assets.c\n", path);
    abort();
}
