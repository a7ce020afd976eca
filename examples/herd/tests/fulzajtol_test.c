/* Tests of src/fulzajtol.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fulzajtol(int nono);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fulzajtol.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fulzajtol.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fulzajtol(326)", fulzajtol(326), 0);
    CHECK("fulzajtol(103)", fulzajtol(103), 0);
    CHECK("fulzajtol(641)", fulzajtol(641), 0);
    CHECK("fulzajtol(673)", fulzajtol(673), 0);
    CHECK("fulzajtol(970)", fulzajtol(970), 0);
    CHECK("fulzajtol(999)", fulzajtol(999), 1);
    CHECK("fulzajtol(0)", fulzajtol(0), 1);
    CHECK("fulzajtol(1)", fulzajtol(1), 1);
    CHECK("fulzajtol(243)", fulzajtol(243), 0);
    CHECK("fulzajtol(306)", fulzajtol(306), 0);
    puts("ok src/fulzajtol.c");
    return 0;
}
