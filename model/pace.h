#ifndef MODEL_PACE_H
#define MODEL_PACE_H
/* How many rows of prompts a step reads beside those who write: so many that who writes keeps its
 * pace beside a few that read, and that a herd whose agents wait to be read is read. Zeroed memory
 * is a pace that knows nothing yet. One thread; nothing here changes a token. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_BUCKETS 16
struct pace_cost { /* running means of steps; ms 0: none yet */
    double rows, ms;
};
struct pace {
    /* by the logarithm of their rows: steps without reading, and with it */
    struct pace_cost writing[PACE_BUCKETS], reading[PACE_BUCKETS];
    /* the asking at which writing alone is measured again, and from which to which it waits */
    uint64_t measure_at[PACE_BUCKETS], asked;
    int wait[PACE_BUCKETS];
};

/* A step of `rows` rows took `ms`; reading: some of them were of turns that read. */
void pace_note(struct pace *p, int rows, bool reading, double ms);
/* Rows that may be read in the next step, in which `writers` turns (1 or more) write with `rows`
 * rows while `readers` turns want to read. chunk_ms: how long reading makes a step at most while
 * few read. Now and then 0: that step shows what writing alone takes. */
int pace_rows(struct pace *p, int rows, int writers, int readers, double chunk_ms);
#endif
