/* Compute threads: owns them; used by the one thread that created the pool.
 *
 * A run is published as (fn, arg, items) and then a ticket, a 64-bit word whose upper half is the
 * run's number and whose lower half is the next item. A thread claims an item by compare-and-swap
 * on the ticket, so it can only claim from the run whose fields it has read: the fields change only
 * between runs, while the ticket is closed (next item = the largest number), so a claim that
 * succeeds after the fields were read proves that they belong to it.
 *
 *   caller: close ticket -> fields -> open ticket -> claim... -> wait until done == items
 *   worker: ticket -> fields -> claim (CAS) -> work -> done + 1 -> ... -> spin, then sleep
 *
 * Items aside are a second such ticket: a worker that waits for the next run takes one of them at a
 * time, so they use what is idle while the caller works alone between two runs.
 *
 * Waiting spins for a tenth of a millisecond, since phases follow each other closely, and then
 * sleeps on a futex: agents' compilers run on the same cores, and a spinner that never sleeps would
 * steal from them. When the cores are taken the caller works alone for a while (note_wait). Nobody
 * waits for a thread that holds no item, so a sleeping or preempted worker never stalls a step. No
 * mutexes, no shared state but these words. */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "model/pool.h"
#include "runtime/base/base.h"
#include "runtime/base/queue.h"

/* About 140 us of pausing: longer than what the caller does alone between two phases of a step (30
 * us for one row's attention over a short context). Waking a halted core costs as long as that, and
 * with 20 us of pausing a step of one row pays it in every layer. */
#define SPINS 2500
/* Below this many multiply-adds waking others costs more than it saves. */
#define COST_MIN 60000

/* Shorter waits are the price of two threads and no sign of anything. */
#define STALL_NS 200000

typedef void (*item_fn)(void *arg, int item, int thread);

struct batch {
    _Atomic uint64_t ticket; /* run << 32 | next item */
    _Atomic(item_fn) fn;
    _Atomic(void *) arg;
    _Atomic int items;
    _Atomic uint32_t done; /* items done of this run; futex of the caller */
};

struct pool {
    int n;
    pthread_t *threads;
    struct batch now, aside;
    _Atomic uint32_t run; /* futex of the workers */
    _Atomic int sleepers, caller_sleeps;
    _Atomic bool stop;
    int alone, backoff; /* the caller's: runs to do without help, and how many next time */
};

struct worker {
    struct pool *pool;
    int index;
};

static void futex_wait(_Atomic uint32_t *word, uint32_t value) {
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word) {
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* Not clock_mono_ns: a test's fake clock must not change how threads are used. */
static int64_t now_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Works on one item of what the ticket shows; false if there is none left. */
static bool claim_item(struct pool *p, struct batch *b, int thread) {
    uint64_t t = atomic_load_explicit(&b->ticket, memory_order_acquire);
    for (;;) {
        item_fn fn = atomic_load_explicit(&b->fn, memory_order_acquire);
        void *arg = atomic_load_explicit(&b->arg, memory_order_acquire);
        int items = atomic_load_explicit(&b->items, memory_order_acquire);
        uint32_t item = (uint32_t)t;
        if (item >= (uint32_t)items) {
            return false;
        }
        if (!atomic_compare_exchange_weak_explicit(&b->ticket, &t, t + 1, memory_order_acq_rel,
                                                   memory_order_acquire)) {
            continue;
        }
        fn(arg, (int)item, thread);
        uint32_t done = atomic_fetch_add(&b->done, 1) + 1;
        if (done == (uint32_t)items && atomic_load(&p->caller_sleeps) != 0) {
            futex_wake(&b->done);
        }
        return true;
    }
}

static void claim_items(struct pool *p, struct batch *b, int thread) {
    while (claim_item(p, b, thread)) {
    }
}

static void *worker_main(void *arg) {
    struct worker *w = arg;
    struct pool *p = w->pool;
    int index = w->index;
    free(w);
    thread_role_set(THREAD_POOL);
    uint32_t seen = 0;
    while (!atomic_load(&p->stop)) {
        int spins = 0;
        uint32_t run = atomic_load_explicit(&p->run, memory_order_acquire);
        while (run == seen && spins++ < SPINS) {
            spins = claim_item(p, &p->aside, index) ? 0 : spins;
            pause_briefly();
            run = atomic_load_explicit(&p->run, memory_order_acquire);
        }
        if (run == seen) {
            atomic_fetch_add(&p->sleepers, 1);
            futex_wait(&p->run, seen);
            atomic_fetch_sub(&p->sleepers, 1);
            continue;
        }
        seen = run;
        claim_items(p, &p->now, index);
    }
    return NULL;
}

struct pool *pool_create(int threads) {
    struct pool *p = xcalloc(1, sizeof *p);
    p->n = MAX(1, threads);
    p->threads = xcalloc((size_t)p->n, sizeof *p->threads);
    for (int i = 1; i < p->n; i++) {
        struct worker *w = xcalloc(1, sizeof *w);
        *w = (struct worker){p, i};
        if (pthread_create(&p->threads[i], NULL, worker_main, w) != 0) {
            /* Fewer threads give the same results later. */
            free(w);
            p->n = i;
        }
    }
    return p;
}

static void publish(struct pool *p, struct batch *b, int items, item_fn fn, void *arg) {
    uint64_t run = (atomic_load(&b->ticket) >> 32) + 1;
    atomic_store(&b->ticket, run << 32 | UINT32_MAX);
    atomic_store_explicit(&b->fn, fn, memory_order_release);
    atomic_store_explicit(&b->arg, arg, memory_order_release);
    atomic_store_explicit(&b->items, items, memory_order_release);
    atomic_store(&b->done, 0);
    atomic_store(&b->ticket, run << 32);
    atomic_fetch_add(&p->run, 1);
    if (atomic_load(&p->sleepers) > 0) {
        futex_wake(&p->run);
    }
}

void pool_destroy(struct pool *p) {
    if (p == NULL) {
        return;
    }
    atomic_store(&p->stop, true);
    atomic_fetch_add(&p->run, 1);
    futex_wake(&p->run);
    for (int i = 1; i < p->n; i++) {
        (void)pthread_join(p->threads[i], NULL);
    }
    free(p->threads);
    free(p);
}

int pool_threads(const struct pool *p) {
    return p->n;
}

/* Waits until every item of the run is done. */
static void wait_done(struct pool *p, struct batch *b) {
    uint32_t done, items = (uint32_t)atomic_load(&b->items);
    int spins = 0;
    while ((done = atomic_load_explicit(&b->done, memory_order_acquire)) != items) {
        if (spins++ < SPINS) {
            pause_briefly();
            continue;
        }
        atomic_store(&p->caller_sleeps, 1);
        futex_wait(&b->done, done);
        atomic_store(&p->caller_sleeps, 0);
    }
}

/* When waiting for the others took longer than doing their share, they were not running: the cores
 * are taken. The next runs are then done alone, more and more of them while it stays so. */
static void note_wait(struct pool *p, int64_t work_ns, int64_t wait_ns) {
    if (wait_ns > work_ns * (p->n - 1) && wait_ns > STALL_NS) {
        p->backoff = MIN(p->backoff * 2 + 4, 512);
        p->alone = p->backoff;
    } else {
        p->backoff -= p->backoff / 8 + (p->backoff > 0);
    }
}

void pool_run(struct pool *p, int items, uint64_t cost, item_fn fn, void *arg) {
    if (p->n == 1 || items <= 1 || cost < COST_MIN || p->alone > 0) {
        p->alone -= p->alone > 0;
        for (int i = 0; i < items; i++) {
            fn(arg, i, 0);
        }
        return;
    }
    int64_t start = now_ns();
    publish(p, &p->now, items, fn, arg);
    claim_items(p, &p->now, 0);
    int64_t worked = now_ns();
    wait_done(p, &p->now);
    note_wait(p, worked - start, now_ns() - worked);
}

void pool_aside(struct pool *p, int items, item_fn fn, void *arg) {
    publish(p, &p->aside, items, fn, arg);
}

void pool_aside_end(struct pool *p) {
    claim_items(p, &p->aside, 0);
    wait_done(p, &p->aside);
}
