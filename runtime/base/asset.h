#ifndef BASE_ASSET_H
#define BASE_ASSET_H
/* Files that the binary carries (prompts, schemas, SQL), embedded by the Makefile's ASSETS rule.
 * ASSET(store_schema_sql) is the content of store/schema.sql; it is NUL-terminated as well. */
#include "runtime/base/str.h"

#define ASSET_DECLARE(name)                                                                        \
    extern const char asset_##name[];                                                              \
    extern const char asset_##name##_end[]
#define ASSET(name) ((struct str){asset_##name, (size_t)(asset_##name##_end - asset_##name)})
#endif
