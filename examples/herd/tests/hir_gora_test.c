/* Tests of src/hir_gora.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hir_gora(int dododa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hir_gora.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hir_gora.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hir_gora(60)", hir_gora(60), 20);
    CHECK("hir_gora(4)", hir_gora(4), 1);
    CHECK("hir_gora(36)", hir_gora(36), 12);
    CHECK("hir_gora(10)", hir_gora(10), 3);
    CHECK("hir_gora(3)", hir_gora(3), 1);
    CHECK("hir_gora(2)", hir_gora(2), 1);
    CHECK("hir_gora(15)", hir_gora(15), 5);
    CHECK("hir_gora(52)", hir_gora(52), 17);
    CHECK("hir_gora(44)", hir_gora(44), 15);
    CHECK("hir_gora(32)", hir_gora(32), 11);
    puts("ok src/hir_gora.c");
    return 0;
}
