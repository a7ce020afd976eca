/* How many rows of prompts a step reads beside those who write. The conductor's, on its thread.
 *
 * Time is not proportional to rows: with experts the first rows cost most, since each brings others
 * to be read. So it is looked up in what steps of about so many rows took: those without reading
 * by the rows that write, the others by all their rows.
 *
 * While few read: as many rows as about double the usual gap between two tokens of those who write,
 * so that nearly all stay below its threefold; no longer than chunk_ms; small models get a little
 * more, since nobody sees a gap of some milliseconds.
 *
 * When many read: the readers' share of the time, as if each turn had an equal one, the first
 * READERS_FREE aside. A herd whose agents wait for their tool results to be read has few who write,
 * and steps of few rows use the machine worst. At most READING_MS_MAX, so that nobody who watches
 * an agent takes it for stuck. */
#include "model/pace.h"
#include "runtime/base/base.h"

#define READING_ROWS_MIN   4
#define READING_ROWS_FIRST 16 /* before anything is known */
#define READING_MS_MIN     12.0
#define READING_MS_MAX     1000.0
#define READERS_FREE       4
/* After so many steps, fewer at first, one without reading is taken, to see what writing alone
 * costs now. */
#define MEASURE_STEPS 128

static int bucket(int rows) {
    return MIN(31 - __builtin_clz((unsigned)MAX(rows, 1)), PACE_BUCKETS - 1);
}

static void note(struct pace_cost *c, double rows, double ms, double keep) {
    double old = c->ms > 0 ? keep : 0; /* its part in the new mean */
    c->ms = old * c->ms + (1 - old) * ms;
    c->rows = old * c->rows + (1 - old) * rows;
}

void pace_note(struct pace *p, int rows, bool reading, double ms) {
    if (reading) {
        note(&p->reading[bucket(rows)], rows, ms, 0.7);
    } else { /* long by accident is likelier than short by accident, and looked at seldom */
        struct pace_cost *c = &p->writing[bucket(rows)];
        note(c, rows, ms, ms < c->ms ? 0.3 : 0.9);
    }
}

/* Rows in a step of at most `most` ms, which `rows` rows fill for `ms` of them: from line to line
 * of what is known, and beyond the longest known at most doubled. The first that is too long fades
 * a little each time, so that it is tried again when it was long by accident. */
static double rows_within(struct pace *p, double rows, double ms, double most) {
    double fit = rows + READING_ROWS_FIRST;
    for (size_t i = 0; i < PACE_BUCKETS; i++) {
        struct pace_cost *c = &p->reading[i];
        if (c->ms <= 0 || c->rows <= rows) {
            continue;
        }
        if (c->ms > most) {
            fit = rows + (most - ms) / (c->ms - ms) * (c->rows - rows);
            c->ms -= 0.005 * (c->ms - ms);
            break;
        }
        rows = c->rows;
        ms = MAX(ms, c->ms);
        fit = rows * MIN(most / ms, 2.0);
    }
    return fit;
}

int pace_rows(struct pace *p, int rows, int writers, int readers, double chunk_ms) {
    int b = bucket(rows);
    p->asked++;
    if (p->asked >= p->measure_at[b]) {
        p->wait[b] = MIN(2 * p->wait[b] + 1, MEASURE_STEPS);
        p->measure_at[b] = p->asked + (uint64_t)p->wait[b];
        return 0;
    }
    double usual = p->writing[b].ms;
    double few = MIN(chunk_ms, MAX(READING_MS_MIN, 1.2 * usual));
    double share = usual * MAX(0, readers - READERS_FREE) / writers;
    double most = usual + MAX(few, MIN(share, READING_MS_MAX));
    double fit = MIN(rows_within(p, rows, usual, most), 1e6);
    return MAX((int)fit - rows, READING_ROWS_MIN);
}
