#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/* Time, real or fake. Deadlines are remaining monotonic milliseconds, never dates; wall time is
 * only for people. Tests replace the clock with clock_fake. Any thread. */
#include "runtime/base/base.h"

int64_t clock_mono_ms(void);
int64_t clock_mono_ns(void);
int64_t clock_wall_ms(void); /* since 1970 */
/* From now on both clocks stand still at these values until moved. */
void clock_fake(int64_t mono_ms, int64_t wall_ms);
void clock_fake_advance(int64_t ms);
void clock_real(void);
#endif
