#ifndef BASE_ASSET_H
#define BASE_ASSET_H
/* Files that the binary carries (prompts, schemas, SQL), embedded by the Makefile's ASSETS rule.
 * ASSET(store_schema_sql) is the content of store/schema.sql; it is NUL-terminated as well. */
#include "runtime/base/str.h"

#define ASSET_DECLARE(name)                                                                        \
    extern const char asset_##name[];                                                              \
    extern const char asset_##name##_end[]
/* Through integers: to C these are two objects, and their difference would be undefined. */
#define ASSET(name)                                                                                \
    ((struct str){asset_##name, (uintptr_t)asset_##name##_end - (uintptr_t)asset_##name})
#endif
