/* Time, real or fake.
 *
 * Owns: one process-wide switch and two fake values, atomics so that any thread may read them while
 * a test moves them. The real monotonic clock stops during suspend (CLOCK_MONOTONIC): a deadline is
 * remaining work time, and a closed lid is not work. Nothing here can fail.
 */
#include "runtime/base/clock.h"
#include <stdatomic.h>
#include <time.h>

static atomic_bool faked;
static _Atomic int64_t fake_mono_ms, fake_wall_ms;

static int64_t read_ns(clockid_t id) {
    struct timespec t;
    ASSERT(clock_gettime(id, &t) == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_mono_ns(void) {
    return atomic_load(&faked) ? atomic_load(&fake_mono_ms) * 1000000 : read_ns(CLOCK_MONOTONIC);
}

int64_t clock_mono_ms(void) {
    return clock_mono_ns() / 1000000;
}

int64_t clock_wall_ms(void) {
    return atomic_load(&faked) ? atomic_load(&fake_wall_ms) : read_ns(CLOCK_REALTIME) / 1000000;
}

void clock_fake(int64_t mono_ms, int64_t wall_ms) {
    atomic_store(&fake_mono_ms, mono_ms);
    atomic_store(&fake_wall_ms, wall_ms);
    atomic_store(&faked, true);
}

void clock_fake_advance(int64_t ms) {
    ASSERT(ms >= 0 && atomic_load(&faked));
    atomic_fetch_add(&fake_mono_ms, ms);
    atomic_fetch_add(&fake_wall_ms, ms);
}

void clock_real(void) {
    atomic_store(&faked, false);
}
