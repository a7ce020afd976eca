/* Tests of src/sari_vado.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int sari_vado(int vulato);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/sari_vado.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/sari_vado.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("sari_vado(-30)", sari_vado(-30), -22);
    CHECK("sari_vado(59)", sari_vado(59), 138);
    CHECK("sari_vado(-29)", sari_vado(-29), -20);
    CHECK("sari_vado(-13)", sari_vado(-13), 9);
    CHECK("sari_vado(14)", sari_vado(14), 57);
    CHECK("sari_vado(37)", sari_vado(37), 98);
    CHECK("sari_vado(46)", sari_vado(46), 114);
    CHECK("sari_vado(52)", sari_vado(52), 125);
    CHECK("sari_vado(2)", sari_vado(2), 35);
    CHECK("sari_vado(40)", sari_vado(40), 104);
    puts("ok src/sari_vado.c");
    return 0;
}
