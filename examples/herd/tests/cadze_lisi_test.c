/* Tests of src/cadze_lisi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cadze_lisi(const char *o);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cadze_lisi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cadze_lisi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cadze_lisi(\"aa\")", cadze_lisi("aa"), 1);
    CHECK("cadze_lisi(\"  t\")", cadze_lisi("  t"), 0);
    CHECK("cadze_lisi(\"cco\")", cadze_lisi("cco"), 0);
    CHECK("cadze_lisi(\"ao\")", cadze_lisi("ao"), 0);
    CHECK("cadze_lisi(\"1ti\")", cadze_lisi("1ti"), 0);
    CHECK("cadze_lisi(\" \")", cadze_lisi(" "), 1);
    CHECK("cadze_lisi(\"ui i1c\")", cadze_lisi("ui i1c"), 0);
    CHECK("cadze_lisi(\"i bi\")", cadze_lisi("i bi"), 0);
    CHECK("cadze_lisi(\"c  uoo\")", cadze_lisi("c  uoo"), 0);
    CHECK("cadze_lisi(\"\")", cadze_lisi(""), 1);
    puts("ok src/cadze_lisi.c");
    return 0;
}
