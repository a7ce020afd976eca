/* The version text. The commit comes from build/commit.h, which make rewrites when it changes; a
 * build without git says "unknown". Owns nothing.
 */
#include "runtime/version.h"
#include "commit.h"

const char *version_text(void) {
    return DROVER_VERSION " (git " DROVER_COMMIT ")";
}

const char *version_commit(void) {
    return DROVER_COMMIT;
}
