// Files compiled into the program. Add one: ASSET, its #embed and END here, and its function in
// CAssets.h. A changed file is compiled in again by itself.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"

// END stays out of `#embed ... suffix(END)`: clang 21 crashes when a macro stands there.
#define ASSET(name) CAsset casset_##name(void) { static const uint8_t bytes[] = {
#define END }; return (CAsset){bytes, sizeof bytes}; }

ASSET(web_index_html)
#embed "web/index.html"
END
ASSET(web_index_room_html)
#embed "web/index-room.html"
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
ASSET(web_style_css)
#embed "web/style.css"
END
ASSET(web_words_js)
#embed "web/words.js"
END
