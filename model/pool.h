#ifndef MODEL_POOL_H
#define MODEL_POOL_H
/* Compute threads: one thread calls pool_run, all of them work on its items, it returns when every
 * item is done. Items are claimed one by one, so a thread that the system takes away delays only
 * the item it holds.
 *
 *     struct pool *p = pool_create(2);
 *     pool_run(p, n_items, cost, fn, arg);       // fn(arg, item, thread) for every item, any order
 *     pool_destroy(p);
 *
 * One thread at a time may use a pool. cost is a rough count of multiply-adds of the whole run:
 * what is too small to share is done by the caller. fn must give the same result for any split. */
#include <stdint.h>

struct pool;
struct pool *pool_create(int threads); /* the caller is one of them */
void pool_destroy(struct pool *pool);
int pool_threads(const struct pool *pool);
void pool_run(struct pool *pool, int items, uint64_t cost,
              void (*fn)(void *arg, int item, int thread), void *arg);
/* Items that waiting threads work on while the caller does other things, pool_run too. The end does
 * what is left and returns when all are done; nothing else may begin aside before. */
void pool_aside(struct pool *pool, int items, void (*fn)(void *arg, int item, int thread),
                void *arg);
void pool_aside_end(struct pool *pool);
#endif
